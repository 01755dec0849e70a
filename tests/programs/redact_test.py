"""Runs `holdfast redact` as a filter, and holds its recall on labelled lines, where there are."""

import json
import os
import random
import subprocess
import sys
import unittest

from harness import HOLDFAST, SOURCE, ProgramTest

MARK = b"[redacted]"
LINES = os.path.join(SOURCE, "..", "shared", "data", "secrets", "lines.jsonl")
TRANSFORMATIONS = ["plain", "json", "url", "json+url", "1 MiB"]


class Filter(ProgramTest):
    def redact(self, text, *arguments, code=0):
        run = subprocess.run([HOLDFAST, "redact", *arguments], input=text, capture_output=True,
                             timeout=300)
        self.told = run.stderr.decode()
        self.assertEqual(run.returncode, code, self.told)
        return run.stdout

    def test_secrets_go_and_all_else_stays_byte_for_byte(self):
        clean = bytes(range(256)) + b"\r\n\n\0\xff no secret here"
        self.assertEqual(self.redact(clean), clean)
        self.assertEqual(self.redact(b"a password=tr0ub4dor b\n" + clean),
                         b"a password=" + MARK + b" b\n" + clean)
        self.assertEqual(self.redact(b""), b"")

    def test_a_file_brings_more_secrets(self):
        secrets = self.write("secrets.txt", "correct horse\r\n\npa/ss w\n")
        self.assertEqual(self.redact(b"correct horse pa%2Fss%20w\n", "--secrets", secrets),
                         MARK + b" " + MARK + b"\n")

    def test_options_choose_what_else_is_taken(self):
        mail = b"mail to bob@x.example\n"
        row = b"Key (id)=(bob) already exists.\n"
        insert = b"INSERT INTO t VALUES ('bob')\n"
        self.assertEqual(self.redact(mail), mail)
        self.assertEqual(self.redact(mail, "--personal"), b"mail to " + MARK + b"\n")
        self.assertNotIn(b"bob", self.redact(row + insert))
        kept = self.redact(row + insert, "--keep-row-values", "--keep-sql-literals")
        self.assertEqual(kept, row + insert)

    def test_a_line_is_told_while_the_next_one_is_awaited(self):
        with subprocess.Popen([HOLDFAST, "redact"], stdin=subprocess.PIPE,
                              stdout=subprocess.PIPE) as process:
            process.stdin.write(b"token: tr0ub4dor\nnext")
            process.stdin.flush()
            self.assertEqual(process.stdout.readline(), b"token: " + MARK + b"\n")
            rest, _ = process.communicate(timeout=60)
            self.assertEqual(rest, b"next")
            self.assertEqual(process.returncode, 0)

    def test_a_line_of_any_length_leaks_nothing_and_takes_bounded_memory(self):
        rng = random.Random(5)
        piece = b'{"n":%d,"password":"tr0ub4dor","note":"' + b"x y " * 50 + b'"},'
        count = 200_000  # 50 MB without a line's end
        pieces = [piece % rng.randrange(10 ** 6) for _ in range(count)]
        source = self.write("long.json", b"".join(pieces))
        command = f"ulimit -v 200000; exec '{HOLDFAST}' redact < '{source}'"

        run = subprocess.run(["sh", "-c", command], capture_output=True, timeout=300)

        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertNotIn(b"tr0ub4dor", run.stdout)
        self.assertEqual(run.stdout.count(MARK), count)
        self.assertEqual(run.stdout.replace(MARK, b"tr0ub4dor"), b"".join(pieces))

    def test_what_can_not_be_read_or_written_is_said_without_secrets(self):
        self.redact(b"", "--secrets", self.path("missing"), code=2)
        self.assertIn("missing", self.told)
        short = self.write("short.txt", "abc\n")
        self.redact(b"", "--secrets", short, code=2)
        self.assertNotIn("abc", self.told)
        self.redact(b"", "--no-such-option", code=2)
        if os.path.exists("/dev/full"):
            with open("/dev/full", "wb") as full:
                run = subprocess.run([HOLDFAST, "redact"], input=b"x\n", stdout=full,
                                     stderr=subprocess.PIPE, check=False)
            self.assertEqual(run.returncode, 2)
            self.assertIn(b"standard output", run.stderr)


@unittest.skipUnless(os.path.exists(LINES), "the labelled lines are not beside this checkout")
class Recall(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        tool = os.path.join(SOURCE, "bench", "redaction_recall.py")
        run = subprocess.run(
            [sys.executable, "-B", tool, HOLDFAST, LINES, "--json", "--", "--personal"],
            capture_output=True, check=True)
        cls.counts = json.loads(run.stdout)

    def share(self, transformation, group):
        rows = [row for family, row in self.counts[transformation].items()
                if family.startswith(group) and "lines" in row]
        return sum(row["taken"] for row in rows) / sum(row["lines"] for row in rows)

    def test_at_least_99_percent_of_the_lines_with_a_key_or_a_place(self):
        for transformation in TRANSFORMATIONS:
            self.assertGreaterEqual(self.share(transformation, "au-"), 0.99, transformation)

    def test_at_least_95_percent_of_the_tokens_of_providers(self):
        for transformation in TRANSFORMATIONS:
            self.assertGreaterEqual(self.share(transformation, "gl-"), 0.95, transformation)

    def test_no_clean_line_is_changed(self):
        for transformation in TRANSFORMATIONS:
            changed = {family: row["changed"] for family, row in
                       self.counts[transformation].items() if row.get("changed")}
            self.assertEqual(changed, {}, transformation)


if __name__ == "__main__":
    unittest.main()
