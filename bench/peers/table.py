#!/usr/bin/env python3
"""Prints one table of what the peer programs wrote: language, library, case, nanoseconds a call."""

import sys

CASES = ["bare", "retry", "breaker", "retry+breaker", "open"]


def main() -> int:
    rows = [line.rstrip("\n").split("\t") for line in sys.stdin]
    taken = {(language, library, case): float(ns) for language, library, case, ns in rows}
    bare = {language: ns for (language, _, case), ns in taken.items() if case == "bare"}
    print(f"{'case':14} {'library':28} {'ns':>9} {'x own bare call':>16} {'x C++ bare call':>16}")
    for case in CASES:
        of_case = sorted((ns, language, library) for (language, library, name), ns in taken.items()
                         if name == case)
        for ns, language, library in of_case:
            print(f"{case:14} {language + ': ' + library:28} {ns:9.2f} {ns / bare[language]:16.2f} "
                  f"{ns / bare['C++']:16.2f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
