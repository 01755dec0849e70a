"""A PostgreSQL server of the test's own, a pgbouncer before it, and imports into it."""

import contextlib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import unittest

from harness import HOLDFAST, ProgramTest

PROGRAMS = "/usr/lib/postgresql/15/bin"
SEPARATOR = "\x1f"


def unprivileged():
    """What starts a program as somebody who may run PostgreSQL; None where nobody is found."""
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        try:
            user = pwd.getpwnam(name)
            return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
        except KeyError:
            continue
    return None


def free_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


class Server:
    """PostgreSQL 15 on a free port of loopback; user lab, database postgres."""

    def __init__(self, *settings, auth="trust"):
        self.who = unprivileged()
        self.folder = tempfile.mkdtemp(prefix="pg-")
        if self.who:
            os.chown(self.folder, self.who["user"], self.who["group"])
        self.data = os.path.join(self.folder, "data")
        self.run("initdb", "-D", self.data, "-U", "lab", "-A", auth, "-N", "--no-locale",
                 "-E", "UTF8")
        self.settings = [word for each in settings for word in ("-c", each)]
        self.port = free_port()
        self.start()

    def run(self, program, *arguments, **options):
        subprocess.run([f"{PROGRAMS}/{program}", *arguments], check=True, timeout=120,
                       stdout=subprocess.DEVNULL, cwd=self.folder, **self.who, **options)

    def start(self):
        command = [f"{PROGRAMS}/postgres", "-D", self.data, "-p", str(self.port),
                   "-k", self.folder, "-h", "127.0.0.1", *self.settings]
        self.process = subprocess.Popen(command, stderr=subprocess.DEVNULL, cwd=self.folder,
                                        **self.who)
        self.wait_until_ready()

    def wait_until_ready(self):
        deadline = time.monotonic() + 60
        while self.psql("SELECT 1").returncode != 0:
            if time.monotonic() > deadline or self.process.poll() is not None:
                raise RuntimeError("PostgreSQL did not start")
            time.sleep(0.05)

    def kill(self):
        """SIGKILL to the server and all its processes: as if the power had gone."""
        with open(f"/proc/{self.process.pid}/task/{self.process.pid}/children",
                  encoding="ascii") as file:
            children = [int(each) for each in file.read().split()]
        for each in (self.process.pid, *children):
            with contextlib.suppress(ProcessLookupError):
                os.kill(each, signal.SIGKILL)
        self.process.wait()

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            self.process.wait(60)

    def remove(self):
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def url(self, database="postgres", port=None, more=""):
        return f"postgresql://lab@127.0.0.1:{port or self.port}/{database}{more}"

    def psql_command(self, database):
        return [f"{PROGRAMS}/psql", "-h", self.folder, "-p", str(self.port), "-U", "lab",
                "-d", database, "-X", "-A", "-t", "-q", "-F", SEPARATOR, "-P", "null=\\N",
                "-v", "ON_ERROR_STOP=1"]

    def psql(self, sql, database="postgres"):
        return subprocess.run([*self.psql_command(database), "-c", sql], capture_output=True,
                              text=True, timeout=120)


class Pooler:
    """A pgbouncer in transaction mode before a server, for a `with` block."""

    def __init__(self, server):
        self.server = server
        self.port = free_port()

    def __enter__(self):
        folder = tempfile.mkdtemp(prefix="bouncer-", dir=self.server.folder)
        settings = os.path.join(folder, "bouncer.ini")
        users = os.path.join(folder, "users.txt")
        with open(users, "w", encoding="utf-8") as file:
            file.write('"lab" ""\n')
        with open(settings, "w", encoding="utf-8") as file:
            file.write(
                f"[databases]\n* = host=127.0.0.1 port={self.server.port} user=lab\n"
                f"[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {self.port}\n"
                f"auth_type = trust\nauth_file = {users}\npool_mode = transaction\n"
                f"default_pool_size = 3\nunix_socket_dir =\n")
        if self.server.who:
            for each in (folder, settings, users):
                os.chown(each, self.server.who["user"], self.server.who["group"])
        self.process = subprocess.Popen(["pgbouncer", "-q", settings], stderr=subprocess.DEVNULL,
                                        cwd=folder, **self.server.who)
        deadline = time.monotonic() + 30
        while True:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return self
            if time.monotonic() > deadline or self.process.poll() is not None:
                raise RuntimeError("pgbouncer did not start")
            time.sleep(0.02)

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(30)


@unittest.skipUnless(os.path.exists(f"{PROGRAMS}/initdb"), "PostgreSQL 15 is not installed")
class PostgresTest(ProgramTest):
    """Tests that share one server; each has a database of its own."""

    settings = ("fsync=off",)
    server = None

    @classmethod
    def setUpClass(cls):
        if unprivileged() is None:
            raise unittest.SkipTest("there is no user who may run PostgreSQL")
        cls.server = Server(*cls.settings)
        cls.addClassCleanup(cls.server.remove)

    def setUp(self):
        super().setUp()
        self.database = self.id().rpartition(".")[2].lower()[:60]
        self.ask(f'CREATE DATABASE "{self.database}"', database="postgres")

    def target(self, port=None, more=""):
        return self.server.url(self.database, port, more)

    def command(self, *arguments, into=None):
        return [HOLDFAST, "import", *arguments, "--into", into or self.target(), "--json"]

    def run_import(self, *arguments, into=None, code=0, **options):
        return super().run_import(*arguments, into=into, code=code, **options)

    def ask(self, sql, database=None):
        """Runs SQL and returns its rows, as tuples of texts; NULL as \\N."""
        done = self.server.psql(sql, database or self.database)
        self.assertEqual(done.returncode, 0, f"{sql}: {done.stderr}")
        lines = done.stdout[:-1].split("\n") if done.stdout else []
        return [tuple(line.split(SEPARATOR)) for line in lines]

    def rows(self, table):
        """All rows, sorted, each as the text of its array of texts: nothing is lost of them."""
        return sorted(self.ask(f'SELECT array_to_json(ARRAY(SELECT value FROM json_each_text('
                               f'row_to_json(t)))) FROM "{table}" t'))

    def types(self, table):
        found = self.ask("SELECT attname, format_type(atttypid, atttypmod) FROM pg_attribute "
                         f"WHERE attrelid = '\"{table}\"'::regclass AND attnum > 0 "
                         "AND NOT attisdropped ORDER BY attnum")
        return dict(found)

    def check_ledger(self, table, report):
        """The counters of report, ledger and table agree."""
        self.check_sum(report)
        counters = "read, stored, duplicates, differs, rejected"
        wanted = tuple(str(report[each]) for each in counters.split(", "))
        self.assertEqual(
            self.ask(f"SELECT {counters} FROM holdfast_runs ORDER BY id DESC LIMIT 1"), [wanted])
        sums = ", ".join(f"coalesce(sum({each}), 0)" for each in counters.split(", "))
        self.assertEqual(
            self.ask(f"SELECT {sums} FROM holdfast_batches WHERE run = "
                     "(SELECT max(id) FROM holdfast_runs)"), [wanted])
        self.assertEqual(self.ask(f'SELECT count(*) FROM "{table}"'),
                         [(str(report["rows_in_table"]),)])
