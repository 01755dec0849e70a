"""What must agree across files: umbrella headers, pictures of the floors, the version."""

import re

from .includes import adapted_parties, includes_of
from .tree import Finding

PICTURE_HOME = "ARCHITECTURE.md"
FLOOR_LINE = re.compile(r"^floor\s+(\d+)\s+(.*)$")
_BESIDE = re.compile(r"include/holdfast/\w+\.hpp")
VERSION_HEADER = "include/holdfast/version.hpp"


def check_umbrella(tree, house):
    """include/holdfast/<bundle>.hpp, where there is one, brings all of its bundle, but what another
    header beside it brings for those who want it (testing.hpp)."""
    apart = {name for path in tree.paths if _BESIDE.fullmatch(path)
             for _, _, name in includes_of(tree.read(path))
             if path not in {f"include/holdfast/{bundle}.hpp" for bundle in house.bundles}}
    for bundle in house.bundles.values():
        umbrella = f"include/holdfast/{bundle.name}.hpp"
        if not tree.exists(umbrella):
            continue
        included = {name for _, _, name in includes_of(tree.read(umbrella))}
        for path in tree.paths:
            header = path[len("include/"):]
            if not (path.startswith("include/") and path.endswith(".hpp")) or "/detail/" in path:
                continue
            if adapted_parties(path):
                continue
            module = house.module_of_header(header[len("holdfast/"):])
            if module and module.name in bundle.uses and header not in included | apart:
                yield Finding(umbrella, 1, f'does not include "{header}"')


def check_pictures(tree, house):
    """A fenced block with lines "floor N  module  module" shows what CMake declares."""
    for path in tree.paths:
        if not path.endswith(".md"):
            continue
        picture, line = _picture_in(tree.read(path))
        if picture:
            yield from _differences(house, path, line, picture)
        elif path == PICTURE_HOME:
            yield Finding(path, 1, 'has no picture of the floors (lines "floor N  modules")')


def _picture_in(text):
    """({name: floor}, line of the first floor); empty where there is none."""
    shown, first, fenced = {}, 0, False
    for number, line in enumerate(text.splitlines(), 1):
        if line.startswith("```"):
            fenced = not fenced
        matched = FLOOR_LINE.match(line) if fenced else None
        if matched:
            first = first or number
            shown.update({name: int(matched[1]) for name in matched[2].split()})
    return shown, first


def _differences(house, path, line, shown):
    declared = {**house.modules, **house.programs}
    for name, module in declared.items():
        if name not in shown:
            yield Finding(path, line, f"the picture lacks {name} (floor {module.floor})")
        elif name in house.modules and shown[name] != module.floor:
            yield Finding(path, line, f"the picture shows {name} on floor {shown[name]}, "
                                      f"CMake on floor {module.floor}")
        elif name in house.programs and shown[name] < module.floor:
            yield Finding(path, line, f"the picture shows {name} below what it uses")
    for name in shown:
        if name not in declared:
            yield Finding(path, line, f"the picture shows {name}, which CMake does not declare")


def check_version(tree, house):
    if not tree.exists(VERSION_HEADER):
        return
    text = tree.read(VERSION_HEADER)
    major, minor, patch = (int(part) for part in house.version.split("."))
    number = str(major * 10000 + minor * 100 + patch)
    for pattern, wanted in ((r"#define HOLDFAST_VERSION (\d+)", number),
                            (r'version_text = "([^"]*)"', house.version)):
        found = re.search(pattern, text)
        if not found or found[1] != wanted:
            shown = found[1] if found else "nothing"
            yield Finding(VERSION_HEADER, 1, f"says {shown} where CMake's version makes {wanted}")
