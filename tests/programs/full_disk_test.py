"""Lets the disk run full again and again while a file is imported, with more room each time."""

import json
import os
import resource
import subprocess
import unittest

from harness import ProgramTest, molecules

OPTIONS = ("--key", "id", "--batch", "100")


class FullDisk(ProgramTest):
    def setUp(self):
        super().setUp()
        self.source = self.write("molecules.csv", "\n".join(molecules(8000)) + "\n")
        self.undisturbed = self.run_import(self.source, *OPTIONS, into="undisturbed.db", code=1)

    def compare(self, report, target):
        self.check_sum(report)
        for name in ("read", "stored", "duplicates", "differs", "rejected", "reasons"):
            self.assertEqual(report[name], self.undisturbed[name], name)
        self.assertEqual(
            self.rows("molecules", into=target), self.rows("molecules", into="undisturbed.db")
        )

    def fill_and_resume(self, target, give_room):
        """Imports with ever more room until it succeeds; returns the report and how often the disk
        was full."""
        read = 0
        for full in range(200):
            options = give_room(full)
            run = subprocess.run(
                self.command(self.source, *OPTIONS, into=target),
                capture_output=True,
                timeout=300,
                **options,
            )
            if run.returncode == 1:
                return self.report_of(run), full
            words = run.stderr.decode()
            self.assertEqual(run.returncode, 3, words)
            self.assertIn("make room", words)
            report = self.report_of(run)
            self.check_sum(report)
            self.assertGreaterEqual(report["read"], read)
            read = report["read"]
        self.fail("there never was enough room")

    def report_of(self, run):
        return json.loads(run.stdout)

    def test_a_limit_of_file_sizes_that_grows(self):
        def give_room(times):
            limit = 100_000 + 50_000 * times

            def set_limit():
                resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

            return {"preexec_fn": set_limit}

        report, full = self.fill_and_resume("target.db", give_room)

        self.assertGreater(full, 5)
        self.compare(report, "target.db")

    def test_a_small_file_system_that_grows(self):
        disk = self.path("disk")
        os.mkdir(disk)
        mount = ["mount", "-t", "tmpfs", "-o", "size=128k", "holdfast-test", disk]
        if os.geteuid() != 0 or subprocess.run(mount, capture_output=True).returncode != 0:
            self.skipTest("a file system of its own can't be mounted here")
        self.addCleanup(subprocess.run, ["umount", disk], check=True)

        def give_room(times):
            size = f"remount,size={128 + 60 * times}k"
            subprocess.run(["mount", "-o", size, disk], check=True)
            return {}

        report, full = self.fill_and_resume(os.path.join(disk, "target.db"), give_room)

        self.assertGreater(full, 5)
        self.compare(report, os.path.join(disk, "target.db"))


if __name__ == "__main__":
    unittest.main()
