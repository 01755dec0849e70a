"""Holds the tables of src/classify against the headers that define their codes: each one once, with
the number that the header gives it. What this system has no header for is skipped."""

import collections
import os
import pathlib
import re
import subprocess
import unittest

ROOT = pathlib.Path(os.environ["HOLDFAST_SOURCE"])
COMPILER = os.environ.get("CXX", "c++")


def table_of(name):
    """[(number or macro, name)] of the rows in src/classify/<name>.cpp."""
    text = (ROOT / "src" / "classify" / f"{name}.cpp").read_text()
    return re.findall(r'(?:code_row)?\{(-?\w+), "(\w+)", \w+\}', text)


def header(name):
    """Where a header lies, or None."""
    folders = ["/usr/include", "/usr/local/include"]
    folders += [str(each) for each in pathlib.Path("/usr/include").glob("*-linux-gnu")]
    places = [pathlib.Path(folder) / name for folder in folders]
    return next((place for place in places if place.exists()), None)


def errno_macros():
    """Names of all error numbers that the system's errno.h defines; None without a compiler."""
    try:
        asked = subprocess.run([COMPILER, "-E", "-dM", "-x", "c++", "-"], text=True,
                               input="#include <errno.h>\n", capture_output=True, check=False)
    except OSError:
        return None
    found = re.findall(r"^#define (E[0-9A-Z]+) (\w+)$", asked.stdout, re.M)
    return {name for name, value in found if value.isdigit()} if asked.returncode == 0 else None


class HeaderCodes(unittest.TestCase):
    def assert_each_once(self, wanted, rows):
        counts = collections.Counter(name for _, name in rows)
        wrong = sorted(name for name in wanted if counts[name] != 1)
        self.assertEqual(wrong, [], "codes that do not stand in the table exactly once")

    def assert_numbers(self, listed, name):
        rows = table_of(name)
        self.assert_each_once(listed, rows)
        numbers = {code: int(number) for number, code in rows}
        for code, number in listed.items():
            self.assertEqual(numbers[code], number, code)

    def test_curl(self):
        place = header("curl/curl.h")
        if place is None:
            self.skipTest("no curl/curl.h here")
        body = re.search(r"typedef enum \{\s*CURLE_OK.*?\} CURLcode;", place.read_text(), re.S)[0]
        codes = re.findall(r"(CURLE_\w+),\s*/\*\s*(\d+)", body)
        listed = {name: int(number) for name, number in codes if "OBSOLETE" not in name}
        self.assertGreater(len(listed), 70)
        self.assert_numbers(listed, "curl")

    def test_sqlite(self):
        place = header("sqlite3.h")
        if place is None:
            self.skipTest("no sqlite3.h here")
        text = place.read_text()
        primary = text[text.index("#define SQLITE_OK "):text.index("end-of-error-codes")]
        listed = {name: int(number) for name, number in
                  re.findall(r"#define (SQLITE_[A-Z]+)\s+(\d+)", primary)}
        for name in ("SQLITE_OK", "SQLITE_NOTICE", "SQLITE_WARNING", "SQLITE_ROW", "SQLITE_DONE",
                     "SQLITE_EMPTY", "SQLITE_FORMAT"):
            listed.pop(name)  # no errors, or not used
        extended = re.findall(r"#define (SQLITE_\w+)\s+\((SQLITE_[A-Z]+) \| \((\d+)<<8\)\)", text)
        self.assertGreater(len(extended), 60)
        listed.update({name: listed[base] | int(number) << 8
                       for name, base, number in extended if base in listed})
        self.assert_numbers(listed, "sqlite")

    def test_errno(self):
        names = errno_macros()
        if not names:
            self.skipTest("no compiler that knows errno.h here")
        self.assertGreater(len(names), 70)
        names.discard("EOPNOTSUPP")  # the number that ENOTSUP has
        self.assert_each_once(names, table_of("errno"))


if __name__ == "__main__":
    unittest.main()
