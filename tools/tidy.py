#!/usr/bin/env python3
"""Checks that the house keeps its own rules: floors, sizes, names, leftovers, pictures.

tools/tidy.py            every file of the checkout, tracked or not, that git does not ignore
tools/tidy.py FILE...    these files only, without the rules that concern the whole tree

Each finding is one line, "path:line: message". Exit code 1 where there is one.
"""

import argparse
import pathlib
import sys

from tidy_rules import includes, leftovers, names, project, sizes
from tidy_rules.house import read_house
from tidy_rules.tree import Tree, list_files

FILE_RULES = [
    includes.check_includes,
    includes.check_purity,
    sizes.check_file_size,
    sizes.check_function_sizes,
    sizes.check_line_lengths,
    leftovers.check_markers,
    leftovers.check_commented_out_code,
    leftovers.check_spaces,
    leftovers.check_links,
    names.check_file_name,
    names.check_test_names,
    names.check_pragma_once,
    names.check_a_module_builds_it,
]
TREE_RULES = [
    project.check_umbrella,
    project.check_pictures,
    project.check_version,
]


def findings_in(tree: Tree, whole: bool) -> list:
    """All findings, in order of path and line."""
    house = read_house(tree.read("CMakeLists.txt"))
    found = [each for path in tree.paths for rule in FILE_RULES for each in rule(tree, house, path)]
    if whole:
        found += [each for rule in TREE_RULES for each in rule(tree, house)]
    return sorted(found)


def main(arguments: list) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--root", default=pathlib.Path(__file__).resolve().parent.parent,
                        type=pathlib.Path, help="the checkout (default: the one of this script)")
    parser.add_argument("files", nargs="*", type=pathlib.Path)
    options = parser.parse_args(arguments)
    root = options.root.resolve()
    try:
        chosen = [each.resolve().relative_to(root).as_posix() for each in options.files]
        tree = Tree(root, chosen or list_files(root))
        found = findings_in(tree, whole=not chosen)
    except (OSError, ValueError) as error:
        print(f"tidy: {error}", file=sys.stderr)
        return 2
    for each in found:
        print(each)
    if not chosen:
        print(sizes.summary(tree))
    print(f"tidy: {len(tree.paths)} files, {len(found)} findings")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
