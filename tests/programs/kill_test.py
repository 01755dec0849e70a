"""Kills the importer 100 times in one import and looks that nothing is lost or doubled."""

import contextlib
import json
import random
import subprocess
import threading
import time
import unittest

from harness import ChaosApi, ProgramTest, molecules

KILLS = 100
COUNTERS = "read, stored, duplicates, differs, rejected, sequence, next_position"


class Kill(ProgramTest):
    def look_at_ledger(self, table, before):
        """The counters may only grow, and must agree with the batches and the table."""
        known = self.query("SELECT name FROM sqlite_master WHERE name = 'holdfast_runs'")
        if not known:
            return before
        runs = self.query(f"SELECT {COUNTERS} FROM holdfast_runs")
        self.assertLessEqual(len(runs), 1)
        if not runs:
            return before
        now = runs[0]
        self.assertTrue(all(a <= b for a, b in zip(before, now)), f"{before} -> {now}")
        read, stored, duplicates, _, rejected, sequence, _ = now
        self.assertEqual(read, stored + duplicates + rejected)
        batches = self.query("SELECT count(*), coalesce(sum(read), 0) FROM holdfast_batches")
        self.assertEqual(batches, [(sequence, read)])
        tables = self.query("SELECT name FROM sqlite_master WHERE name = ?", table)
        if tables:
            self.assertEqual(self.query(f"SELECT count(*) FROM {table}"), [(stored,)])
        self.assertEqual(self.query("SELECT count(*) FROM holdfast_rejected"), [(rejected,)])
        return now

    def kill_after(self, command, delay, feed=None):
        """Starts the command, kills it after a delay, and says whether it was still running."""
        process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE if feed else subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        writer = threading.Thread(target=feed, args=(process.stdin,)) if feed else None
        if writer:
            writer.start()
        try:
            process.wait(delay)
            return False, (process.stdout.read(), process.stderr.read())
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            return True, None
        finally:
            if writer:
                writer.join()
            for pipe in (process.stdin, process.stdout, process.stderr):
                with contextlib.suppress(BrokenPipeError):
                    if pipe:
                        pipe.close()

    def compare(self, table, report, undisturbed):
        self.check_sum(report)
        for name in ("read", "stored", "duplicates", "differs", "rejected", "reasons"):
            self.assertEqual(report[name], undisturbed[name], name)
        self.assertEqual(self.rows(table), self.rows(table, into="undisturbed.db"))
        for kept in ("holdfast_rejected", "holdfast_duplicates"):
            sql = f"SELECT position, line, raw FROM {kept} ORDER BY position"
            self.assertEqual(self.query(sql), self.query(sql, into="undisturbed.db"))

    def test_a_slow_pipe(self):
        lines = molecules(6000)
        text = [(line + "\n").encode() for line in lines]
        chunks = [b"".join(text[i : i + 100]) for i in range(0, len(text), 100)]

        pause = 0.012

        def feed(pipe):
            with contextlib.suppress(BrokenPipeError):
                for chunk in chunks:
                    pipe.write(chunk)
                    pipe.flush()
                    time.sleep(pause)
                pipe.close()

        options = ("-", "--table", "molecules", "--key", "id", "--batch", "50")
        start = time.monotonic()
        killed, output = self.kill_after(self.command(*options, into="undisturbed.db"), 120, feed)
        run_time = time.monotonic() - start
        self.assertFalse(killed)
        undisturbed = json.loads(output[0])

        # Standard input is read from its start each time: growing delays let every kill land at
        # another place of the run, most of them behind all that is committed. No run can be faster
        # than its pipe, however slow the machine was when the time was taken.
        run_time = min(run_time, pause * len(chunks))
        chance = random.Random(20)
        kills = 0
        seen = (0,) * 7
        for i in range(KILLS):
            delay = run_time * 0.95 * (i + chance.random()) / KILLS
            killed, _ = self.kill_after(self.command(*options), delay, feed)
            kills += killed
            seen = self.look_at_ledger("molecules", seen)
        self.assertEqual(kills, KILLS)
        self.assertGreater(seen[0], 0)

        killed, output = self.kill_after(self.command(*options), 120, feed)
        self.assertFalse(killed)
        self.compare("molecules", json.loads(output[0]), undisturbed)

    def test_a_slow_web_api(self):
        records = [
            json.dumps({"molecule_chembl_id": f"CHEMBL{i}", "mass": i + 0.5, "n": i % 3})
            for i in (*range(1900), *range(100))
        ]
        data = self.write("molecules.jsonl", "\n".join(records) + "\n")
        plan = "pace: {latency: 60ms}\nfaults: {unavailable: 0.05, reset: 0.05}\n"
        with ChaosApi(self.folder, data, plan) as api:
            options = (api.url + "?limit=20", "--table", "molecules", "--key", "molecule_chembl_id")
            start = time.monotonic()
            undisturbed = self.run_import(*options, into="undisturbed.db")
            run_time = time.monotonic() - start

            chance = random.Random(21)
            kills = 0
            seen = (0,) * 7
            for _ in range(KILLS):
                delay = chance.uniform(0, 2.5 * run_time / KILLS)
                killed, _ = self.kill_after(self.command(*options), delay)
                kills += killed
                seen = self.look_at_ledger("molecules", seen)
            self.assertGreater(kills, KILLS // 2)
            report = self.run_import(*options)

        self.compare("molecules", report, undisturbed)


if __name__ == "__main__":
    unittest.main()
