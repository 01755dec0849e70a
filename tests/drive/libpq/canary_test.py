"""Drives libpq to its real errors with a canary for a password, and looks for it in every text that
leaves a guard. The server is a PostgreSQL 15 of its own, where there is one."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
import unittest

WORDS = os.environ["LIBPQ_WORDS"]
EXAMPLE = os.environ["LIBPQ_EXAMPLE"]
SERVER = "/usr/lib/postgresql/15/bin"
CANARY = "Canary7f3q9Zx"
PASSWORD = "right-" + CANARY


def unprivileged():
    """What comes before a command that must not run as root: postgres refuses to."""
    if os.geteuid() != 0:
        return []
    user = pwd.getpwnam("postgres" if "postgres" in {u.pw_name for u in pwd.getpwall()}
                        else "nobody")
    return ["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups"]


class CanaryTest(unittest.TestCase):
    """What both kinds of tests need: a folder, and a look at all that is told."""

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.mkdtemp(prefix="holdfast-")
        cls.addClassCleanup(shutil.rmtree, cls.folder, ignore_errors=True)
        cls.environment = {name: value for name, value in os.environ.items()
                           if not name.startswith("PG")}
        cls.environment |= {"LC_ALL": "C", "HOME": cls.folder}

    def words_of(self, dsn, *sql, expect_leak=None):
        """Both programs run with this connection string, and neither shows the canary."""
        raw = os.path.join(self.folder, "raw.txt")
        told = b""
        for command in ([WORDS, raw, dsn, *sql], [EXAMPLE, *sql]):
            run = subprocess.run(command, capture_output=True, timeout=120,
                                 env=self.environment | {"ORDERS_DSN": dsn})
            told += run.stdout + run.stderr
        with open(raw, encoding="utf-8") as file:
            said = file.read()
        self.assertNotEqual(said, "", dsn)
        self.assertNotIn(CANARY.encode(), told, told.decode())
        if expect_leak is not None:
            self.assertEqual(CANARY in said, expect_leak, said)
        self.said = said
        return told.decode()

    def check(self, dsn, verdict, says, *sql, expect_leak=False):
        told = self.words_of(dsn, *sql, expect_leak=expect_leak)
        self.assertIn(says, self.said)
        self.assertIn(verdict, told.split("attempts:")[1], told)


class WithoutAServer(CanaryTest):
    def test_a_refused_connection(self):
        for dsn in [f"host=127.0.0.1 port=1 user=app password={CANARY}",
                    f"postgres://app:{CANARY}@127.0.0.1:1/orders"]:
            self.check(dsn, "sqlstate none (connection)", "Connection refused")

    def test_a_host_that_is_not_known(self):
        self.check(f"host=no.such.host.invalid password={CANARY}", "sqlstate none (connection)",
                   "could not translate host name")
        self.check(f"postgres://app:p@{CANARY}@no.such.host.invalid/x",
                   "sqlstate none (connection)", "could not translate host name", expect_leak=True)

    def test_a_bad_uri(self):
        for dsn, says in [(f"postgres://app:{CANARY}@[::1/x", "IPv6"),
                          (f"postgres://app:{CANARY}%zz@127.0.0.1/x", "percent-encoded token"),
                          (f"postgres://app@127.0.0.1/x?{CANARY}", "missing key/value separator")]:
            self.check(dsn, "(configuration)", says, expect_leak=True)
        self.check(f"postgres://app:{CANARY}/x@127.0.0.1/x", "sqlstate none (connection)",
                   "invalid integer value", expect_leak=True)

    def test_a_bad_option(self):
        self.check(f"host=127.0.0.1 pasword={CANARY}", "(configuration)", "connection option")
        self.check(f"postgres://app@127.0.0.1/x?pasword={CANARY}", "(configuration)",
                   "URI query parameter")
        self.check(f"host=127.0.0.1 password='{CANARY}", "(configuration)", "unterminated quoted")
        self.check(f"host=127.0.0.1 password=two {CANARY}", "(configuration)", "missing \"=\"",
                   expect_leak=True)

    def test_a_server_that_does_not_answer(self):
        with socket.create_server(("127.0.0.1", 0)) as silent:
            port = silent.getsockname()[1]
            self.check(f"host=127.0.0.1 port={port} connect_timeout=2 password={CANARY}",
                       "errno ETIMEDOUT (timeout)", "timeout expired")


@unittest.skipUnless(os.path.exists(os.path.join(SERVER, "initdb")),
                     "PostgreSQL 15 is not installed")
class AtAServer(CanaryTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.data = os.path.join(cls.folder, "data")
        os.chmod(cls.folder, 0o777)
        secret = os.path.join(cls.folder, "password")
        with open(secret, "w", encoding="utf-8") as file:
            file.write(PASSWORD)
        os.chmod(secret, 0o644)
        cls.as_server([os.path.join(SERVER, "initdb"), "-D", cls.data, "-U", "app", "-A",
                       "scram-sha-256", "--pwfile", secret, "-E", "UTF8", "--locale=C", "-N"])
        cls.server = subprocess.Popen(
            [*unprivileged(), os.path.join(SERVER, "postgres"), "-D", cls.data, "-k", cls.folder,
             "-c", "listen_addresses=", "-c", "fsync=off"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=cls.folder)
        cls.addClassCleanup(cls.stop)
        cls.right = f"host={cls.folder} user=app dbname=postgres password={PASSWORD}"
        cls.wait_until_ready()

    @classmethod
    def as_server(cls, command):
        subprocess.run([*unprivileged(), *command], check=True, capture_output=True, timeout=120,
                       cwd=cls.folder, env=cls.environment)

    @classmethod
    def wait_until_ready(cls):
        deadline = time.monotonic() + 60
        ready = [os.path.join(SERVER, "pg_isready"), "-q", "-h", cls.folder]
        while subprocess.run(ready, timeout=30, check=False).returncode != 0:
            if cls.server.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError("the server did not start")
            time.sleep(0.05)

    @classmethod
    def stop(cls):
        cls.server.terminate()
        try:
            cls.server.wait(30)
        except subprocess.TimeoutExpired:
            cls.server.kill()
            cls.server.wait(30)

    def test_a_good_login(self):
        run = subprocess.run([EXAMPLE], capture_output=True, timeout=60, check=True,
                             env=self.environment | {"ORDERS_DSN": self.right})
        self.assertEqual(run.stdout, b"answered: 42\n")

    def test_a_bad_login(self):
        self.check(f"host={self.folder} user=app dbname=postgres password=wrong-{CANARY}",
                   "sqlstate 28P01 (authentication)", "password authentication failed")

    def test_a_database_that_is_not_there(self):
        self.check(f"host={self.folder} user=app dbname=none password={PASSWORD}",
                   "sqlstate 3D000 (configuration)", "does not exist")

    def test_a_statement_with_a_secret_in_it(self):
        self.check(self.right, "sqlstate 42601 (programming)", "unrecognized role option",
                   f"ALTER USER app PASSWORD '{CANARY}' NONSENSE", expect_leak=True)

    def test_the_values_of_a_row(self):
        self.check(self.right, "constraint people_pkey", "already exists",
                   "CREATE TEMP TABLE people (mail text PRIMARY KEY); INSERT INTO people VALUES "
                   f"('{CANARY}'), ('{CANARY}')", expect_leak=True)


if __name__ == "__main__":
    unittest.main()
