"""Kills the importer, its server and its links in the middle of imports into PostgreSQL, and looks
that nothing is lost or doubled."""

import contextlib
import json
import os
import random
import signal
import subprocess
import time
import unittest

from chaos_proxy_test import Proxy
from harness import molecules
from postgres_harness import PostgresTest

IMPORTER_KILLS = 60
SERVER_KILLS = 6
COMMIT_MESSAGE = "'510000000b434f4d4d495400'"
COUNTERS = "read, stored, duplicates, differs, rejected, sequence, next_position"
LOOK = f"""
BEGIN ISOLATION LEVEL REPEATABLE READ;
SELECT {COUNTERS}, (SELECT count(*) FROM holdfast_batches),
  (SELECT coalesce(sum(read), 0) FROM holdfast_batches),
  (SELECT count(*) FROM molecules), (SELECT count(*) FROM holdfast_rejected),
  (SELECT count(*) FROM holdfast_duplicates) FROM holdfast_runs;
COMMIT"""


class KilledImports(PostgresTest):
    def setUp(self):
        super().setUp()
        self.source = self.write("molecules.csv", "\n".join(molecules(20000)) + "\n")
        self.options = (self.source, "--key", "id", "--batch", "200")
        self.ask(f'CREATE DATABASE "{self.database}_calm"', database="postgres")
        self.calm = self.run_import(*self.options,
                                    into=self.server.url(f"{self.database}_calm"), code=1)

    def look_at_ledger(self, before):
        """The counters may only grow, and must agree with the batches and the table."""
        if self.ask("SELECT to_regclass('molecules')") == [("\\N",)]:
            return before
        found = self.ask(LOOK)
        self.assertEqual(len(found), 1)
        numbers = tuple(map(int, found[0]))
        now = numbers[:7]
        self.assertTrue(all(a <= b for a, b in zip(before, now)), f"{before} -> {now}")
        read, stored, duplicates, _, rejected, sequence, _ = now
        self.assertEqual(read, stored + duplicates + rejected)
        self.assertEqual(numbers[7:], (sequence, read, stored, rejected, duplicates))
        return now

    def compare(self, report):
        """All is as in an import that nobody disturbed."""
        self.check_ledger("molecules", report)
        for name in ("read", "stored", "duplicates", "differs", "rejected", "reasons"):
            self.assertEqual(report[name], self.calm[name], name)
        for sql in ("SELECT * FROM molecules ORDER BY id COLLATE \"C\"",
                    "SELECT position, line, raw FROM holdfast_rejected ORDER BY position",
                    "SELECT position, line, key, differs, raw FROM holdfast_duplicates"
                    " ORDER BY position"):
            self.assertEqual(self.ask(sql), self.ask(sql, f"{self.database}_calm"))

    def test_the_importer_is_killed_again_and_again(self):
        chance = random.Random(30)
        kills = 0
        seen = (0,) * 7
        longest = 0.08
        while kills < IMPORTER_KILLS:
            process = subprocess.Popen(self.command(*self.options), stdout=subprocess.DEVNULL,
                                       stderr=subprocess.DEVNULL)
            # A kill somewhere in the first batches after the start lets the import need them all;
            # how long a start takes, the machine tells.
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(chance.uniform(0.005, longest))
            self.assertIsNone(process.poll(), f"finished after {kills} kills")
            process.kill()
            process.wait()
            kills += 1
            before, seen = seen, self.look_at_ledger(seen)
            longest *= 1.1 if seen == before else 0.8
        self.assertGreater(seen[0], 0)

        report = self.run_import(*self.options, code=1)
        self.assertTrue(report["resumed"])
        self.compare(report)

    def test_the_server_is_killed_again_and_again(self):
        chance = random.Random(31)
        process = subprocess.Popen(self.slow_command(), stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, stdin=subprocess.PIPE)
        feeder = self.feed(process)
        kills = 0
        while kills < SERVER_KILLS:
            time.sleep(chance.uniform(0.2, 0.9))
            self.assertIsNone(process.poll())
            self.server.kill()
            time.sleep(chance.uniform(0, 0.3))
            self.server.start()
            kills += 1
        output, words = process.communicate(timeout=120)
        feeder.wait()
        self.assertEqual(process.returncode, 1, words)
        report = json.loads(output)
        self.assertGreater(report["retries"], 0)
        self.compare(report)

    def slow_command(self):
        return self.command("-", "--table", "molecules", "--key", "id", "--batch", "200")

    def feed(self, process):
        """Writes the source into the standard input of a process, over some seconds."""
        script = ("import sys, time\n"
                  "lines = open(sys.argv[1], 'rb').readlines()\n"
                  "for at in range(0, len(lines), 100):\n"
                  "    sys.stdout.buffer.write(b''.join(lines[at:at + 100]))\n"
                  "    sys.stdout.flush()\n"
                  "    time.sleep(0.03)\n")
        feeder = subprocess.Popen(["python3", "-c", script, self.source], stdout=process.stdin)
        process.stdin.close()
        process.stdin = None
        self.addCleanup(process.kill)
        return feeder

    def through(self, plan, *options, code=1):
        """An import through a proxy; its report and what the proxy did."""
        with Proxy(f"127.0.0.1:{self.server.port}", plan) as proxy:
            port = int(proxy.address.rsplit(":", 1)[1])
            report = self.run_import(*(options or self.options), into=self.target(port), code=code)
            strikes = proxy.stats()["faults"]
        return report, strikes

    def test_links_are_cut_anywhere(self):
        plan = ("faults:\n"
                "  - {kind: cut, at_byte: 10000, at_byte_spread: 150000}\n"
                "  - {kind: reset, direction: to_client, at_byte: 3000, at_byte_spread: 30000}\n")

        report, strikes = self.through(plan)

        self.assertGreater(sum(strikes.values()), 10, strikes)
        self.assertGreater(report["retries"], 10)
        self.compare(report)

    def test_answers_to_commits_are_lost(self):
        for kind in ("answer_lost", "request_lost"):
            plan = (f"faults: [{{kind: {kind}, pattern_hex: {COMMIT_MESSAGE}, chance: 0.3}}]")
            with self.subTest(kind):
                self.tearDownTables()
                report, strikes = self.through(plan)
                self.assertGreater(strikes[kind], 5)
                self.compare(report)

    def test_a_half_open_link_leaves_no_row_twice_and_no_lock(self):
        # Also ON COMMIT DROP, in the middle of a batch.
        plan = ("protocol: postgres\nfaults: [{message: Q, containing: COMMIT, chance: 0.1, "
                "kind: request_lost, closes: client}]")

        report, strikes = self.through(plan)

        self.assertGreater(strikes["request_lost"], 1)
        self.compare(report)

    def test_a_commit_that_nobody_can_tell_of_is_found_in_the_ledger_later(self):
        # No session for longer than a lost COMMIT is looked into: the transaction stays in doubt.
        plan = (f"faults: [{{kind: answer_lost, pattern_hex: {COMMIT_MESSAGE}, occurrence: 6, "
                f"times: 1}}, {{kind: reset, connections: {list(range(2, 40))}}}]")

        report, strikes = self.through(plan)

        self.assertEqual(strikes["answer_lost"], 1)
        self.assertIn("in_doubt", self.told)
        self.compare(report)

    def tearDownTables(self):
        self.ask("DROP TABLE IF EXISTS molecules, holdfast_meta, holdfast_runs, holdfast_batches,"
                 " holdfast_rejected, holdfast_duplicates, holdfast_reasons")


class AbsentServer(PostgresTest):
    def test_a_server_that_is_away_is_waited_for(self):
        source = self.write("t.csv", "id,name\n1,a\n2,b\n")
        self.server.stop()
        try:
            process = subprocess.Popen(self.command(source), stdout=subprocess.PIPE,
                                       stderr=subprocess.PIPE)
            words = process.stderr.readline().decode()
        finally:
            self.server.start()
        self.assertIn("t: waiting: the database is not to be had", words)
        output, words = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 0, words)
        self.assertEqual(json.loads(output)["stored"], 2)

    def test_it_gives_up_with_a_sentence_and_a_result(self):
        source = self.write("t.csv", "id,name\n1,a\n2,b\n")
        self.server.stop()
        try:
            report = self.run_import(source, "--give-up-after", "0s", code=3)
        finally:
            self.server.start()
        self.assertEqual((report["ending"], report["read"]), ("gave_up", 0))
        self.assertIn("gave up waiting: ", self.told)

    def test_an_interrupt_ends_the_wait(self):
        source = self.write("t.csv", "id,name\n1,a\n2,b\n")
        self.server.stop()
        try:
            process = subprocess.Popen(self.command(source), stdout=subprocess.PIPE,
                                       stderr=subprocess.PIPE)
            process.stderr.readline()
            start = time.monotonic()
            process.send_signal(signal.SIGINT)
            words = process.communicate(timeout=30)[1].decode()
        finally:
            self.server.start()
        self.assertEqual(process.returncode, 130)
        self.assertLess(time.monotonic() - start, 5)
        self.assertIn("nothing was imported", words)

    def test_a_lock_is_waited_for(self):
        self.ask("CREATE TABLE t (id int, name text)")
        source = self.write("t.csv", "id,name\n1,a\n2,b\n")
        holder = subprocess.Popen(
            [*self.server.psql_command(self.database), "-c",
             "BEGIN; LOCK TABLE t; SELECT pg_sleep(8)"], stdout=subprocess.DEVNULL)
        time.sleep(0.5)
        report = self.run_import(source)
        holder.wait(30)
        self.assertEqual(report["stored"], 2)
        self.assertIn("waiting: the database is not to be had", self.told)
        self.assertIn("going on", self.told)

    def test_a_wrong_password_is_told_at_once_and_never_shown(self):
        source = self.write("t.csv", "id,name\n1,a\n2,b\n")
        self.ask("DROP ROLE IF EXISTS locked; CREATE ROLE locked LOGIN PASSWORD 'right-secret'")
        with open(os.path.join(self.server.data, "pg_hba.conf"), encoding="utf-8") as file:
            rules = file.read()
        with open(os.path.join(self.server.data, "pg_hba.conf"), "w", encoding="utf-8") as file:
            file.write("host all locked 127.0.0.1/32 scram-sha-256\n" + rules)
        self.ask("SELECT pg_reload_conf()")
        place = f"127.0.0.1:{self.server.port}/{self.database}"

        for into in (f"postgresql://locked:wr0ng%21secret@{place}",
                     f"postgresql://{place}?user=locked&password=wr0ng%21secret",
                     f"host=127.0.0.1 port={self.server.port} dbname={self.database} user=locked"
                     " password='wr0ng!secret'"):
            self.run_import(source, into=into, code=2)
            self.assertIn("password authentication failed", self.told)
            self.assertIn(".pgpass", self.told)
            self.assertNotIn("wr0ng", self.told)
        report = self.run_import(source, into=f"postgresql://locked:right-secret@{place}", code=2)
        self.assertIsNone(report)
        self.assertIn("GRANT CREATE", self.told)
        self.assertNotIn("right-secret", self.told)


if __name__ == "__main__":
    unittest.main()
