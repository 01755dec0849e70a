"""Reads clang-formatted C++ as far as the rules need: code without comments, and functions."""

import re
from typing import NamedTuple

# Comments, raw strings, strings, characters; a quote after a digit separates thousands.
_NOT_CODE = re.compile(
    r"""(?P<comment>//[^\n]*|/\*.*?\*/)"""
    r"""|R"(?P<delimiter>[^\s()\\]{0,16})\(.*?\)(?P=delimiter)\""""
    r"""|"(?:\\.|[^"\\\n])*\""""
    r"""|(?<![0-9A-Fa-f])'(?:\\.|[^'\\\n])+'""",
    re.S)
_DIRECTIVE = re.compile(r"^[ \t]*#(?:\\\n|[^\n])*", re.M)
_ACCESS = re.compile(r"\b(?:public|private|protected):")
_FUNCTION_HEAD = re.compile(
    r"\)\s*(?:(?:const|volatile|noexcept|override|final|mutable|try|&&?)\s*|noexcept\(.*\)\s*)*"
    r"(?:->.*|requires\b.*|:(?!:).*)?$", re.S)
_NAME = re.compile(r"([~\w:]+|operator\s*\S+?)\s*\(")
_TEST = re.compile(r"(TEST\w*\(\s*\w+,\s*\w+\))")


class Function(NamedTuple):
    name: str
    line: int   # of the first line of its declaration
    lines: int  # up to its closing brace


def code_only(text: str) -> str:
    """The text with comments, literals and directives blanked out; line numbers stay."""
    def blank(found):
        kept = "" if found["comment"] else '""'
        return kept + "\n" * found[0].count("\n")
    text = _NOT_CODE.sub(blank, text)
    return _DIRECTIVE.sub(lambda found: "\n" * found[0].count("\n"), text)


def functions_in(text: str):
    """Every function with a body; a lambda counts as part of the function around it.

    Relies on clang-format: a body's brace follows a space, an initialiser's does not.
    """
    code = code_only(text)
    scopes = []        # of open braces: "scope" (namespace, type, list) or "within" (a head)
    begin = 0          # where the declaration at hand begins
    depth, head = 0, ""  # while in a body
    for found in re.finditer(r"[{};]", code):
        at, symbol = found.start(), found[0]
        if depth:
            depth += {"{": 1, "}": -1, ";": 0}[symbol]
            if depth == 0:
                yield _measured(code, begin, at, head)
                begin = at + 1
        elif symbol == "{":
            head = code[begin:at]
            if _goes_on(head) or scopes[-1:] == ["within"]:
                scopes.append("within")
            elif _FUNCTION_HEAD.search(head.rstrip()):
                depth = 1
            else:
                scopes.append("scope")
                begin = at + 1
        elif symbol == "}":
            if scopes and scopes.pop() == "scope":
                begin = at + 1
        elif scopes[-1:] != ["within"]:
            begin = at + 1


def _goes_on(head: str) -> bool:
    """Whether the brace after it is an initialiser within the declaration's head."""
    return not head[-1:].isspace() or head.count("(") > head.count(")")


def _measured(code: str, begin: int, end: int, head: str) -> Function:
    head = _ACCESS.sub(lambda found: " " * len(found[0]), head)
    start = begin + len(head) - len(head.lstrip())
    test = _TEST.match(head.strip())
    name = test or _NAME.search(re.sub(r"\b(?:requires|decltype|noexcept|alignas)\s*\(", "", head))
    first = code.count("\n", 0, start) + 1
    return Function(name[1] if name else "?", first, code.count("\n", 0, end) + 2 - first)
