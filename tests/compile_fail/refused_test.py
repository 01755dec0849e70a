"""One source of this folder: its mistake is refused in our words, its twin compiles.

    refused_test.py SOURCE COMPILER FLAG...
"""

import pathlib
import re
import subprocess
import sys
import unittest

SOURCE = pathlib.Path(sys.argv.pop(1))
COMPILER = sys.argv[1:]
del sys.argv[1:]


def compiled(*more: str) -> subprocess.CompletedProcess:
    return subprocess.run([*COMPILER, "-fsyntax-only", *more, str(SOURCE)], check=False,
                          capture_output=True, text=True)


def sentence() -> str:
    first = SOURCE.read_text(encoding="utf-8").splitlines()[0]
    told = re.fullmatch(r'// Refused: (.{20,})', first)
    if told is None:
        raise ValueError(f'{SOURCE.name} must begin with "// Refused: " and the sentence')
    return told.group(1)


class Refused(unittest.TestCase):
    def test_the_twin_compiles(self):
        twin = compiled()
        self.assertEqual(twin.returncode, 0, twin.stderr)

    def test_the_first_error_is_our_sentence(self):
        mistake = compiled("-DREFUSED")
        self.assertNotEqual(mistake.returncode, 0, "it compiles")
        errors = [line for line in mistake.stderr.splitlines() if "error:" in line]
        self.assertIn(sentence(), errors[0].replace('\\"', '"'), mistake.stderr)


if __name__ == "__main__":
    unittest.main()
