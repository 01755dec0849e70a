"""docs/conformance.md lists every number, and every test that carries one; what it names exists."""

import os
import re
import unittest
from pathlib import Path

ROOT = Path(os.environ["HOLDFAST_SOURCE"])
PAGE = ROOT / "docs" / "conformance.md"
LIST = ROOT.parent / "shared" / "CONFORMANCE.md"
DESIGN = LIST.with_name("DESIGN.md")

TEST = re.compile(r"\b(?:TEST|TEST_F|TEST_P|RC_GTEST_PROP)\(\s*(\w+),\s*(\w+)")
NUMBERED = re.compile(r"(Trap|Case)(\d\d)")
ROW = re.compile(r"^\| (\d+) \| ([^|]+) \| (.+) \|$", re.MULTILINE)
NAMED = re.compile(r"`(\w+\.\w+)`")
LINK = re.compile(r"\]\(([^)]+)\)")
ELSEWHERE = re.compile(r"[Ii]ssue \d+\b|\bLater, with|Does not apply\. D\d+: \"")


def tests_in_sources():
    """Every "Suite.Name" of the sources."""
    return {f"{suite}.{name}" for path in sorted((ROOT / "tests").rglob("*.cpp"))
            for suite, name in TEST.findall(path.read_text())}


def rows_of(page: str):
    """(kind, number) -> what the row says of where it is shown."""
    traps, cases = page.split("\n## Cases\n")
    return {(kind, int(number)): where
            for kind, part in (("Trap", traps), ("Case", cases))
            for number, _, where in ROW.findall(part)}


class Conformance(unittest.TestCase):
    def setUp(self):
        self.page = PAGE.read_text()
        self.rows = rows_of(self.page)
        self.tests = tests_in_sources()

    def test_rows_and_tests_are_found_at_all(self):
        self.assertGreater(len(self.rows), 90)
        self.assertGreater(len([each for each in self.tests if NUMBERED.search(each)]), 90)

    def test_what_the_page_names_exists(self):
        for where in self.rows.values():
            for name in NAMED.findall(where):
                self.assertTrue(name in self.tests, f"{name} is no test")
            for link in LINK.findall(where):
                self.assertTrue((PAGE.parent / link).is_file(), f"{link} is no file")

    def test_every_test_with_a_number_stands_in_the_row_of_its_number(self):
        for test in sorted(self.tests):
            numbered = NUMBERED.match(test.split(".")[1])
            if numbered:
                row = self.rows.get((numbered[1], int(numbered[2])), "")
                self.assertTrue(f"`{test}`" in row, f"{test} does not stand in its row")

    def test_every_number_is_shown_or_says_why_not(self):
        for (kind, number), where in self.rows.items():
            shown = [each for each in NAMED.findall(where)
                     if each.split(".")[1].startswith(f"{kind}{number:02}")]
            self.assertTrue(shown or ELSEWHERE.search(where), f"{kind} {number}: {where}")

    @unittest.skipUnless(LIST.is_file(), "the list itself is not beside this checkout")
    def test_no_number_of_the_list_is_left_out(self):
        traps, cases = LIST.read_text().split("\n## Cases\n")
        numbers = {("Trap", int(each)) for each in re.findall(r"^(\d+)\. ", traps, re.MULTILINE)}
        rows = re.findall(r"^\| (\d+) \|", cases, re.MULTILINE)
        numbers |= {("Case", int(each)) for each in rows}
        self.assertEqual(set(self.rows), numbers)

    @unittest.skipUnless(DESIGN.is_file(), "the design is not beside this checkout")
    def test_what_does_not_apply_is_quoted_from_the_design(self):
        design = " ".join(DESIGN.read_text().split())
        for where in self.rows.values():
            for quote in re.findall(r'Does not apply\. D\d+: "(.+)"', where):
                self.assertIn(quote.replace("\\|", "|"), design)


if __name__ == "__main__":
    unittest.main()
