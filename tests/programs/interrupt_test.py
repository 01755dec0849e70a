"""Interrupts an import: what was read is committed, and the same command goes on."""

import json
import os
import signal
import subprocess
import time
import unittest

from harness import ProgramTest, molecules


class Interrupt(ProgramTest):
    def start(self, *options):
        return subprocess.Popen(
            self.command("-", "--table", "molecules", *options),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    def interrupted_after(self, lines, how):
        """Feeds some lines, interrupts while the pipe stays open, and returns report and words."""
        process = self.start()
        process.stdin.write(("\n".join(lines) + "\n").encode())
        process.stdin.flush()
        time.sleep(0.7)
        start = time.monotonic()
        process.send_signal(how)
        process.wait(30)
        self.assertLess(time.monotonic() - start, 5)
        report = json.loads(process.stdout.read())
        words = process.stderr.read().decode()
        for pipe in (process.stdin, process.stdout, process.stderr):
            pipe.close()
        self.assertEqual(process.returncode, 130)
        return report, words

    def test_what_was_read_is_committed_and_the_same_command_goes_on(self):
        lines = molecules(1000)
        for how, part in ((signal.SIGINT, 301), (signal.SIGTERM, 701)):
            report, words = self.interrupted_after(lines[:part], how)
            self.assertEqual(report["ending"], "interrupted")
            self.assertEqual(report["read"], part - 1)
            self.check_sum(report)
            self.assertIn("interrupted: finishing the batch", words)
            self.assertIn("the same command", words)

        process = self.start()
        output, _ = process.communicate(("\n".join(lines) + "\n").encode(), timeout=60)
        report = json.loads(output)

        self.assertTrue(report["resumed"])
        self.assertEqual(report["read"], 1000)
        self.assertEqual(report["skipped"], 700)
        self.assertEqual(report["rows_in_table"], report["stored"])

    def test_a_wait_for_an_api_that_is_down_ends_at_once(self):
        process = subprocess.Popen(
            self.command("http://127.0.0.1:9/molecule.json"),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        time.sleep(1.5)
        start = time.monotonic()
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=30)
        self.assertLess(time.monotonic() - start, 5)
        self.assertEqual(process.returncode, 130)

    def test_a_source_that_has_not_begun_is_not_waited_for(self):
        fifo = self.path("fifo.csv")
        os.mkfifo(fifo)
        for source in ("-", fifo):
            process = subprocess.Popen(
                self.command(source),
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
            )
            time.sleep(0.5)
            process.send_signal(signal.SIGINT)
            process.wait(10)
            words = process.stderr.read().decode()
            process.stdin.close()
            process.stderr.close()
            self.assertEqual(process.returncode, 130)
            self.assertIn("interrupted; nothing was imported", words)

    def test_a_result_that_can_not_be_written_is_told(self):
        source = self.write("molecules.csv", "\n".join(molecules(3)).encode())
        with open("/dev/full", "wb") as full:
            run = subprocess.run(
                self.command(source), stdout=full, stderr=subprocess.PIPE, timeout=60, check=False
            )
        self.assertEqual(run.returncode, 3)
        self.assertIn(b"the result can't be written", run.stderr)


if __name__ == "__main__":
    unittest.main()
