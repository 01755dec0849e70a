"""`holdfast serve`, and `holdfast import --serve` under abuse: what strangers do to its endpoints
must neither harm the import beside them nor get an answer that they should not have."""

import contextlib
import http.server
import json
import os
import re
import resource
import socket
import subprocess
import threading
import time
import unittest

import harness
from prometheus_harness import fetch, wait_until

TOKEN = "0123456789abcdef0123456789abcdef"
CANARY = "Canary7f3q9ZxW2"
CONFIG = """\
operations:
  import.page:
    retry: {max_attempts: 2, initial_delay: 1ms, idempotent: true}
    breaker: {failure_threshold: 2, recovery_timeout: 5m, recovery_jitter: 0}
  db.import.write:
    retry: {max_attempts: 2, idempotent: true}
state: {store: "sqlite:%s", save_every: 100ms}
"""


class Served:
    """A command that serves, for a `with` block."""

    def __init__(self, *arguments, **options):
        self.process = subprocess.Popen([harness.HOLDFAST, *arguments], stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE, text=True, **options)
        self.told = []
        self.reader = threading.Thread(target=self.told.extend, args=(self.process.stderr,),
                                       daemon=True)
        self.reader.start()

    def __enter__(self):
        def served():
            if self.process.poll() is not None:
                raise AssertionError(f"it has ended: {''.join(self.told)}")
            return re.search(r"serving (http://127\.0\.0\.1:([0-9]+))", "".join(list(self.told)))
        found = wait_until(served, 30, "it says where it serves")
        self.url, self.port = found[1], int(found[2])
        return self

    def __exit__(self, *_):
        self.end()
        self.process.stdout.close()
        self.process.stderr.close()

    def end(self):
        if self.process.poll() is None:
            self.process.terminate()
        code = self.process.wait(30)
        self.reader.join(30)
        return code

    def ask(self, text):
        """All bytes that a request gets."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=30) as one:
            one.sendall(text if isinstance(text, bytes) else text.encode())
            answer = b""
            with contextlib.suppress(ConnectionResetError):
                while part := one.recv(65536):
                    answer += part
        return answer.decode(errors="replace")

    def status(self, request):
        return int(self.ask(request).split(" ", 2)[1])

    def order(self, path, body, token=TOKEN):
        """What an order is answered."""
        text = json.dumps(body)
        fields = [f"POST {path} HTTP/1.1", "Host: localhost", "Connection: close",
                  "Content-Type: application/json", f"Content-Length: {len(text)}"]
        if token:
            fields.append(f"Authorization: Bearer {token}")
        return self.ask("\r\n".join([*fields, "", text]))

    def resident_bytes(self):
        with open(f"/proc/{self.process.pid}/statm", encoding="ascii") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGESIZE")


def get(path, *fields):
    return "\r\n".join([f"GET {path} HTTP/1.1", "Host: localhost", "Connection: close", *fields,
                        "", ""])


class Stores(harness.ProgramTest):
    """`holdfast serve` shows what a program has kept, and passes orders on to it."""

    def setUp(self):
        super().setUp()
        self.config = self.write("resilience.yaml", CONFIG % self.path("state.db"))
        token = self.write("token", TOKEN + "\n")
        os.chmod(token, 0o600)
        self.token_file = token
        with contextlib.closing(socket.socket()) as one:
            one.bind(("127.0.0.1", 0))
            nowhere = one.getsockname()[1]
        self.run_import(f"http://127.0.0.1:{nowhere}/molecule.json", "--config", self.config,
                        "--give-up-after", "0s", code=3)

    def serve(self, *arguments):
        return Served("serve", "--config", self.config, "--listen", "0", *arguments)

    def test_what_was_kept_is_shown(self):
        with self.serve() as served:
            _, _, page = fetch(served.url + "/breakers?state=open")
            _, _, events = fetch(served.url + "/breakers/import.page/events")
            status, kind, health = fetch(served.url + "/health")
            _, _, metrics = fetch(served.url + "/metrics")

        [circuit] = json.loads(page)["breakers"]
        self.assertEqual(circuit["operation"], "import.page")
        self.assertEqual(json.loads(events)["events"][0]["change"]["to"], "open")
        self.assertEqual((status, kind), (200, "application/health+json"))
        self.assertEqual(json.loads(health)["status"], "warn")
        self.assertIn('holdfast_breaker_state{operation="import.page",state="open"} 1', metrics)
        self.assertIn('holdfast_state_age_seconds{operation="import.page"}', metrics)

    def test_an_order_reaches_the_store_and_the_program_that_looks_there(self):
        with self.serve("--token-file", self.token_file) as served:
            answer = served.order("/breakers/import.page/close", {"author": "ann"})
            self.assertIn("HTTP/1.1 200", answer)

        listed = subprocess.run([harness.HOLDFAST, "breakers", "show", "import.page", "--config",
                                 self.config], capture_output=True, text=True, check=True)
        self.assertRegex(listed.stdout, r"order [0-9]+ waits .* close, given .* by ann")

    def test_without_the_token_there_are_no_orders(self):
        with self.serve("--token-file", self.token_file) as served:
            for token in [None, "wrong", TOKEN[:-1], TOKEN + "0"]:
                self.assertIn("HTTP/1.1 401",
                              served.order("/breakers/import.page/close", {}, token))
        with self.serve() as served:
            self.assertIn("HTTP/1.1 403", served.order("/breakers/import.page/close", {}))

    def test_a_token_that_others_may_read_is_refused(self):
        os.chmod(self.token_file, 0o644)
        run = subprocess.run([harness.HOLDFAST, "serve", "--config", self.config, "--listen", "0",
                              "--token-file", self.token_file], capture_output=True, text=True,
                             check=False)
        self.assertEqual(run.returncode, 2)
        self.assertIn("chmod 600", run.stderr)

    def test_mistakes_of_the_command_line_are_told(self):
        for arguments, told in [(["--listen", "nowhere"], "no place to listen at"),
                                (["--listen", "256.0.0.1:1"], "no numeric address"),
                                (["--host", "metrics.example:9464"], "no name of a host"),
                                (["--token-file", "/tmp"], "no regular file"),
                                (["--token-file", "/nonexistent"], "can't be read")]:
            run = subprocess.run([harness.HOLDFAST, "serve", "--config", self.config, *arguments],
                                 capture_output=True, text=True, check=False)
            self.assertEqual(run.returncode, 2, arguments)
            self.assertIn(told, run.stderr)

    def test_it_ends_well_when_it_is_told_to(self):
        with self.serve() as served:
            self.assertEqual(served.end(), 0)


class UnderAbuse(harness.ProgramTest):
    """An import of many records, whose endpoints strangers play with."""

    RECORDS = 400_000

    @classmethod
    def setUpClass(cls):
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 16384), hard))
        cls.addClassCleanup(resource.setrlimit, resource.RLIMIT_NOFILE, (soft, hard))

    def setUp(self):
        super().setUp()
        if resource.getrlimit(resource.RLIMIT_NOFILE)[0] < 6000:
            self.skipTest("this user may not have 6000 descriptors, so not 5000 connections")
        self.data = self.write("molecules.csv", "id,name,mass\n" + "".join(
            f"M{i},molecule {i},{i}.5\n" for i in range(self.RECORDS)))

    def started(self, *arguments):
        return Served("import", self.data, "--into", self.path("target.db"), "--key", "id",
                      "--json", "--serve", "0", "--linger", "20s", *arguments)

    def idle_connections(self, served, count, stack):
        for _ in range(count):
            one = socket.create_connection(("127.0.0.1", served.port), timeout=30)
            stack.callback(one.close)

    def test_the_import_is_whole_and_memory_bounded_beside_5000_idle_connections(self):
        """It reads a pipe, so half of its records come while the connections are open."""
        with open(self.data, "rb") as file:
            rows = file.read()
        served = Served("import", "-", "--table", "molecules", "--into", self.path("target.db"),
                        "--key", "id", "--json", "--serve", "0", "--linger", "20s",
                        stdin=subprocess.PIPE)
        feed = served.process.stdin.buffer
        feed.write(rows[:len(rows) // 2])
        feed.flush()
        with served, contextlib.ExitStack() as stack:
            before = served.resident_bytes()
            self.idle_connections(served, 5000, stack)
            for _ in range(20):
                self.assertEqual(served.status(get("/livez")), 200)
            page = fetch(served.url + "/metrics")[2]
            self.assertIn('holdfast_import_running{table="molecules"} 1', page)
            feed.write(rows[len(rows) // 2:])
            served.process.stdin.close()
            report = json.loads(served.process.stdout.readline())
            grown = served.resident_bytes() - before
        self.assertEqual((report["read"], report["stored"]), (self.RECORDS, self.RECORDS))
        self.assertLess(grown, 96 * 1024 * 1024)

    def test_every_trick_has_its_code(self):
        with self.started() as served:
            for request, status in [
                    (get("/metrics", "X: " + "a" * 9000), 431),
                    ("POST /breakers/x/open HTTP/1.1\r\nHost: localhost\r\n"
                     "Content-Length: 10000000000\r\n\r\n", 413),
                    (get("/health").replace("localhost", "evil.example"), 421),
                    ("GET /health HTTP/1.1\r\nConnection: close\r\n\r\n", 421),
                    (get("/../../etc/passwd"), 400),
                    (get("/breakers/%2e%2e/%2e%2e"), 400),
                    (get("/metrics%00"), 400),
                    (get("//metrics"), 400),
                    (get("/etc/passwd"), 404),
                    (b"\x16\x03\x01\x00\xa5\x01\x00\x00\xa1\x03\x03\r\n\r\n", 400),
                    (get("/metrics").replace("GET", "BREW"), 405),
                    (get("/breakers/import.page/open"), 405)]:
                self.assertEqual(served.status(request), status, request)
            self.assertEqual(served.status(get("/livez")), 200)

    def test_slow_heads_keep_nobody_out(self):
        with self.started() as served, contextlib.ExitStack() as stack:
            slow = []
            for _ in range(600):
                one = socket.create_connection(("127.0.0.1", served.port), timeout=30)
                stack.callback(one.close)
                one.sendall(b"GET /metrics HTTP/1.1\r\nHost: loc")
                slow.append(one)
            self.assertEqual(served.status(get("/livez")), 200)
            self.assertEqual(served.status(get("/metrics")), 200)
            slow[0].settimeout(15)
            with contextlib.suppress(ConnectionResetError):
                self.assertNotIn(b"200", slow[0].recv(100))


class Leaky(http.server.BaseHTTPRequestHandler):
    """Fails, and says in words of its own all that it should not."""

    def do_GET(self):  # noqa: N802
        body = (f"no {self.path}: connect to postgresql://svc:{CANARY}@db/lab failed, "
                f"Authorization: Bearer {CANARY}, INSERT INTO t VALUES ('{CANARY}')").encode()
        self.send_response(503, f"password={CANARY}")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class Documented(harness.ProgramTest):
    def test_every_metric_of_a_real_page_stands_in_the_documentation_with_its_labels(self):
        path = os.path.join(harness.SOURCE, "docs", "observability.md")
        with open(path, encoding="utf-8") as file:
            rows = re.findall(r"^\| `(\w+)` \| (\w+) \| ([^|]*)\|", file.read(), re.M)
        documented = {name: (kind, set(re.findall(r"(?:^|, )(\w+)(?=,|:|$| *$)", labels.strip())))
                      for name, kind, labels in rows}
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Leaky)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        url = f"http://127.0.0.1:{server.server_address[1]}/molecule.json"
        with Served("import", url, "--into", self.path("t.db"), "--give-up-after", "20s",
                    "--serve", "0") as served:
            wait_until(lambda: 'state="open"} 1' in fetch(served.url + "/metrics")[2], 20, "open")
            page = fetch(served.url + "/metrics")[2]
        kinds = dict(re.findall(r"^# TYPE (\w+) (\w+)$", page, re.M))
        self.assertGreater(len(kinds), 30)
        for name, kind in kinds.items():
            self.assertIn(name, documented)
            self.assertEqual(documented[name][0], kind, name)
        for name, labels in re.findall(r"^(\w+)\{([^}]*)\}", page, re.M):
            name = name if name in kinds else re.sub(r"_(bucket|sum|count)$", "", name)
            used = set(re.findall(r'(\w+)="', labels)) - {"le"}
            self.assertLessEqual(used, documented[name][1], name)


class Secrets(harness.ProgramTest):
    """Passwords in addresses, a bearer token and a literal of SQL are looked for in everything that
    a run leaves and shows: no grep may find them."""

    PAGES = ["/", "/livez", "/readyz?verbose", "/health", "/metrics", "/breakers",
             "/breakers/import.page", "/breakers/import.page/events",
             "/breakers/db.import.write/events"]

    def seen_of(self, source, target, until):
        """All that a failing import shows while it runs and leaves behind."""
        config = self.write("resilience.yaml", CONFIG % self.path("state.db"))
        token = self.write("token", CANARY + CANARY + "\n")
        os.chmod(token, 0o600)
        with Served("import", source, "--into", target, "--config", config, "--give-up-after",
                    "20s", "--serve", "0", "--token-file", token, "--log",
                    self.path("log.jsonl")) as served:
            wait_until(lambda: until in fetch(served.url + "/metrics")[2], 20, until)
            seen = {path: fetch(served.url + path)[2] for path in self.PAGES}
            answer = served.order("/breakers/db.import.write/disable",
                                  {"why": f"token={CANARY}", "author": "ann"}, CANARY + CANARY)
            self.assertIn(" 200 ", answer)
            seen["answer to an order"] = answer
            seen["after the order"] = fetch(served.url + "/breakers/db.import.write")[2]
            self.assertIn('"author":"ann"', seen["after the order"])
            for name in ["cmdline", "comm", "status"]:
                with open(f"/proc/{served.process.pid}/{name}", "rb") as file:
                    seen[f"/proc/PID/{name}"] = file.read().decode(errors="replace")
            served.end()
            seen["standard output"] = served.process.stdout.read()
            seen["standard error"] = "".join(served.told)
        for folder, _, names in os.walk(self.folder):
            for name in names:
                if name == "token":
                    continue
                with open(os.path.join(folder, name), "rb") as file:
                    seen[name] = file.read().decode(errors="replace")
        return seen

    def check(self, seen):
        for where, text in seen.items():
            self.assertNotIn(CANARY, text, where)
        self.assertIn("call_failed", seen["log.jsonl"])
        for line in seen["log.jsonl"].splitlines():
            json.loads(line)

    def test_of_a_web_api_that_says_too_much(self):
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Leaky)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        url = (f"http://svc:{CANARY}@127.0.0.1:{server.server_address[1]}/molecule.json"
               f"?api_key={CANARY}")
        seen = self.seen_of(url, self.path("target.db"),
                            'holdfast_breaker_state{operation="import.page",state="open"} 1')
        self.check(seen)
        self.assertIn("import", seen["/proc/PID/cmdline"])

    def test_of_a_database_that_is_not_there(self):
        data = self.write("m.csv", "id\n1\n")
        target = f"postgresql://svc:{CANARY}@127.0.0.1:1/lab"
        self.check(self.seen_of(data, target,
                                'holdfast_failures_total{operation="db.import.write"'))


if __name__ == "__main__":
    unittest.main()
