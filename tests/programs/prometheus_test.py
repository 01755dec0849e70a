"""One import from an API that is away at first and harsh later, watched by a real Prometheus and a
real Alertmanager: what they tell must be what the importer reports, to the last record."""

import json
import os
import re
import signal
import subprocess
import tempfile
import threading
import time
import unittest

from harness import HOLDFAST, ChaosApi
from prometheus_harness import (Alertmanager, Prometheus, Webhook, fast_alertmanager, fetch,
                                free_port, needs_prometheus, sped_up_rules, wait_until)

# Small pages make many requests. The outage comes once half of the records are there; record 41 can
# never be had.
PLAN = """
faults: {unavailable: 0.15, reset: 0.1, truncated_json: 0.05, retry_after: none}
records: {duplicates_within: 0.05}
outages: [{after_requests: 40, duration: 2s, kind: reset}]
poison: [41]
pace: {latency: 10ms}
default_limit: 10
max_limit: 10
"""
# Every tenth mass is out of range, every fifteenth no number.
MAPPING = """
table: molecules
key: [id]
fields:
  - {name: id, type: text, required: true}
  - {name: mass, type: real, max: 500}
"""
FASTER = 300  # our rules: an alert after a quarter of an hour comes after three seconds
OPENMETRICS = "application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5"


def records(count):
    for i in range(count):
        mass = f"{100 + i}.5" if i % 15 else "unknown"
        yield json.dumps({"id": f"M{i}", "mass": "900.5" if i % 10 == 3 else mass})


class Import:
    """`holdfast import --serve`, whose output is read while it runs."""

    def __init__(self, *arguments):
        self.process = subprocess.Popen([HOLDFAST, "import", *arguments], stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE, text=True)
        self.output, self.told = [], []
        self.readers = [threading.Thread(target=into.extend, args=(pipe,), daemon=True)
                        for pipe, into in ((self.process.stdout, self.output),
                                           (self.process.stderr, self.told))]
        for each in self.readers:
            each.start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(30)
        for each in self.readers:
            each.join(30)
        self.process.stdout.close()
        self.process.stderr.close()

    def url(self):
        """Where it serves, as soon as it has said so."""
        def told():
            self.check_that_it_runs()
            return re.search(r"serving (http://127\.0\.0\.1:[0-9]+)", "".join(list(self.told)))
        return wait_until(told, 30, "it says where it serves")[1]

    def check_that_it_runs(self):
        if self.process.poll() is not None:
            raise AssertionError(f"the import ended too early: {''.join(self.told)}")

    def interrupt(self):
        """^C, where it still lingers; its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        return self.process.wait(30)

    def report(self):
        for each in self.readers:
            each.join(30)
        return json.loads("".join(self.output))


@needs_prometheus
class WatchedImport(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = cls.enterClassContext(tempfile.TemporaryDirectory())
        cls.webhook = cls.enterClassContext(Webhook())
        alertmanager = cls.enterClassContext(
            Alertmanager(cls.folder, fast_alertmanager(f"http://{cls.webhook.address}")))
        port = free_port()
        running = cls.enterClassContext(Import(
            f"http://127.0.0.1:{port}/molecule.json", "--source", "chembl",
            "--into", cls.path("target.db"), "--mapping", cls.write("mapping.yaml", MAPPING),
            "--recovery-timeout", "500ms", "--serve", "127.0.0.1:0", "--linger", "120s", "--json"))
        cls.url = running.url()
        cls.prometheus = cls.enterClassContext(Prometheus(
            cls.folder, {"holdfast": cls.url.removeprefix("http://")}, "200ms",
            sped_up_rules(FASTER), alertmanager.url))

        cls.wait_for_the_alert(running)
        data = cls.write("molecules.jsonl", "\n".join(records(600)) + "\n")
        with cls.api_at(port, data):
            cls.wait_for_the_end(running)
        [cls.target] = cls.prometheus.ask("targets", state="active")["activeTargets"]
        cls.text_page = fetch(f"{cls.url}/metrics")
        cls.openmetrics_page = fetch(f"{cls.url}/metrics", accept=OPENMETRICS)
        cls.still_lingered = running.process.poll() is None
        cls.code = running.interrupt()
        cls.report = running.report()

    @classmethod
    def path(cls, name):
        return os.path.join(cls.folder, name)

    @classmethod
    def write(cls, name, text):
        with open(cls.path(name), "w", encoding="utf-8") as file:
            file.write(text)
        return cls.path(name)

    @classmethod
    def api_at(cls, port, data):
        api = ChaosApi(cls.folder, data, PLAN, seed=7)
        api.arguments += ["--listen", f"127.0.0.1:{port}"]
        return api

    @classmethod
    def wait_for_the_alert(cls, running):
        def arrived():
            running.check_that_it_runs()
            return cls.webhook.of("HoldfastCircuitOpen")
        wait_until(arrived, 60, "the open circuit is told")

    @classmethod
    def wait_for_the_end(cls, running):
        """Until the run is over; what is asked later is what the first scrape after it has seen."""
        def ended():
            running.check_that_it_runs()
            return cls.prometheus.query("sum(holdfast_import_running) == 0 "
                                        "and sum(holdfast_import_records_read_total) > 0")
        wait_until(ended, 120, "the import has ended")
        [(_, cls.prometheus.moment)] = cls.prometheus.wait_for(
            f"timestamp(holdfast_import_records_read_total) > {time.time()}")

    def number(self, expression):
        return self.prometheus.number(expression)

    def by(self, label, expression):
        return self.prometheus.by(label, expression)

    def test_the_plan_was_harsh_enough_to_mean_something(self):
        self.assertEqual(self.report["ending"], "finished", self.report)
        self.assertGreaterEqual(self.report["read"], 600)
        for each in ("duplicates", "rejected", "retries", "failed_requests"):
            self.assertGreater(self.report[each], 0, each)
        self.assertEqual(set(self.report["reasons"]),
                         {"out_of_range", "wrong_type", "unreadable_remote"})

    def test_it_ends_with_the_code_that_it_has_without_a_server(self):
        self.assertTrue(self.still_lingered)
        self.assertEqual(self.code, 1)  # some records were rejected

    def test_records_are_counted_as_they_are_reported(self):
        report = self.report
        self.assertEqual(self.number("holdfast_import_records_read_total"), report["read"])
        self.assertEqual(self.by("fate", "holdfast_import_records_total"),
                         {"stored": report["stored"], "duplicate": report["duplicates"],
                          "rejected": report["rejected"]})
        self.assertEqual(self.by("reason", "holdfast_import_rejected_total"), report["reasons"])
        self.assertEqual(self.number("holdfast_import_differs_total"), report["differs"])
        self.assertEqual(self.by("table", "holdfast_import_records_read_total"),
                         {report["table"]: report["read"]})

    def test_requests_and_retries_are_counted_as_they_are_reported(self):
        report = self.report
        self.assertEqual(self.number("holdfast_import_requests_total"), report["requests"])
        self.assertEqual(self.number("holdfast_import_failed_requests_total"),
                         report["failed_requests"])
        self.assertEqual(self.number("holdfast_import_source_retries_total "
                                     "+ holdfast_import_target_retries_total"), report["retries"])

    def test_the_run_is_over_and_waits_for_nothing(self):
        self.assertEqual(self.number("holdfast_import_running"), 0)
        self.assertEqual(self.number("holdfast_import_waiting"), 0)

    def test_the_operation_counts_what_the_importer_does(self):
        attempts = self.by("category", 'holdfast_attempts_total{operation="import.page"}')
        self.assertEqual(sum(attempts.values()), self.report["requests"])
        self.assertEqual(sum(attempts.values()) - attempts["none"], self.report["failed_requests"])
        self.assertEqual(self.number('sum(holdfast_retries_total{operation="import.page"})'),
                         self.number("holdfast_import_source_retries_total"))

    def test_calls_attempts_and_retries_of_the_operation_agree(self):
        page = '{operation="import.page"}'
        calls = self.by("outcome", f"holdfast_calls_total{page}")
        attempts = self.by("category", f"holdfast_attempts_total{page}")
        retries = self.by("attempt", f"holdfast_retries_total{page}")
        began = calls["success"] + calls["failure"]
        self.assertEqual(began + sum(retries.values()), sum(attempts.values()))
        self.assertEqual(calls["success"], attempts["none"])
        self.assertEqual(self.by("category", f"sum by (category) (holdfast_failures_total{page})"),
                         {each: count for each, count in attempts.items() if each != "none"})
        self.assertEqual(sum(self.by("reason", f"holdfast_rejections_total{page}").values()),
                         calls.get("rejected", 0))
        numbers = [retries.get(each, 0) for each in ("1", "2", "3", "4", "5", "6+")]
        self.assertEqual(numbers, sorted(numbers, reverse=True))
        self.assertLessEqual(self.number(f"holdfast_recovered_calls_total{page}"), numbers[0])

    def test_durations_are_taken_of_every_call_that_had_an_attempt(self):
        page = '{operation="import.page"}'
        calls = self.by("outcome", f"holdfast_calls_total{page}")
        timed = self.by("outcome", f"holdfast_call_duration_seconds_count{page}")
        recovered = self.number(f"holdfast_recovered_calls_total{page}")
        self.assertEqual(self.number(f"holdfast_duration_sampling_ratio{page}"), 1)
        self.assertEqual(timed, {"success": calls["success"] - recovered, "recovered": recovered,
                                 "failure": calls["failure"]})

    def test_the_circuit_has_opened_and_recovered(self):
        page = 'operation="import.page"'
        self.assertEqual(self.by("state", f"holdfast_breaker_state{{{page}}}"), {"closed": 1})
        changes = {(each["from"], each["to"]): count for each, count in self.prometheus.query(
            f"sum by (from, to) (holdfast_breaker_transitions_total{{{page}}})")}
        self.assertGreater(changes["closed", "open"], 0)
        self.assertEqual(changes["closed", "open"], changes["half_open", "closed"])
        self.assertEqual(self.number(f"holdfast_outage_duration_seconds_count{{{page}}}"),
                         changes["closed", "open"])

    def test_the_open_circuit_pages_somebody_with_all_that_is_needed(self):
        path, alert = self.webhook.of("HoldfastCircuitOpen")[0]
        self.assertEqual(path, "/page")
        self.assertEqual(alert["labels"], {
            "alertname": "HoldfastCircuitOpen", "severity": "page", "job": "holdfast",
            "instance": self.url.removeprefix("http://"), "operation": "import.page"})
        self.assertIn("import.page", alert["annotations"]["summary"])
        self.assertIn("import.page", alert["annotations"]["description"])
        self.assertEqual(alert["annotations"]["runbook"], "docs/observability.md#circuit-open")

    def test_the_import_that_waits_is_told_by_a_ticket(self):
        path, alert = self.webhook.of("HoldfastImportWaiting")[0]
        self.assertEqual((path, alert["labels"]["table"]), ("/ticket", self.report["table"]))

    def test_promtool_finds_no_fault_with_the_text_page(self):
        status, kind, text = self.text_page
        self.assertEqual(status, 200)
        self.assertTrue(kind.startswith("text/plain; version=0.0.4"), kind)
        run = subprocess.run(["promtool", "check", "metrics"], input=text, capture_output=True,
                             text=True, timeout=60, check=False)
        self.assertEqual((run.returncode, run.stdout, run.stderr), (0, "", ""))

    def test_prometheus_gets_openmetrics_and_can_read_all_of_it(self):
        status, kind, text = self.openmetrics_page
        self.assertEqual(status, 200)
        self.assertTrue(kind.startswith("application/openmetrics-text; version=1.0.0"), kind)
        self.assertTrue(text.endswith("# EOF\n"))
        self.assertEqual(self.number("min_over_time(up[1h])"), 1, self.target["lastError"])
        samples = [each for each in text.splitlines() if not each.startswith("#")]
        self.assertEqual(self.number("scrape_samples_scraped"), len(samples))


if __name__ == "__main__":
    unittest.main()
