"""Code in README.md and docs is the code of a compiled file, to the letter."""

import os
import re
import unittest
from pathlib import Path

ROOT = Path(os.environ["HOLDFAST_SOURCE"])
QUOTE = re.compile(r"<!-- (\S+) -->\n```(?:\w+)\n(.*?)```\n", re.DOTALL)
CODE = re.compile(r"^```cpp$", re.MULTILINE)


class QuotedCode(unittest.TestCase):
    def pages(self):
        return [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]

    def test_every_quoted_block_equals_its_file(self):
        quotes = [(page, *quote) for page in self.pages()
                  for quote in QUOTE.findall(page.read_text())]
        self.assertTrue(quotes, "README.md quotes at least one program")
        for page, name, code in quotes:
            self.assertEqual(code, (ROOT / name).read_text(), f"{page.name} and {name} differ")

    def test_the_tutorial_quotes_every_program_and_what_it_prints(self):
        steps = sorted((ROOT / "examples" / "1_tutorial").iterdir(),
                       key=lambda step: (int(step.name.split("_")[0]), step.name))
        page = (ROOT / "docs" / "tutorial.md").read_text()
        self.assertEqual([name for name, _ in QUOTE.findall(page)],
                         [str(step.relative_to(ROOT)) for step in steps])

    def test_no_page_shows_cpp_that_nothing_compiles(self):
        for page in self.pages():
            shown = len(CODE.findall(page.read_text()))
            quoted = sum(name.endswith(".cpp") for name, _ in QUOTE.findall(page.read_text()))
            self.assertEqual(shown, quoted, f"{page.name} shows code without naming its file")


if __name__ == "__main__":
    unittest.main()
