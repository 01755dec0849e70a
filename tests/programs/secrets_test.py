"""Nothing that the program tells of a failure holds a secret: neither what stands on its command
line, nor what a server echoes, nor what it was asked to explain."""

import http.server
import json
import os
import subprocess
import threading
import unittest

from harness import HOLDFAST, ProgramTest

CANARY = "Canary7f3q9Zx"


class Echo(http.server.BaseHTTPRequestHandler):
    """Answers with the status that the path names, and says all that it was told."""

    def do_GET(self):  # noqa: N802
        status = int(self.path.split("/")[1])
        self.server.asked += 1
        told = {"error": f"no {self.path} for password={CANARY}",
                "headers": dict(self.headers.items())}
        body = json.dumps(told).encode()
        self.send_response(status, f"No token={CANARY}")
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        if status in (301, 302):
            self.send_header("Location", f"http://u:{CANARY}@127.0.0.1:1/x?token={CANARY}")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class Secrets(ProgramTest):
    def run_quietly(self, *arguments, **options):
        run = subprocess.run([HOLDFAST, *arguments], capture_output=True, timeout=120, **options)
        told = run.stdout + run.stderr
        self.assertNotIn(CANARY.encode(), told, told.decode(errors="replace"))
        return run, told.decode()

    def stored(self):
        """All files of the test's folder, as bytes."""
        content = b""
        for folder, _, names in os.walk(self.folder):
            for name in names:
                with open(os.path.join(folder, name), "rb") as file:
                    content += file.read()
        return content

    def test_an_api_that_echoes_what_it_is_told(self):
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Echo)
        server.asked = 0
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        host = f"svc:{CANARY}@127.0.0.1:{server.server_address[1]}"
        for status in [200, 302, 400, 401, 403, 404, 500, 503]:
            for more in [[], ["--json"]]:
                url = f"http://{host}/{status}/molecule.json?token={CANARY}&page={CANARY}"
                before = server.asked
                run, told = self.run_quietly(
                    "import", url, "--into", self.path("t.db"), "--attempts", "2",
                    "--give-up-after", "300ms", "--recovery-timeout", "100ms", *more)
                self.assertNotEqual(run.returncode, 0, told)
                self.assertGreater(server.asked, before, told)
                self.assertIn("127.0.0.1", told)
                if more:
                    json.loads(run.stdout)
        self.assertNotIn(CANARY.encode(), self.stored())

    def test_an_api_that_is_not_there(self):
        run, told = self.run_quietly(
            "import", f"https://svc:{CANARY}@127.0.0.1:1/molecule.json?api_key={CANARY}", "--into",
            self.path("t.db"), "--give-up-after", "200ms", "--recovery-timeout", "100ms")
        self.assertNotEqual(run.returncode, 0)
        self.assertIn("127.0.0.1", told)

    def test_what_is_wrong_with_a_command_line(self):
        for arguments in [
            ["import", f"postgres://svc:{CANARY}@db/orders"],
            ["import", "-", "--into", f"postgres://svc:{CANARY}@db/orders"],
            ["import", "-", f"--password={CANARY}"],
            ["import", "-", "--source", f"https://svc:{CANARY}@db/"],
            ["explain", "http", f"token={CANARY}"],
            ["explain", f"password={CANARY}", "1"],
            ["explain", "redis", "503", "--rules", f"https://x/?token={CANARY}"],
            ["chaos", "api", "--data", f"https://svc:{CANARY}@h/x.jsonl"],
            ["redact", "--secrets", f"/x/password={CANARY}"],
            ["explain", "http", f"https://svc:{CANARY * 9}@h/"],  # of which an excerpt is shown
        ]:
            run, told = self.run_quietly(*arguments, stdin=subprocess.DEVNULL, cwd=self.folder)
            self.assertEqual(run.returncode, 2, f"{arguments}: {told}")

    def test_a_reply_to_be_explained(self):
        reply = f"ERR can't sync with redis://svc:{CANARY}@h, password={CANARY}"
        for more in [[], ["--json"]]:
            run, told = self.run_quietly("explain", "redis", reply, *more)
            self.assertEqual(run.returncode, 0, told)
            self.assertIn("[redacted]", told)
            if more:
                self.assertEqual(json.loads(run.stdout)["code"], "ERR")

    def test_help_keeps_its_examples(self):
        run, told = self.run_quietly("redact", "--help")
        self.assertEqual(run.returncode, 0)
        self.assertIn("password=...", told)


if __name__ == "__main__":
    unittest.main()
