"""Drives a real Redis into its real errors, and compares what `holdfast explain redis REPLY` makes
of each reply with the verdict that is expected. Skipped where there is no redis-server."""

import json
import os
import shutil
import socket
import subprocess
import time
import unittest

from harness import HOLDFAST, ProgramTest

REDIS = shutil.which("redis-server")

# First word: category, fault, advice.
EXPECTED = {
    "LOADING": ("transient", "dependency", "after_backoff"),
    "READONLY": ("transient", "dependency", "after_reconnect"),
    "MASTERDOWN": ("transient", "dependency", "after_backoff"),
    "NOMASTERLINK": ("transient", "dependency", "after_backoff"),
    "NOREPLICAS": ("transient", "dependency", "after_backoff"),
    "CLUSTERDOWN": ("transient", "dependency", "after_backoff"),
    "CROSSSLOT": ("programming", "caller", "never"),
    "OOM": ("resource", "dependency", "after_backoff"),
    "MISCONF": ("resource", "dependency", "after_backoff"),
    "NOAUTH": ("authentication", "caller", "never"),
    "WRONGPASS": ("authentication", "caller", "never"),
    "NOPERM": ("permission", "caller", "never"),
    "WRONGTYPE": ("programming", "caller", "never"),
    "NOPROTO": ("programming", "caller", "never"),
    "NOSCRIPT": ("transient", "caller", "after_reprepare"),
    "BUSY": ("transient", "dependency", "after_backoff"),
    "UNKILLABLE": ("transient", "dependency", "after_backoff"),
    "NOTBUSY": ("programming", "caller", "never"),
    "BUSYGROUP": ("integrity", "caller", "never"),
    "BUSYKEY": ("integrity", "caller", "never"),
    "NOGROUP": ("not_found", "caller", "never"),
    "UNBLOCKED": ("transient", "dependency", "after_reconnect"),
    "IOERR": ("connection", "dependency", "if_idempotent"),
    "EXECABORT": ("programming", "caller", "never"),
    "ERR": ("programming", "caller", "never"),
}
BY_ITS_CAUSE = {"OOM": EXPECTED["OOM"], "READONLY": EXPECTED["READONLY"]}
TOO_MANY_CLIENTS = ("resource", "dependency", "after_reconnect")
FOREVER = "while true do end"
WRITES_FOREVER = "redis.call('SET', 'k', 'v') while true do end"


class ErrorReply(Exception):
    """What came after the '-'."""


class Connection:
    """One connection, and as much of RESP 2 as the test needs."""

    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(30)
        try:
            self.socket.connect(path)
        except OSError:
            self.socket.close()
            raise
        self.file = self.socket.makefile("rb")

    def close(self):
        self.file.close()
        self.socket.close()

    def send(self, *words):
        parts = [word if isinstance(word, bytes) else str(word).encode() for word in words]
        sent = b"".join(b"$%d\r\n%s\r\n" % (len(part), part) for part in parts)
        self.socket.sendall(b"*%d\r\n%s" % (len(parts), sent))

    def answer(self):
        line = self.file.readline()
        if not line.endswith(b"\r\n"):
            raise ConnectionError(f"the server hung up after {line!r}")
        kind, rest = line[:1], line[1:-2]
        if kind == b"-":
            raise ErrorReply(rest.decode())
        if kind == b"$":
            return None if rest == b"-1" else self.file.read(int(rest) + 2)[:-2]
        if kind == b"*":
            return [self.answer() for _ in range(max(int(rest), 0))]
        return rest.decode()

    def __call__(self, *words):
        self.send(*words)
        return self.answer()

    def error(self, *words):
        """The error that answers this command, or the one sent last."""
        try:
            got = self(*words) if words else self.answer()
        except ErrorReply as reply:
            return str(reply)
        raise AssertionError(f"{words} was answered by {got!r}")


@unittest.skipUnless(REDIS, "redis-server is not installed")
class RedisErrors(ProgramTest):
    def start(self, *options):
        """A server with a folder and a Unix socket of its own; its data stay in the folder."""
        data = self.path("data")
        os.makedirs(data, exist_ok=True)
        path = self.path("redis.sock")
        command = [REDIS, "--port", "0", "--unixsocket", path, "--dir", data, "--save", "3600 1",
                   "--logfile", self.path("redis.log"), *options]
        self.server = subprocess.Popen(command, stdin=subprocess.DEVNULL)
        self.addCleanup(self.stop, self.server)
        deadline = time.monotonic() + 30
        while True:
            try:
                return self.connect()
            except OSError:
                if self.server.poll() is not None or time.monotonic() > deadline:
                    raise
                time.sleep(0.01)

    @staticmethod
    def stop(server):
        if server.poll() is None:
            server.kill()
        server.wait(30)

    def connect(self):
        made = Connection(self.path("redis.sock"))
        self.addCleanup(made.close)
        return made

    def judge(self, reply, phase="sent"):
        run = subprocess.run([HOLDFAST, "explain", "redis", reply, "--phase", phase, "--json"],
                             capture_output=True, timeout=60)
        self.assertEqual(run.returncode, 0, run.stderr)
        told = json.loads(run.stdout)
        return told["code"], (told["category"], told["fault"], told["advice"])

    def check(self, word, reply, expected=None):
        """The reply begins with `word`, and means what is expected, also in answer to EXEC."""
        self.assertEqual(reply.split(" ")[0], word, reply)
        for phase in ["sent"] if word == "IOERR" else ["sent", "awaiting_commit"]:
            self.assertEqual(self.judge(reply, phase), (word, expected or EXPECTED[word]), reply)

    def test_mistakes_of_the_caller(self):
        redis = self.start()
        redis("SET", "text", "v")
        redis("XADD", "stream", "*", "field", "v")
        redis("XGROUP", "CREATE", "stream", "group", "$")
        dump = redis("DUMP", "text")

        self.check("WRONGTYPE", redis.error("LPUSH", "text", "v"))
        self.check("ERR", redis.error("SET", "a", "b", "c", "d"))
        self.check("ERR", redis.error("NOSUCH"))
        self.check("ERR", redis.error("INCR", "text"))
        self.check("NOSCRIPT", redis.error("EVALSHA", "0" * 40, "0"))
        self.check("NOTBUSY", redis.error("SCRIPT", "KILL"))
        self.check("NOPROTO", redis.error("HELLO", "9"))
        self.check("BUSYGROUP", redis.error("XGROUP", "CREATE", "stream", "group", "$"))
        self.check("NOGROUP", redis.error("XREADGROUP", "GROUP", "none", "me", "STREAMS",
                                          "stream", ">"))
        self.check("BUSYKEY", redis.error("RESTORE", "text", "0", dump))
        redis("MULTI")
        redis.error("NOSUCH")
        self.check("EXECABORT", redis.error("EXEC"))

    def test_who_may_do_what(self):
        redis = self.start()
        redis("ACL", "SETUSER", "reader", "on", ">tr0ub4dor", "~*", "+get")
        redis("CONFIG", "SET", "requirepass", "correct horse")
        other = self.connect()

        self.check("NOAUTH", other.error("GET", "a"))
        self.check("WRONGPASS", other.error("AUTH", "wrong"))
        other("AUTH", "reader", "tr0ub4dor")
        self.check("NOPERM", other.error("SET", "a", "b"))

    def test_memory_disk_and_clients_used_up(self):
        redis = self.start()
        redis("CONFIG", "SET", "maxmemory", "1", "maxmemory-policy", "noeviction")
        self.check("OOM", redis.error("SET", "a", "b"))
        redis("CONFIG", "SET", "maxmemory", "0")
        redis("MULTI")
        redis("SET", "a", "b")
        self.connect()("CONFIG", "SET", "maxmemory", "1")
        self.check("EXECABORT", redis.error("EXEC"), BY_ITS_CAUSE["OOM"])
        redis("CONFIG", "SET", "maxmemory", "0")

        os.rename(self.path("data"), self.path("gone"))
        shutil.rmtree(self.path("gone"))
        redis("BGSAVE")
        self.wait_for(lambda: "rdb_last_bgsave_status:err" in redis("INFO", "persistence").decode())
        self.check("MISCONF", redis.error("SET", "a", "b"))

        redis("CONFIG", "SET", "maxclients", "1")
        self.check("ERR", self.connect().error(), TOO_MANY_CLIENTS)

    def test_scripts_that_do_not_end(self):
        redis = self.start("--busy-reply-threshold", "10")
        other = self.connect()
        redis.send("EVAL", FOREVER, "0")
        self.check("BUSY", self.insist(other, "GET", "a"))
        other("SCRIPT", "KILL")
        self.check("ERR", redis.error())

        redis.send("EVAL", WRITES_FOREVER, "1", "k")
        self.insist(other, "GET", "a")
        self.check("UNKILLABLE", other.error("SCRIPT", "KILL"))

    def test_a_command_that_waits_is_sent_away(self):
        redis = self.start()
        other = self.connect()
        number = redis("CLIENT", "ID")
        redis.send("BLPOP", "list", "0")
        self.wait_for(lambda: other("CLIENT", "UNBLOCK", number, "ERROR") == "1")
        self.check("UNBLOCKED", redis.error())

    def test_a_server_that_is_no_master_or_has_no_replicas(self):
        redis = self.start()
        redis("CONFIG", "SET", "min-replicas-to-write", "1")
        self.check("NOREPLICAS", redis.error("SET", "a", "b"))
        redis("CONFIG", "SET", "min-replicas-to-write", "0")

        redis("MULTI")
        redis("SET", "a", "b")
        self.connect()("REPLICAOF", "127.0.0.1", "1")
        self.check("EXECABORT", redis.error("EXEC"), BY_ITS_CAUSE["READONLY"])
        self.check("READONLY", redis.error("SET", "a", "b"))
        self.check("NOMASTERLINK", self.connect().error("SYNC"))
        redis("CONFIG", "SET", "replica-serve-stale-data", "no")
        self.check("MASTERDOWN", redis.error("GET", "a"))

    def test_the_far_side_of_a_migration_is_lost(self):
        redis = self.start()
        redis("SET", "a", "b")
        self.check("IOERR", redis.error("MIGRATE", "127.0.0.1", "1", "a", "0", "100"))

    def start_cluster(self):
        """One server of a cluster, and its first reply. It listens at two ports and ends where
        another program has taken one meanwhile; then others are tried."""
        tries_left = 5
        while True:
            with socket.socket() as one, socket.socket() as two:
                for each in (one, two):
                    each.bind(("127.0.0.1", 0))
                ports = [str(each.getsockname()[1]) for each in (one, two)]
            try:
                redis = self.start("--port", ports[0], "--bind", "127.0.0.1",
                                   "--cluster-enabled", "yes", "--cluster-port", ports[1])
                return redis, redis.error("GET", "a")
            except OSError:
                self.server.wait(30)
                tries_left -= 1
                if tries_left == 0:
                    raise

    def test_a_cluster_without_its_slots(self):
        redis, reply = self.start_cluster()
        self.check("CLUSTERDOWN", reply)
        redis("CLUSTER", "ADDSLOTSRANGE", "0", "16383")
        self.check("CROSSSLOT", self.insist(redis, "MGET", "a", "b", without="CLUSTERDOWN"))

    def test_a_server_that_loads_its_data(self):
        redis = self.start()
        redis("EVAL", "for i = 1, 2000 do redis.call('SET', i, i) end", "0")
        redis("SAVE")
        redis.close()
        self.stop(self.server)
        redis = self.start("--key-load-delay", "1000", "--loading-process-events-interval-bytes",
                           "1024")
        self.check("LOADING", redis.error("GET", "1"))

    def insist(self, connection, *words, without="\0"):
        """The first error of this command that does not begin with `without`."""
        deadline = time.monotonic() + 30
        while True:
            try:
                connection(*words)
            except ErrorReply as reply:
                if not str(reply).startswith(without):
                    return str(reply)
            self.assertLess(time.monotonic(), deadline, words)
            time.sleep(0.01)

    def wait_for(self, condition):
        deadline = time.monotonic() + 30
        while not condition():
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.01)


if __name__ == "__main__":
    unittest.main()
