"""Names of files and tests, and that everything is built by something."""

import posixpath
import re

from .cxx import code_only
from .tree import Finding, is_cxx, is_python

CODE_FOLDERS = ("include/", "src/", "apps/", "tests/", "bench/", "examples/", "fuzz/", "tools/",
                "cmake/")
TEST = re.compile(r"\b(?:TYPED_TEST|TEST(?:_[FP])?|RC_GTEST_(?:FIXTURE_)?PROP)"
                  r"\(\s*(\w+)\s*,\s*(\w+)\s*[,)]")
LEAST_WORDS = 3


def check_file_name(tree, house, path):
    if path.startswith(("script/", ".ci/")):
        if not re.fullmatch(r"[a-z][a-z-]*(\.sh)?", posixpath.basename(path)):
            yield Finding(path, 1, "scripts are named in lower-case words with dashes")
        return
    if not path.startswith(CODE_FOLDERS):
        return
    if not (is_cxx(path) or is_python(path) or path.endswith(".cmake")):
        return
    number = "(?:[0-9]+_)?" if path.startswith("examples/") else ""  # steps of a lesson
    for part in path.split("/"):
        if not re.fullmatch(number + r"(?:[a-z][a-z0-9_]*|__init__)(?:\.[a-z]+)?", part):
            yield Finding(path, 1, f"{part} is not snake_case")


def check_test_names(tree, house, path):
    if not (is_cxx(path) and path.startswith("tests/")):
        return
    code = code_only(tree.read(path))
    for found in TEST.finditer(code):
        suite, name = found[1], found[2]
        words = re.findall(r"[A-Z][a-z]*|[0-9]+", name)
        plain = re.fullmatch(r"[A-Z][A-Za-z0-9]*", name) and re.fullmatch(r"[A-Z]\w*", suite)
        if not plain or len(words) < LEAST_WORDS:
            yield Finding(path, code.count("\n", 0, found.start()) + 1,
                          f"{suite}.{name}: a test's name is a sentence in CamelCase")


def check_pragma_once(tree, house, path):
    if path.endswith(".hpp") and not re.search(r"^#pragma once$", tree.read(path), re.M):
        yield Finding(path, 1, "a header without #pragma once")


def check_a_module_builds_it(tree, house, path):
    """Sources and tests are globbed by module: in any other folder nothing would build them, but
    what its own CMakeLists.txt names."""
    if not is_cxx(path):
        return
    if path.startswith(("include/", "src/", "apps/")) and house.owner_of(path) is None:
        yield Finding(path, 1, "belongs to no module that CMakeLists.txt declares")
    if path.startswith("tests/") and path.endswith("_test.cpp"):
        folder, name = posixpath.split(path)
        own = posixpath.join(folder, "CMakeLists.txt")
        named = tree.exists(own) and name in tree.read(own)
        if folder[len("tests/"):] not in house.modules and not named:
            yield Finding(path, 1, "belongs to no module, so nothing builds this test")
