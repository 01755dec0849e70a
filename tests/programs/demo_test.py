"""Runs script/demo with the built program and checks what it claims, independently of it."""

import json
import os
import re
import sqlite3
import subprocess
import tempfile
import unittest

HOLDFAST = os.environ.get("HOLDFAST", "holdfast")
SOURCE = os.environ.get("HOLDFAST_SOURCE", os.getcwd())
DATA = os.path.join(SOURCE, "examples", "data", "molecules.jsonl")


class Demo(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.run_of_demo = subprocess.run(
            [os.path.join(SOURCE, "script", "demo"), cls.folder.name],
            env={**os.environ, "HOLDFAST": os.path.abspath(HOLDFAST)},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=600,
        )
        cls.output = cls.run_of_demo.stdout + cls.run_of_demo.stderr

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def rows(self, query):
        database = sqlite3.connect(os.path.join(self.folder.name, "demo.db"))
        try:
            return database.execute(query).fetchall()
        finally:
            database.close()

    def test_it_ends_well(self):
        self.assertEqual(self.run_of_demo.returncode, 0, self.output)
        self.assertNotIn("FAILED", self.output)

    def test_every_record_is_stored_exactly_once_as_it_is_in_the_file(self):
        with open(DATA, encoding="utf-8") as lines:
            records = [json.loads(line) for line in lines]
        names = [name for name in records[0] if name != "synonyms"]
        wanted = sorted(tuple(each[name] for name in names) for each in records)

        stored = self.rows(f"SELECT {', '.join(names)} FROM molecules ORDER BY cas")

        self.assertEqual(len(stored), len(records))
        self.assertEqual(sorted(stored), wanted)

    def test_over_thirty_percent_of_the_requests_failed_and_an_outage_happened(self):
        with open(os.path.join(self.folder.name, "chaos.out"), encoding="utf-8") as file:
            line = file.read().splitlines()[-1]
        requests, failed = map(int, re.match(r"(\d+) requests, (\d+) failed", line).groups())
        self.assertGreaterEqual(failed / requests, 0.3)
        self.assertRegex(line, r"\boutage [1-9]")

    def test_it_shows_the_circuit_opening_and_recovering(self):
        self.assertRegex(self.output, r"circuit open: ")
        self.assertRegex(self.output, r"circuit closed: recovered")

    def test_no_server_is_left_behind(self):
        with open(os.path.join(self.folder.name, "chaos.out"), encoding="utf-8") as file:
            first, last = file.read().splitlines()
        self.assertTrue(first.startswith("listening on "))
        self.assertIn(" requests, ", last)


if __name__ == "__main__":
    unittest.main()
