#!/usr/bin/env python3
"""Holds the field tables of docs/policies to those that the code parses and checks options by.

tools/field_tables.py PROGRAM           names the pages that differ; exit code 1 where one does
tools/field_tables.py PROGRAM --write   puts the tables into the pages

PROGRAM is field_tables of a build folder, for example build/dev/field_tables.
"""

import argparse
import pathlib
import re
import subprocess
import sys

PAGES = pathlib.Path(__file__).resolve().parent.parent / "docs" / "policies"
BLOCK = re.compile(r"<!-- fields: (\w+) -->\n.*?<!-- end -->\n", re.DOTALL)


def blocks_in(text: str) -> dict:
    """Each block with its marker lines, by the name of its policy."""
    return {found[1]: found[0] for found in BLOCK.finditer(text)}


def with_tables(page: str, tables: dict) -> str:
    """The page with its blocks as they should be; KeyError for a policy that has no table."""
    return BLOCK.sub(lambda found: tables[found[1]], page)


def main(arguments: list) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program", type=pathlib.Path)
    parser.add_argument("--write", action="store_true", help="mend the pages")
    options = parser.parse_args(arguments)
    printed = subprocess.run([options.program], check=True, capture_output=True, text=True).stdout
    tables = blocks_in(printed)
    shown, differing = set(), []
    for path in sorted(PAGES.glob("*.md")):
        page = path.read_text()
        wanted = with_tables(page, tables)
        shown |= blocks_in(page).keys()
        if wanted == page:
            continue
        if options.write:
            path.write_text(wanted)
        else:
            differing.append(f"docs/policies/{path.name}: its fields are not those of the code; "
                             f"mend it: tools/field_tables.py {options.program} --write")
    differing += [f"docs/policies: no page shows the fields of {name}"
                  for name in sorted(tables.keys() - shown)]
    print("\n".join(differing) or f"{len(shown)} field tables are those of the code")
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
