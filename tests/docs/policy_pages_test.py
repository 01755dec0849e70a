"""Pages of docs/policies have the same headings, in one order, and README.md names each of them."""

import os
import re
import unittest
from pathlib import Path

ROOT = Path(os.environ["HOLDFAST_SOURCE"])
HEADINGS = ["What it is for", "Fields", "States and decisions", "Events", "Cost", "Pitfalls"]


class PolicyPages(unittest.TestCase):
    def pages(self):
        found = sorted((ROOT / "docs" / "policies").glob("*.md"))
        self.assertTrue(found, "docs/policies holds pages")
        return found

    def test_every_page_has_the_same_headings(self):
        for page in self.pages():
            shown = re.findall(r"^## (.*)$", page.read_text(), re.MULTILINE)
            self.assertEqual(shown, HEADINGS, page.name)

    def test_the_first_page_leads_to_every_one(self):
        first = (ROOT / "README.md").read_text()
        for page in self.pages():
            self.assertIn(f"(docs/policies/{page.name})", first)


if __name__ == "__main__":
    unittest.main()
