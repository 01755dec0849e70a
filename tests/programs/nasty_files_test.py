"""Imports files that are broken in every way: no crash, no good record lost, one clear word."""

import gzip
import json
import os
import subprocess
import unittest
from collections import namedtuple

from harness import ProgramTest

Nasty = namedtuple("Nasty", "name content stored rejected reasons code")

GOOD = b"id,name\n1,aspirin\n2,caffeine\n"
MANY = b"id,name\n" + b"".join(b"%d,molecule %d\n" % (i, i * 7919) for i in range(20000))
BIG = b"x" * (20 * 1024 * 1024)


def nasty(name, content, stored, reasons=None, code=None):
    rejected = sum((reasons or {}).values())
    return Nasty(name, content, stored, rejected, reasons or {}, code or (1 if rejected else 0))


FILES = [
    nasty("good.csv", GOOD, 2),
    nasty("no_last_newline.csv", GOOD[:-1], 2),
    nasty("crlf.csv", GOOD.replace(b"\n", b"\r\n"), 2),
    nasty("bare_cr.csv", GOOD.replace(b"\n", b"\r"), 2),
    nasty("bom.csv", b"\xef\xbb\xbf" + GOOD, 2),
    nasty("utf16le.csv", b"\xff\xfe" + GOOD.decode().encode("utf-16-le"), 2),
    nasty("utf16be.csv", b"\xfe\xff" + GOOD.decode().encode("utf-16-be"), 2),
    nasty("packed.csv.gz", gzip.compress(GOOD), 2),
    nasty("two_members.csv.gz", gzip.compress(GOOD[:9]) + gzip.compress(GOOD[9:]), 2),
    nasty("packed_without_extension.csv", gzip.compress(GOOD), 2),
    nasty("header_only.csv", b"id,name\n", 0),
    nasty("blank_lines.csv", b"id,name\n\n1,a\n\n\n2,b\n", 2),
    nasty("line_break_in_field.csv", b'id,name\n1,"two\nlines"\n2,b\n', 2),
    nasty("doubled_quotes.csv", b'id,name\n1,"a ""b"" c"\n', 1),
    nasty("same_column_twice.csv", b"id,id,,\n1,2,3,4\n", 1),
    nasty("semicolons.csv", GOOD.replace(b",", b";"), 2),
    nasty("tabs.tsv", GOOD.replace(b",", b"\t"), 2),
    nasty("ragged.csv", b"id,name\n1,a\n2\n3,b,c\n4,d\n", 2, {"ragged": 2}),
    nasty("broken_quote.csv", b'id,name\n1,a\n2,"x"y\n3,c\n', 2, {"broken_quote": 1}),
    nasty("open_quote_at_end.csv", b'id,name\n1,a\n2,"never closed\n', 1, {"broken_quote": 1}),
    nasty("invalid_utf8.csv", b"id,name\n1,a\n2,\xff\xfe\xfa\n3,c\n", 2, {"invalid_utf8": 1}),
    nasty("nul.csv", b"id,name\n1,a\n2,b\0c\n3,d\n", 2, {"embedded_nul": 1}),
    nasty("big_field.csv", b"id,name\n1,a\n2," + BIG + b"\n3,c\n", 2, {"too_large": 1}),
    nasty("objects.jsonl", b'{"id": 1}\n{"id": 2, "name": "b"}\n', 2),
    nasty("nested.jsonl", b'{"a": {"b": [1, 2]}, "c": "\\u0041"}\n', 1),
    nasty("array.json", b'[{"id": 1}, {"id": 2}]', 2),
    nasty("not_objects.jsonl", b'{"id": 1}\n[1]\n5\n{"id":\n{"id": 2}\n', 2, {"malformed_json": 3}),
    nasty("big_line.jsonl", b'{"id": 1}\n{"x": "' + BIG + b'"}\n{"id": 2}\n', 2, {"too_large": 1}),
]


class NastyFiles(ProgramTest):
    def refused(self, *arguments, into="target.db"):
        """The words of an import that must be refused before anything was done."""
        report = self.run_import(*arguments, into=into, code=2)
        self.assertIsNone(report)
        self.assertIn("nothing was imported", self.told)
        self.assertFalse(os.path.isfile(self.path(into)) and into == "target.db")
        return self.told

    def test_each_file_ends_as_expected(self):
        for i, file in enumerate(FILES):
            with self.subTest(file.name):
                source = self.write(file.name, file.content)
                into = f"{i}.db"
                report = self.run_import(source, "--table", "t", into=into, code=file.code)
                self.check_sum(report)
                self.assertEqual(report["reasons"], file.reasons)
                self.assertEqual((report["stored"], report["duplicates"]), (file.stored, 0))
                self.assertEqual(report["rows_in_table"], file.stored)
                kept = self.query("SELECT count(*) FROM holdfast_rejected", into=into)
                self.assertEqual(kept, [(file.rejected,)])

    def test_a_rejected_record_is_kept_with_its_place_and_its_bytes(self):
        source = self.write("m.csv", b"id,name\n1,a\n2,\xff\n3\n")

        self.run_import(source, code=1)

        columns = "source, table_name, position, line, reason, raw"
        self.assertEqual(
            self.query(f"SELECT {columns} FROM holdfast_rejected"),
            [
                (os.path.realpath(source), "m", 1, 3, "invalid_utf8", b"2,\xff"),
                (os.path.realpath(source), "m", 2, 4, "ragged", b"3"),
            ],
        )

    def test_a_truncated_gzip_stores_what_was_good_and_can_be_resumed(self):
        whole = gzip.compress(MANY)
        source = self.write("m.csv.gz", whole[: len(whole) * 2 // 3])

        first = self.run_import(source, code=3)
        self.assertIn("m.csv.gz", self.told)
        again = self.run_import(source, code=3)
        self.write("m.csv.gz", whole)
        last = self.run_import(source)

        self.check_sum(first)
        self.assertGreater(first["stored"], 1000)
        self.assertEqual((again["resumed"], again["stored"]), (True, first["stored"]))
        self.assertEqual((last["stored"], last["read"]), (20000, 20000))

    def test_an_empty_file(self):
        self.assertIn("empty", self.refused(self.write("empty.csv", b"")))

    def test_a_missing_file_and_a_near_one(self):
        self.write("molecules.csv", GOOD)

        words = self.refused(self.path("molecles.csv"))

        self.assertIn("no such file", words)
        self.assertIn("molecules.csv?", words)

    def test_a_directory(self):
        self.assertIn("is a directory", self.refused(self.folder))

    def test_targets_that_cannot_be_written(self):
        source = self.write("m.csv", GOOD)
        no_database = self.write("text.db", b"this is no database, but quite a long text" * 9)

        self.assertIn("directory", self.refused(source, into=self.folder))
        self.assertIn("no directory", self.refused(source, into=self.path("no/such/target.db")))
        self.assertIn("no regular file", self.refused(source, into="/dev/null"))
        self.assertIn("database", self.refused(source, into=no_database))
        words = self.refused_target("postgresql://lab:s3cret-word@/lab?no_such=1", source)
        self.assertIn("no_such", words)
        self.assertNotIn("s3cret", words)

    def refused_target(self, target, source):
        run = subprocess.run(
            self.command(source)[:3] + ["--into", target], capture_output=True, timeout=60
        )
        self.assertEqual(run.returncode, 2)
        return run.stderr.decode()

    def test_all_problems_are_told_at_once(self):
        words = self.refused(
            self.path("missing.csv"), self.folder, "--batch", "0", "--give-up-after", "soon"
        )
        self.assertIn("--batch", words)
        self.assertIn("--give-up-after", words)
        self.assertIn("missing.csv", words)
        self.assertIn("is a directory", words)
        self.assertIn("4 problems", words)

        words = self.refused(self.path("missing.csv"), self.folder, into=self.path("no/target.db"))
        self.assertIn("3 problems", words)

    def test_a_bad_mapping_is_told_with_its_line(self):
        source = self.write("m.csv", GOOD)
        mapping = self.write("bad.yaml", "table: m\nkeys: [id]\n")

        words = self.refused(source, "--mapping", mapping)

        self.assertIn("bad.yaml:2", words)

    def test_a_key_that_no_column_gives(self):
        words = self.refused(self.write("m.csv", GOOD), "--key", "cas")

        self.assertIn("there is no column cas", words)
        self.assertIn("id, name", words)

    def test_the_result_for_people_adds_up(self):
        source = self.write("m.csv", b"id,name\n1,a\n2\n")
        command = self.command(source)
        command.remove("--json")

        run = subprocess.run(command, capture_output=True, timeout=60)

        self.assertEqual(run.returncode, 1)
        words = run.stdout.decode()
        self.assertIn("2 read = 1 stored + 0 duplicates + 1 rejected", words)
        self.assertIn("rejected: 1 ragged", words)
        self.assertIn("1 rows in table m", words)
        self.assertIn("m: columns id integer, name text", run.stderr.decode())

    def test_json_is_one_object_even_when_names_are_no_text(self):
        source = os.path.join(os.fsencode(self.folder), b"\xff.csv")
        with open(source, "wb") as file:
            file.write(GOOD)

        run = subprocess.run(
            [*self.command(source, "--table", "m")], capture_output=True, timeout=60
        )

        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertEqual(json.loads(run.stdout)["stored"], 2)


if __name__ == "__main__":
    unittest.main()
