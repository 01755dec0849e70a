"""What was left behind: markers, code in comments, links to nothing, spaces."""

import posixpath
import re

from .tree import Finding, is_code, is_cxx, is_python

# Put together so that this file does not find itself.
MARKERS = re.compile(r"\b(TO" r"DO|FIX" r"ME|XX" r"X|HA" r"CK)\b")

CXX_CODE = re.compile(r"""^\s*//(?!/)\s*(?:
      \#\s*(?:include|define|undef|if|ifdef|ifndef|else|endif|pragma)\b.*
    | [{}]+;?
    | \}?\s*(?:if|else\ if|for|while|switch|catch)\s*\(.*(?:\{|;)
    | (?:return\b.*|break|continue);
    | using\s+\w+\s*=.*;
    | [\w:<>,&*\s]+\s\w+\s*=\s*\S.*;
    | [\w.:\->\[\]]+\s*[-+|&]?=\s*\S.*;
    | [\w.:\->]+\(.*\);
    )\s*$""", re.X)
PYTHON_CODE = re.compile(r"""^\s*\#\s*(?:
      import\s+[\w.]+
    | from\s+[\w.]+\s+import\s.*
    | def\s+\w+\(.*\).*:
    | return\s+[\w.]+(?:\(.*\))?
    | self\.\w+\s*=\s*.*
    | [\w.]+\(.*\)
    )\s*$""", re.X)
LINK = re.compile(r"\]\(([^)\s#]+)(?:#[^)\s]*)?\)")


def check_markers(tree, house, path):
    if not (is_code(path) or path.endswith((".md", ".yaml", ".yml", ".json"))):
        return
    for number, line in enumerate(tree.read(path).splitlines(), 1):
        found = MARKERS.search(line)
        if found:
            yield Finding(path, number, f"{found[1]}: do it, or write it down as an issue")


def check_commented_out_code(tree, house, path):
    pattern = CXX_CODE if is_cxx(path) else PYTHON_CODE if is_python(path) else None
    if pattern is None or tree.generated(path):
        return
    for number, line in enumerate(tree.read(path).splitlines(), 1):
        if pattern.match(line):
            yield Finding(path, number, "code in a comment: remove it, git remembers")


def check_spaces(tree, house, path):
    """What .editorconfig asks of editors."""
    if not is_code(path):
        return
    text = tree.read(path)
    for number, line in enumerate(text.split("\n"), 1):
        if line != line.rstrip():
            yield Finding(path, number, "ends in white space")
        if line.startswith("\t"):
            yield Finding(path, number, "is indented by a tab")
    if text and not text.endswith("\n"):
        yield Finding(path, text.count("\n") + 1, "the last line has no end")


def check_links(tree, house, path):
    """A relative link of a page leads to a file or folder of the checkout."""
    if not path.endswith(".md"):
        return
    for number, line in enumerate(tree.read(path).splitlines(), 1):
        for target in LINK.findall(line):
            there = posixpath.normpath(posixpath.join(posixpath.dirname(path), target))
            if "://" not in target and not (tree.root / there).exists():
                yield Finding(path, number, f"the link to {target} leads nowhere")
