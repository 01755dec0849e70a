"""Runs `holdfast chaos proxy` before a small server, and drives it by its control calls."""

import json
import os
import signal
import socket
import socketserver
import subprocess
import tempfile
import threading
import time
import unittest
import urllib.error
import urllib.request

HOLDFAST = os.environ.get("HOLDFAST", "holdfast")
SOURCE = os.environ.get("HOLDFAST_SOURCE", os.getcwd())


class Echo(socketserver.BaseRequestHandler):
    def handle(self):
        while data := self.request.recv(65536):
            self.server.received += data
            self.request.sendall(data)


class EchoServer(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Echo)
        self.received = b""
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def handle_error(self, request, client_address):
        pass  # connections break here on purpose


class Proxy:
    """A running proxy with control calls; ended when the block is left."""

    def __init__(self, to, plan="", *options, listen="127.0.0.1:0"):
        self.folder = tempfile.TemporaryDirectory()
        plan_file = os.path.join(self.folder.name, "plan")
        with open(plan_file, "w", encoding="utf-8") as file:
            file.write(plan)
        self.port_file = os.path.join(self.folder.name, "port")
        self.command = [HOLDFAST, "chaos", "proxy", "--to", to, "--plan", plan_file,
                        "--listen", listen, "--control", "127.0.0.1:0",
                        "--port-file", self.port_file, *options]

    def __enter__(self):
        self.process = subprocess.Popen(self.command, stdout=subprocess.PIPE, text=True)
        deadline = time.monotonic() + 30
        while not os.path.exists(self.port_file):
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError("the proxy did not start")
            time.sleep(0.02)
        with open(self.port_file, encoding="utf-8") as file:
            self.address, self.control = file.read().splitlines()
        return self

    def __exit__(self, *_):
        self.stop(signal.SIGTERM)
        self.folder.cleanup()

    def stop(self, how):
        """Ends the proxy; what it printed, and its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(how)
        if not self.process.stdout.closed:
            self.output = self.process.communicate(timeout=30)[0]
        return self.output, self.process.returncode

    def connect(self):
        if self.address.startswith("unix:"):
            client = socket.socket(socket.AF_UNIX)
            client.settimeout(5)
            client.connect(self.address[5:])
            return client
        host, port = self.address.rsplit(":", 1)
        return socket.create_connection((host, int(port)), 5)

    def call(self, method, path, body=None):
        """Status and answer of a control call."""
        request = urllib.request.Request(
            self.control + path, method=method, data=body.encode() if body else None
        )
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            with error:
                return error.code, json.load(error)

    def stats(self):
        return self.call("GET", "/stats")[1]


class ChaosProxy(unittest.TestCase):
    def setUp(self):
        self.server = EchoServer()
        self.to = f"127.0.0.1:{self.server.server_address[1]}"

    def tearDown(self):
        self.server.shutdown()
        self.server.server_close()

    def test_bytes_pass_and_are_counted(self):
        with Proxy(self.to) as proxy:
            with proxy.connect() as client:
                client.sendall(b"hello")
                self.assertEqual(client.recv(100), b"hello")
                stats = proxy.stats()
                self.assertEqual((stats["connections"], stats["open"]), (1, 1))
                self.assertEqual(
                    stats["to_server"], {"received": 5, "passed_on": 5, "swallowed": 0}
                )
            output, code = proxy.stop(signal.SIGINT)
        self.assertEqual(code, 0)
        first, second, last = output.splitlines()
        self.assertEqual(first, f"listening on {proxy.address}")
        self.assertEqual(second, f"control calls on {proxy.control}")
        self.assertIn("5 bytes to the server, 5 to the client", last)

    def test_a_plan_strikes_by_number_of_the_connection(self):
        plan = "faults: [{kind: reset, connections: [2], pattern: x}]"
        with Proxy(self.to, plan) as proxy:
            for number in (1, 2, 3):
                with proxy.connect() as client:
                    client.sendall(b"x")
                    if number == 2:
                        with self.assertRaises(ConnectionResetError):
                            client.recv(1)
                    else:
                        self.assertEqual(client.recv(1), b"x")
            self.assertEqual(proxy.stats()["faults"]["reset"], 1)

    def test_faults_come_and_go_by_control_calls(self):
        with Proxy(self.to) as proxy, proxy.connect() as client:
            status, added = proxy.call("POST", "/faults", "faults: [{kind: half_open, share: 0}]")
            self.assertEqual((status, added), (200, {"added": [1]}))
            delay = '{"faults": [{"kind": "delay", "delay": "200ms"}]}'
            answer = proxy.call("POST", "/faults", delay)
            self.assertEqual(answer, (200, {"added": [2]}))
            began = time.monotonic()
            client.sendall(b"x")
            client.recv(1)
            self.assertGreaterEqual(time.monotonic() - began, 0.4)
            self.assertEqual(
                proxy.stats()["in_force"],
                [{"id": 1, "kind": "half_open", "strikes": 0},
                 {"id": 2, "kind": "delay", "strikes": 2}],
            )
            self.assertEqual(proxy.call("DELETE", "/faults/1"), (200, {"cleared": 1}))
            self.assertEqual(proxy.call("DELETE", "/faults/1")[0], 404)
            self.assertEqual(proxy.call("DELETE", "/faults"), (200, {"cleared": 1}))

    def test_connections_are_cut_by_a_control_call(self):
        with Proxy(self.to) as proxy, proxy.connect() as client:
            client.sendall(b"x")
            client.recv(1)
            self.assertEqual(proxy.call("POST", "/cut"), (200, {"cut": 1}))
            self.assertEqual(client.recv(1), b"")
            with proxy.connect() as other:
                other.sendall(b"x")
                other.recv(1)
                proxy.call("POST", "/cut?how=reset&closes=both")
                with self.assertRaises(ConnectionResetError):
                    other.recv(1)

    def test_wrong_control_calls_change_nothing(self):
        with Proxy(self.to) as proxy:
            status, answer = proxy.call("POST", "/faults", "faults:\n  - {kind: cutt}\n")
            self.assertEqual(status, 400)
            self.assertEqual(answer["problems"][0]["line"], 2)
            self.assertIn("cut", json.dumps(answer))
            for method, path, expected in (
                ("POST", "/stats", 405), ("GET", "/faults", 405), ("GET", "/cut", 405),
                ("GET", "/", 404), ("POST", "/cut?how=delay", 400),
                ("POST", "/cut?closes=all", 400), ("DELETE", "/faults/x", 404),
            ):
                self.assertEqual(proxy.call(method, path)[0], expected, path)
            message = "faults: [{kind: cut, message: Q}]"
            self.assertEqual(proxy.call("POST", "/faults", message)[0], 400)
            self.assertEqual(proxy.stats()["in_force"], [])

    def test_unix_sockets_can_be_listened_on(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "proxy")
            with Proxy(self.to, listen="unix:" + path) as proxy, proxy.connect() as client:
                client.sendall(b"hello")
                self.assertEqual(client.recv(100), b"hello")
            self.assertFalse(os.path.exists(path))

    def test_a_plan_is_refused_with_all_its_problems(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "plan")
            with open(path, "w", encoding="utf-8") as file:
                file.write("faults:\n  - {kind: cutt}\n  - {kind: throttle}\n")
            run = subprocess.run(
                [HOLDFAST, "chaos", "proxy", "--to", self.to, "--plan", path],
                capture_output=True, text=True, timeout=30,
            )
        self.assertEqual(run.returncode, 2)
        self.assertIn("plan:2:", run.stderr)
        self.assertIn("plan:3:", run.stderr)

    def test_the_plans_of_the_examples_are_good(self):
        folder = os.path.join(SOURCE, "examples", "data")
        plans = [name for name in os.listdir(folder) if name.endswith(".proxy.yaml")]
        self.assertGreaterEqual(len(plans), 3)
        for name in plans:
            with open(os.path.join(folder, name), encoding="utf-8") as file:
                with Proxy(self.to, file.read(), "--seed", "3"):
                    pass


if __name__ == "__main__":
    unittest.main()
