"""Holds src/classify/tables/sqlstate.tsv against PostgreSQL's own list, errcodes.txt, which Debian
ships in postgresql-15: every code once, under its name and level."""

import collections
import os
import pathlib
import re
import unittest

ROOT = pathlib.Path(os.environ["HOLDFAST_SOURCE"])
LISTS = sorted(pathlib.Path("/usr/share/postgresql").glob("*/errcodes.txt"))
ENTRY = re.compile(r"^([0-9A-Z]{5})\s+([EWS])\s+(\w+)(?:\s+(\w+))?\s*$")


def listed_codes(text):
    """{code: (level, [macro, ...], [condition name, ...])}"""
    found = {}
    for line in text.splitlines():
        entry = ENTRY.match(line)
        if entry:
            code, level, macro, name = entry.groups()
            _, macros, names = found.setdefault(code, (level, [], []))
            macros.append(macro)
            names += [name] if name else []
    return found


def rows_of_table():
    text = (ROOT / "src" / "classify" / "tables" / "sqlstate.tsv").read_text()
    lines = [line.split("\t") for line in text.splitlines()]
    start = next(at for at, cells in enumerate(lines) if cells[0] == "sqlstate")
    return [dict(zip(lines[start], cells)) for cells in lines[start + 1:]]


@unittest.skipUnless(LISTS, "no errcodes.txt here: install postgresql-15 (script/setup test)")
class Errcodes(unittest.TestCase):
    def setUp(self):
        self.listed = listed_codes(LISTS[0].read_text())
        self.assertGreater(len(self.listed), 250, LISTS[0])
        self.rows = rows_of_table()

    def test_every_code_stands_in_the_table_once(self):
        counts = collections.Counter(row["sqlstate"] for row in self.rows)
        self.assertEqual([code for code in self.listed if counts[code] != 1], [])

    def test_what_the_server_does_not_list_names_the_version_that_does(self):
        for row in self.rows:
            if row["sqlstate"] not in self.listed:
                self.assertRegex(row["reason"], r"PostgreSQL \d\d", row["sqlstate"])

    def test_levels_and_names_are_the_servers(self):
        for row in self.rows:
            level, macros, names = self.listed.get(row["sqlstate"], (row["level"], [], []))
            self.assertEqual(row["level"], level, row["sqlstate"])
            if names:
                self.assertIn(row["condition_name"], names, row["sqlstate"])
            elif macros:
                plain = [macro.removeprefix("ERRCODE_").lower() for macro in macros]
                self.assertIn(row["condition_name"], plain, row["sqlstate"])


if __name__ == "__main__":
    unittest.main()
