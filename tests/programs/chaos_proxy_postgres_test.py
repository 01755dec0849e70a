"""PostgreSQL behind `holdfast chaos proxy`: a COMMIT is done, and its answer never comes."""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import unittest

from chaos_proxy_test import Proxy
from postgres_harness import PROGRAMS, unprivileged


@unittest.skipUnless(os.path.exists(f"{PROGRAMS}/initdb"), "PostgreSQL 15 is not installed")
class LostCommit(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.who = unprivileged()
        if cls.who is None:
            raise unittest.SkipTest("there is no user who may run PostgreSQL")
        cls.folder = tempfile.mkdtemp(prefix="pg-")
        if cls.who:
            os.chown(cls.folder, cls.who["user"], cls.who["group"])
        data = os.path.join(cls.folder, "data")
        subprocess.run(
            [f"{PROGRAMS}/initdb", "-D", data, "-U", "lab", "-A", "trust", "-N", "--no-locale"],
            check=True, stdout=subprocess.DEVNULL, timeout=120, cwd=cls.folder, **cls.who,
        )
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            cls.port = free.getsockname()[1]
        cls.server = subprocess.Popen(
            [f"{PROGRAMS}/postgres", "-D", data, "-p", str(cls.port), "-k", cls.folder,
             "-h", "127.0.0.1", "-F"],
            stderr=subprocess.DEVNULL, cwd=cls.folder, **cls.who,
        )
        deadline = time.monotonic() + 60
        while cls.psql(cls.port, "SELECT 1").returncode != 0:
            if time.monotonic() > deadline or cls.server.poll() is not None:
                raise RuntimeError("PostgreSQL did not start")
            time.sleep(0.1)
        cls.psql(cls.port, "CREATE TABLE note (id int)")

    @classmethod
    def tearDownClass(cls):
        cls.server.send_signal(signal.SIGINT)
        cls.server.wait(60)
        shutil.rmtree(cls.folder, ignore_errors=True)

    @classmethod
    def psql(cls, port, *statements, host="127.0.0.1"):
        command = [f"{PROGRAMS}/psql", "-h", host, "-p", str(port), "-U", "lab", "-d", "postgres",
                   "-X", "-A", "-t", "-q"]
        for each in statements:
            command += ["-c", each]
        return subprocess.run(command, capture_output=True, text=True, timeout=60)

    def transaction(self, proxy, number):
        port = proxy.address.rsplit(":", 1)[1]
        return self.psql(port, "BEGIN", f"INSERT INTO note VALUES ({number})", "COMMIT")

    def rows(self, number):
        return self.psql(self.port, f"SELECT count(*) FROM note WHERE id = {number}").stdout.strip()

    def proxy(self, fault, to=None):
        plan = "protocol: postgres\nfaults: [{message: Q, containing: commit, any_case: true, "
        return Proxy(to or f"127.0.0.1:{self.port}", plan + fault + "}]")

    def test_a_commit_whose_answer_is_lost_is_in_the_database(self):
        with self.proxy("kind: answer_lost, times: 1") as proxy:
            lost = self.transaction(proxy, 1)
            self.assertNotEqual(lost.returncode, 0)
            self.assertIn("server closed the connection unexpectedly", lost.stderr)
            self.assertEqual(self.rows(1), "1")
            self.assertEqual(proxy.stats()["faults"]["answer_lost"], 1)
            self.assertEqual(self.transaction(proxy, 2).returncode, 0)
            self.assertEqual(self.rows(2), "1")

    def test_a_commit_whose_request_is_lost_is_not(self):
        with self.proxy("kind: request_lost") as proxy:
            self.assertNotEqual(self.transaction(proxy, 3).returncode, 0)
        self.assertEqual(self.rows(3), "0")

    def test_over_a_unix_socket_it_is_the_same(self):
        to = f"unix:{self.folder}/.s.PGSQL.{self.port}"
        with self.proxy("kind: answer_lost", to) as proxy:
            self.assertNotEqual(self.transaction(proxy, 4).returncode, 0)
        self.assertEqual(self.rows(4), "1")

    def test_a_half_open_link_leaves_the_transaction_in_progress(self):
        idle = "SELECT count(*) FROM pg_stat_activity WHERE state = 'idle in transaction'"
        with self.proxy("kind: request_lost, closes: client") as proxy:
            self.assertNotEqual(self.transaction(proxy, 5).returncode, 0)
            self.assertEqual(self.psql(self.port, idle).stdout.strip(), "1")
            self.psql(self.port, idle.replace("count(*)", "pg_terminate_backend(pid)"))
            deadline = time.monotonic() + 10
            while self.psql(self.port, idle).stdout.strip() != "0":
                self.assertLess(time.monotonic(), deadline)
                time.sleep(0.05)
        self.assertEqual(self.rows(5), "0")

    def test_the_answer_itself_can_be_named(self):
        plan = ("protocol: postgres\nfaults: [{kind: reset, direction: to_client, message: C, "
                "containing: COMMIT}]")
        with Proxy(f"127.0.0.1:{self.port}", plan) as proxy:
            self.assertNotEqual(self.transaction(proxy, 6).returncode, 0)
        self.assertEqual(self.rows(6), "1")


if __name__ == "__main__":
    unittest.main()
