"""`holdfast import --config FILE`: policies from a file that changes while an API fails."""

import json
import os
import signal
import subprocess
import time
import unittest
import urllib.request

import harness

OPERATIONS = """\
operations:
  import.page:
    retry: {max_attempts: %s, initial_delay: 1ms, max_delay: 5ms, idempotent: true}
%s
  db.import.write:
    retry: {max_attempts: 4, idempotent: true}
"""
SLOW = "    limiter: {per_second: 5, burst: 1, max_wait: 10s}"
QUICK = "    limiter: {per_second: 1000, burst: 1, max_wait: 10s}"
BREAKER = "    breaker: {failure_threshold: 2, recovery_timeout: 300ms, recovery_jitter: 0}"
PAGES = 100
RECORDS = PAGES * 20


class Import:
    """An import that runs, for a `with` block; what it says goes to a file."""

    def __init__(self, command, words):
        self.command, self.words = command, words

    def __enter__(self):
        with open(self.words, "wb") as words:
            self.process = subprocess.Popen(self.command, stdout=subprocess.PIPE, stderr=words)
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
        self.process.communicate(timeout=60)

    def told(self):
        with open(self.words, encoding="utf-8") as words:
            return words.read()

    def wait_for(self, text, times=1):
        """Waits until it has said this so often."""
        deadline = time.monotonic() + 60
        while self.told().count(text) < times:
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise AssertionError(f"{text!r} was not said:\n{self.told()}")
            time.sleep(0.02)

    def report(self):
        out = self.process.communicate(timeout=120)[0]
        if self.process.returncode != 0:
            raise AssertionError(f"exit code {self.process.returncode}\n{self.told()}")
        return json.loads(out)


class ImportConfig(harness.ProgramTest):
    def setUp(self):
        super().setUp()
        self.data = self.write("data.jsonl", "".join(f'{{"id": {i}}}\n' for i in range(RECORDS)))
        self.store = f"sqlite:{self.path('state.db')}"

    def api(self, plan=""):
        return harness.ChaosApi(self.folder, self.data, plan=plan)

    def configure(self, attempts=3, more="", state=True):
        """Writes the file as an editor does: another one takes its place."""
        text = OPERATIONS % (attempts, more)
        if state:
            text += f'state: {{store: "{self.store}", save_every: 100ms}}\n'
        new = self.write("resilience.yaml.new", text)
        os.rename(new, self.path("resilience.yaml"))
        return self.path("resilience.yaml")

    def running(self, url):
        command = self.command(url, "--config", self.path("resilience.yaml"))
        return Import(command, self.path("words"))

    def breakers(self, *arguments):
        ended = subprocess.run([harness.HOLDFAST, "breakers", *arguments, "--store", self.store],
                               capture_output=True, text=True, timeout=60, check=False)
        self.assertEqual(ended.returncode, 0, ended.stderr)
        return ended.stdout

    def requests(self, api):
        with urllib.request.urlopen(api.url.replace("/molecule.json", "/chaos/stats"),
                                    timeout=30) as answer:
            return json.load(answer)["requests"]

    def wait_for_requests(self, api, at_least):
        deadline = time.monotonic() + 60
        while self.requests(api) < at_least:
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.02)

    # ----- What the file says holds

    def test_the_retries_of_the_file_are_made(self):
        plan = "faults: {retry_after: none}\nscript: [unavailable, unavailable, none]\n"
        for attempts, retries in ((1, 0), (3, 2), (9, 2)):
            with self.subTest(attempts=attempts), self.api(plan) as api:
                config = self.configure(attempts=attempts)
                report = self.run_import(api.url, "--config", config, into=f"{attempts}.db")
                self.assertEqual(report["retries"], retries)
                self.assertEqual(report["failed_requests"], 2)
                self.assertEqual(report["stored"], RECORDS)
                if attempts > 2:
                    self.assertEqual(report["requests"], PAGES + 2)

    def test_the_breaker_of_the_file_opens_and_is_remembered(self):
        plan = "faults: {retry_after: none}\nscript: [none, reset, reset, reset, none]\n"
        with self.api(plan) as api:
            config = self.configure(more=BREAKER)
            self.run_import(api.url, "--config", config)
        self.assertIn("circuit open: 2 failures in a row", self.told)
        self.assertIn("circuit closed: recovered", self.told)

        page = json.loads(self.breakers("show", "import.page", "--json"))
        changes = [json.loads(line) for line in self.breakers(
            "history", "import.page", "--json", "--limit", "200").splitlines()]

        self.assertEqual(page["state"], "closed")
        self.assertGreaterEqual(page["times_opened"], 1)
        self.assertEqual((changes[0]["to"], changes[-1]["from"], changes[-1]["to"]),
                         ("closed", "closed", "open"))
        self.assertEqual(changes[-1]["reason"], "2 failures in a row (limit 2)")
        self.run_import(self.data, api.url, "--config", config, "--table", "again",
                        "--give-up-after", "0s", code=3)
        self.assertIn("import.page goes on as closed, where an earlier run ended", self.told)

    def test_what_the_file_does_not_name_is_told(self):
        config = self.write("other.yaml", "operations: {page: {}}\n")
        self.run_import(self.data, "--config", config)
        self.assertIn("other.yaml does not name db.import.write: its defaults hold", self.told)
        self.assertNotIn("import.page", self.told)
        config = self.write("pattern.yaml", "operations: {db.*: {retry: {}}}\n")
        self.run_import(self.data, "--config", config, "--table", "more")
        self.assertNotIn("does not name", self.told)

    # ----- The file changes

    def test_a_change_of_the_file_changes_the_run_at_once(self):
        self.configure(more=SLOW)
        with self.api() as api, self.running(api.url) as run:
            self.wait_for_requests(api, 3)
            self.configure(more=QUICK)
            run.wait_for("the resilience file was read again:\n"
                         "import.page: limiter.per_second: 5 -> 1000 (")
            self.assertIn("resilience.yaml:4)", run.told())
            report = run.report()
        self.assertEqual(report["stored"], RECORDS)
        self.assertLess(report["seconds"], PAGES / 5 / 2)

    def test_a_wrong_change_is_told_and_changes_nothing(self):
        self.configure(more=SLOW)
        with self.api() as api, self.running(api.url) as run:
            self.wait_for_requests(api, 3)
            self.configure(attempts="many", more=QUICK)
            run.wait_for("the resilience file is wrong, and nothing has changed:\n")
            self.assertRegex(run.told(), r"resilience\.yaml:3:27  operations\.import\.page\.retry"
                                         r"\.max_attempts: ")
            before = self.requests(api)
            time.sleep(2)
            self.assertLessEqual(self.requests(api) - before, 14)  # 5 a second, not 1000
            self.configure(more=QUICK)
            self.assertEqual(run.report()["stored"], RECORDS)

    def test_a_hangup_reads_the_file_again(self):
        self.configure(more=SLOW)
        with self.api() as api, self.running(api.url) as run:
            self.wait_for_requests(api, 3)
            self.configure(attempts=0, more=QUICK)
            run.wait_for("the resilience file is wrong", times=1)
            for times in (2, 3):
                run.process.send_signal(signal.SIGHUP)
                run.wait_for("the resilience file is wrong", times=times)
            self.configure(more=QUICK)
            self.assertEqual(run.report()["stored"], RECORDS)

    # ----- Orders

    def test_an_open_order_stops_the_requests_until_it_is_closed(self):
        self.configure(more=SLOW)
        with self.api() as api, self.running(api.url) as run:
            self.wait_for_requests(api, 3)
            while "import.page" not in self.breakers("list"):
                time.sleep(0.05)
            self.configure(more=QUICK.replace("1000", "20"))
            self.breakers("open", "import.page", "--why", "the vendor migrates", "--author", "ann",
                          "--for", "1h")
            run.wait_for("import.page: order obeyed, of ann: open: the vendor migrates")
            before = self.requests(api)
            time.sleep(2)
            self.assertLessEqual(self.requests(api) - before, 1)  # one was on its way
            self.assertIn("forced_open", self.breakers("show", "import.page"))
            self.assertIsNone(run.process.poll())

            self.breakers("close", "import.page", "--author", "bob")
            self.assertEqual(run.report()["stored"], RECORDS)
        orders = [json.loads(line) for line in self.breakers(
            "history", "import.page", "--json").splitlines()]
        self.assertEqual([(each["reason"], each["author"]) for each in orders
                          if each["kind"] == "order"], [("close", "bob"), ("open", "ann")])

    def test_a_file_store_does_as_well(self):
        self.store = f"file:{self.path('state')}"
        config = self.configure()
        self.run_import(self.data, "--config", config)
        self.breakers("disable", "db.import.write", "--why", "a test", "--author", "ann")
        self.run_import(self.data, "--config", config)
        self.assertIn("db.import.write: order obeyed, of ann: disable: a test", self.told)
        self.assertIn("disabled", self.breakers("list"))

    # ----- Mistakes

    def test_what_is_wrong_with_the_file_is_told_before_anything_is_read(self):
        for text, told in (("operations: {import.page: {retry: 5}}\n", "wrong.yaml:1:35"),
                           ("state: {store: \"redis:x\"}\n", "no store of this scheme")):
            self.run_import(self.data, "--config", self.write("wrong.yaml", text), code=2)
            self.assertIn(told, self.told)
            self.assertIn("nothing was imported", self.told)
        self.run_import(self.data, "--config", self.path("absent.yaml"), code=2)
        self.assertFalse(os.path.exists(self.path("target.db")))

    def test_policies_are_not_said_twice(self):
        config = self.configure()
        self.run_import(self.data, "--config", config, "--attempts", "2", "--attempt-timeout", "1s",
                        "--recovery-timeout", "1s", code=2)
        for option, field in (("--attempts", "retry.max_attempts"),
                              ("--attempt-timeout", "attempt_timeout"),
                              ("--recovery-timeout", "breaker.recovery_timeout")):
            self.assertIn(f"{option}: not together with --config\n"
                          f"    the file says it: operations.import.page.{field}", self.told)

    def test_state_that_is_damaged_is_set_aside_and_told(self):
        config = self.configure()
        self.write("state.db", b"this is no database" * 1000)
        self.run_import(self.data, "--config", config)
        self.assertIn("was set aside as " + self.path("state.db.damaged-1"), self.told)

    def test_a_store_that_cannot_be_written_does_not_stop_the_import(self):
        self.store = f"file:{self.path('none')}/state"
        report = self.run_import(self.data, "--config", self.configure())
        self.assertEqual(report["stored"], RECORDS)
        self.assertIn("state can't be kept: ", self.told)


if __name__ == "__main__":
    unittest.main()
