#!/usr/bin/env python3
"""Counts the instructions of guarded calls that succeed, and holds them to those of a file.

tools/instruction_counts.py --compiler 'g++ 12' PROGRAM            compares: what CI does
tools/instruction_counts.py --compiler 'g++ 12' PROGRAM --write    takes the new counts over

PROGRAM is build/dev/bench/instructions/happy_paths. It runs twice under valgrind's callgrind, with
different numbers of calls: the difference is what one call costs, whatever the start has cost. A
rise of more than one instruction and of more than 5 % fails. Exit codes: 1 for a rise, 2 for wrong
use, 77 where the file has no counts for this compiler.
"""

import argparse
import pathlib
import re
import subprocess
import sys
import tempfile

FEW, MANY = 1000, 3000
ALLOWED, ALLOWED_SHARE = 1.0, 0.05
SKIPPED = 77


def inclusive_counts(profile: str) -> dict:
    """Instructions of each function of the program's cases, with those it calls, by name."""
    names, counts, current, is_call = {}, {}, "", False
    for line in profile.splitlines():
        if line.startswith("fn="):
            number, name = re.match(r"fn=\((\d+)\)(?: (.*))?", line).groups()
            if name:
                names[number] = name
            current = names[number]
        elif line.startswith("cfn="):
            number, name = re.match(r"cfn=\((\d+)\)(?: (.*))?", line).groups()
            if name:
                names[number] = name
        elif re.match(r"[+\-*\d]", line):
            counts[current] = counts.get(current, 0) + int(line.split()[1])
    cases = {}
    for name, count in counts.items():
        case = re.fullmatch(r"happy::(\w+)\(long\)", name)
        if case:
            cases[case.group(1)] = count
    return cases


def run_under_callgrind(program: pathlib.Path, calls: int) -> dict:
    with tempfile.TemporaryDirectory() as folder:
        out = pathlib.Path(folder, "profile")
        done = subprocess.run(
            ["valgrind", "--tool=callgrind", f"--callgrind-out-file={out}", str(program),
             str(calls)], capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise OSError(f"callgrind of {program} failed:\n{done.stderr}")
        return inclusive_counts(out.read_text(encoding="utf-8"))


def count_per_call(program: pathlib.Path) -> dict:
    few, many = (run_under_callgrind(program, calls) for calls in (FEW, MANY))
    return {case: (many[case] - few[case]) / (MANY - FEW) for case in many}


class Table:
    """bench/instructions.tsv: comment lines, a heading, one row a case."""

    def __init__(self, path: pathlib.Path):
        self.path = path
        lines = path.read_text(encoding="utf-8").splitlines()
        self.comments = [line for line in lines if line.startswith("#")]
        rows = [line.split("\t") for line in lines if not line.startswith("#")]
        self.heading, self.rows = rows[0], rows[1:]

    def column(self, compiler: str) -> int:
        return self.heading.index(compiler)

    def write(self):
        lines = self.comments + ["\t".join(row) for row in [self.heading, *self.rows]]
        self.path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def above_bare(table: Table, counted: dict) -> dict:
    """By case: its count without that of the bare call it is compared with."""
    missing = {row[0] for row in table.rows} ^ set(counted)
    if missing:
        raise ValueError(f"{table.path.name} and the program differ in: {', '.join(missing)}")
    return {row[0]: counted[row[0]] - (counted[row[1]] if row[1] else 0) for row in table.rows}


def compare(table: Table, column: int, now: dict) -> int:
    risen = 0
    for row in table.rows:
        case, before, count = row[0], float(row[column]), now[row[0]]
        verdict = ""
        if count > before + max(ALLOWED, before * ALLOWED_SHARE):
            verdict, risen = "  ROSE", risen + 1
        elif count < before - ALLOWED:
            verdict = "  fell: take it over with --write"
        print(f"{case:26} {count:8.1f}, was {before:8.1f}{verdict}")
    return 1 if risen else 0


def main(arguments: list) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program", type=pathlib.Path)
    parser.add_argument("--compiler", required=True, help="a column of the file")
    parser.add_argument("--file", type=pathlib.Path, default=pathlib.Path(__file__).resolve()
                        .parent.parent / "bench/instructions.tsv")
    parser.add_argument("--write", action="store_true", help="take the new counts over")
    options = parser.parse_args(arguments)
    table = Table(options.file)
    if options.compiler not in table.heading:
        print(f"{options.file.name} has no counts for {options.compiler}: nothing is compared")
        return SKIPPED
    column = table.column(options.compiler)
    now = above_bare(table, count_per_call(options.program))
    if not options.write:
        return compare(table, column, now)
    for row in table.rows:
        row[column] = f"{now[row[0]]:.1f}"
    table.write()
    print(f"{options.file}: {len(table.rows)} counts of {options.compiler} written")
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except (OSError, ValueError) as problem:
        print(f"instruction_counts: {problem}", file=sys.stderr)
        sys.exit(2)
