"""The house as CMakeLists.txt declares it: modules with floors, bundles, programs, version."""

import re
from dataclasses import dataclass, field
from typing import Optional


@dataclass
class Module:
    name: str
    floor: int
    uses: list
    may_name: list


@dataclass
class House:
    modules: dict = field(default_factory=dict)   # folder -> Module
    bundles: dict = field(default_factory=dict)   # name -> Module
    programs: dict = field(default_factory=dict)  # folder such as apps/cli -> Module
    version: str = ""

    def owner_of(self, path: str) -> Optional[Module]:
        """The module or program that a file under include/, src/ or apps/ belongs to."""
        for folder, program in self.programs.items():
            if path.startswith(folder + "/"):
                return program
        for start in ("include/holdfast/", "src/"):
            if path.startswith(start):
                return self._module_above(path[len(start):]) or self._umbrella(path)
        return None

    def module_of_header(self, include: str) -> Optional[Module]:
        """The module of a header named as in an #include, without the leading "holdfast/"."""
        return self._module_above(include)

    def _module_above(self, path: str) -> Optional[Module]:
        inside = [name for name in self.modules if path.startswith(name + "/")]
        return self.modules[max(inside, key=len)] if inside else None

    def _umbrella(self, path: str) -> Optional[Module]:
        """include/holdfast/<bundle>.hpp may include what the bundle uses; others, such as
        testing.hpp, what any bundle does."""
        matched = re.fullmatch(r"include/holdfast/(\w+)\.hpp", path)
        if not matched:
            return None
        top = max((each.floor for each in self.bundles.values()), default=0)
        uses = sorted({used for each in self.bundles.values() for used in each.uses})
        return self.bundles.get(matched[1], Module(matched[1], top, uses, []))


def read_house(text: str) -> House:
    """Reads the declarations out of the text of the top CMakeLists.txt."""
    text = re.sub(r"#[^\n]*", "", text)
    house = House()
    version = re.search(r"\bproject\s*\([^)]*\bVERSION\s+([\d.]+)", text)
    house.version = version[1] if version else ""
    for kind, body in re.findall(r"\bholdfast_(module|bundle|program)\s*\(([^)]*)\)", text):
        words = _words(body.split())
        name = words["NAME"][0]
        floor = int(words["FLOOR"][0]) if words["FLOOR"] else -1
        module = Module(name, floor, words["USES"], words["MAY_NAME"])
        if kind == "module":
            house.modules[name] = module
        elif kind == "bundle":
            house.bundles[name] = module
        else:
            module.name = words["FOLDER"][0]
            house.programs[module.name] = module
    top = max((each.floor for each in house.modules.values()), default=-1) + 1
    for each in [*house.programs.values(), *house.bundles.values()]:
        each.floor = top
    return house


def _words(arguments: list) -> dict:
    """The arguments of one declaration, by keyword; those before the first are its NAME."""
    found = {"NAME": [], "FLOOR": [], "USES": [], "MAY_NAME": [], "FOLDER": []}
    keyword = "NAME"
    for each in arguments:
        if each in found:
            keyword = each
        else:
            found[keyword].append(each)
    return found
