#!/usr/bin/env python3
"""Holds the tables of docs to those of the code: the fields of policies, and what codes mean.

tools/doc_tables.py PROGRAM...           names the pages that differ; exit code 1 where one does
tools/doc_tables.py PROGRAM... --write   puts the tables into the pages

PROGRAM is field_tables or error_tables of a build folder, for example build/dev/field_tables.
"""

import argparse
import pathlib
import re
import subprocess
import sys

DOCS = pathlib.Path(__file__).resolve().parent.parent / "docs"
BLOCK = re.compile(r"<!-- ((?:fields|codes): \w+) -->\n.*?<!-- end -->\n", re.DOTALL)


def blocks_in(text: str) -> dict:
    """Each block with its marker lines, by kind and name: "fields: retry"."""
    return {found[1]: found[0] for found in BLOCK.finditer(text)}


def with_tables(page: str, tables: dict) -> str:
    """The page with its blocks as they should be. Those that no program printed stay."""
    return BLOCK.sub(lambda found: tables.get(found[1], found[0]), page)


def main(arguments: list) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("programs", type=pathlib.Path, nargs="+", metavar="PROGRAM")
    parser.add_argument("--write", action="store_true", help="mend the pages")
    options = parser.parse_args(arguments)
    tables = {}
    for program in options.programs:
        run = subprocess.run([program], check=True, capture_output=True, text=True)
        tables |= blocks_in(run.stdout)
    kinds = {name.split(":")[0] for name in tables}
    shown, differing = set(), []
    for path in sorted([*DOCS.glob("policies/*.md"), DOCS / "configuration.md",
                        DOCS / "errors.md"]):
        page = path.read_text()
        wanted = with_tables(page, tables)
        shown |= {name for name in blocks_in(page) if name.split(":")[0] in kinds}
        if wanted == page:
            continue
        if options.write:
            path.write_text(wanted)
        else:
            programs = " ".join(str(each) for each in options.programs)
            differing.append(f"docs/{path.relative_to(DOCS)}: its tables are not those of the "
                             f"code; mend it: tools/doc_tables.py {programs} --write")
    differing += [f"docs: no page shows {name}" for name in sorted(tables.keys() - shown)]
    differing += [f"docs: a page shows {name}, which no code makes"
                  for name in sorted(shown - tables.keys())]
    print("\n".join(differing) or f"{len(shown)} tables are those of the code")
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
