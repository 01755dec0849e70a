"""Sizes of files, functions and lines."""

import ast

from .cxx import Function, functions_in
from .tree import Finding, is_code, is_cxx, is_python

FILE_STOP, FILE_MEDIAN, FILE_P95 = 600, 120, 350
FUNCTION_STOP, FUNCTION_P95 = 70, 35
COLUMNS = 100


def check_file_size(tree, house, path):
    if not is_code(path) or tree.generated(path):
        return
    lines = len(tree.read(path).splitlines())
    if lines > FILE_STOP:
        yield Finding(path, 1, f"{lines} lines, more than {FILE_STOP}: split it by nouns")


def check_function_sizes(tree, house, path):
    if tree.generated(path):
        return
    for each in _functions(tree, path):
        if each.lines > FUNCTION_STOP:
            yield Finding(path, each.line,
                          f"{each.name} is {each.lines} lines long, more than {FUNCTION_STOP}")


def check_line_lengths(tree, house, path):
    if not is_code(path) or tree.generated(path):
        return
    for number, line in enumerate(tree.read(path).splitlines(), 1):
        if len(line) > COLUMNS:
            yield Finding(path, number, f"{len(line)} columns, more than {COLUMNS}")


def summary(tree) -> str:
    """One line on what the sizes come to, against what we aim at."""
    ours = [path for path in tree.paths if is_cxx(path) and not tree.generated(path)]
    files = [len(tree.read(path).splitlines()) for path in ours]
    functions = [each.lines for path in ours for each in _functions(tree, path)]
    return (f"sizes: files median {quantile(files, 0.5)} (aim {FILE_MEDIAN}), "
            f"p95 {quantile(files, 0.95)} (aim {FILE_P95}), longest {max(files, default=0)}; "
            f"functions p95 {quantile(functions, 0.95)} (aim {FUNCTION_P95}), "
            f"longest {max(functions, default=0)}")


def quantile(values: list, share: float) -> int:
    """The smallest value that at least `share` of the values do not exceed; 0 for none."""
    if not values:
        return 0
    rank = -int(-share * len(values) // 1)  # rounded up
    return sorted(values)[max(rank, 1) - 1]


def _functions(tree, path):
    if is_cxx(path):
        return list(functions_in(tree.read(path)))
    if is_python(path):
        nodes = ast.walk(ast.parse(tree.read(path), path))
        return [Function(each.name, each.lineno, each.end_lineno - each.lineno + 1)
                for each in nodes if isinstance(each, (ast.FunctionDef, ast.AsyncFunctionDef))]
    return []
