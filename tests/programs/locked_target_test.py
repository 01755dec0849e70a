"""Imports into a database that another program holds locked from before the first look."""

import contextlib
import json
import signal
import sqlite3
import subprocess
import time
import unittest

from harness import ProgramTest


class LockedTarget(ProgramTest):
    def setUp(self):
        super().setUp()
        self.source = self.write("t.csv", "id,name\n1,a\n2,b\n")

    @contextlib.contextmanager
    def locked(self, how, journal="delete"):
        """Another connection, which holds the write lock of the target."""
        other = sqlite3.connect(self.path("target.db"), isolation_level=None)
        with contextlib.closing(other):
            other.execute(f"PRAGMA journal_mode = {journal}")
            other.execute("CREATE TABLE IF NOT EXISTS t(id INTEGER, name TEXT)")
            other.execute(f"BEGIN {how}")
            yield other

    def waiting(self, *options):
        """A started import, and the line in which it says that it waits."""
        process = subprocess.Popen(
            self.command(self.source, *options), stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        for pipe in (process.stdout, process.stderr):
            self.addCleanup(pipe.close)
        return process, process.stderr.readline().decode()

    def test_it_is_waited_for_and_then_imported_into(self):
        for how in ("IMMEDIATE", "EXCLUSIVE"):
            with self.locked(how) as other:
                process, words = self.waiting()
                self.assertIn("t: waiting: the database is busy", words)
                other.execute("ROLLBACK")
                self.assertIn("going on", process.stderr.readline().decode())
                output = process.stdout.read()
                self.assertEqual(process.wait(30), 0)
            self.assertEqual(json.loads(output)["read"], 2)
        self.assertEqual(self.query("SELECT * FROM t"), [(1, "a"), (2, "b")])

    def test_it_gives_up_with_a_sentence_and_a_result(self):
        for journal in ("delete", "wal"):
            with self.locked("EXCLUSIVE", journal):
                report = self.run_import(self.source, "--give-up-after", "0s", code=3)
            self.assertEqual((report["ending"], report["read"]), ("gave_up", 0))
            self.assertIn("gave up waiting: ", self.told)
            self.assertIn("the database is busy", self.told)
            self.assertIn("another program holds its lock", self.told)
        self.assertEqual(self.run_import(self.source)["stored"], 2)

    def test_an_interrupt_ends_the_wait(self):
        with self.locked("EXCLUSIVE"):
            process, _ = self.waiting()
            start = time.monotonic()
            process.send_signal(signal.SIGINT)
            words = process.stderr.read().decode()
            self.assertEqual(process.wait(30), 130)
        self.assertLess(time.monotonic() - start, 5)
        self.assertIn("nothing was imported", words)

    def test_what_must_be_mended_is_told_without_a_wait(self):
        with self.locked("EXCLUSIVE"):
            self.run_import(self.source, self.path("missing.csv"), code=2)
        self.assertIn("missing.csv", self.told)


if __name__ == "__main__":
    unittest.main()
