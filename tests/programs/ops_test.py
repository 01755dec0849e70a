"""Checks ops/: the rules by their own tests, the examples of configuration, and every query of the
dashboard against a Prometheus that has scraped each metric that docs/observability.md names."""

import json
import os
import re
import subprocess
import tempfile
import unittest

from metrics_page import ExamplePage, names, page
from prometheus_harness import (OPS, RULES, SOURCE, Alertmanager, Prometheus, Webhook,
                                fast_alertmanager, fetch, load, needs_prometheus, rules,
                                sped_up_rules, wait_until)

DOCS = os.path.join(SOURCE, "docs", "observability.md")
RULES_TEST = os.path.join(OPS, "prometheus", "rules_test.yaml")
ALERTMANAGER_CONFIG = os.path.join(OPS, "alertmanager", "alertmanager.yaml")
DASHBOARD = os.path.join(OPS, "grafana", "holdfast.json")
OURS = r"(?:holdfast|database|process|retry)_[a-z0-9_]+"
PARTS_OF_HISTOGRAMS = re.compile(r"_(bucket|sum|count)$")


def documented():
    """The metrics that stand in backticks in the first column of a table of the docs."""
    with open(DOCS, encoding="utf-8") as file:
        first_cells = [text.split("|")[1] for text in file if text.startswith("|")]
    return {name for cell in first_cells for name in re.findall(f"`({OURS})`", cell)}


def anchors_of_docs():
    """Where a link to a heading of the docs may lead."""
    with open(DOCS, encoding="utf-8") as file:
        headings = [text.lstrip("#").strip().lower() for text in file if text.startswith("#")]
    return {re.sub(r"[^\w\- ]", "", each).replace(" ", "-") for each in headings}


def metrics_in(expression):
    """The metrics that an expression names, without those that rules record."""
    bare = re.sub(r"'[^']*'|\"[^\"]*\"", "", expression)
    found = set(re.findall(rf"(?<![\w:]){OURS}(?![\w:])", bare))
    return {PARTS_OF_HISTOGRAMS.sub("", each) for each in found}


def recorded_in(expression):
    return set(re.findall(r"\w+(?::\w+)+", re.sub(r"\[[^\]]*\]", "", expression)))


def alerts():
    return [each for each in rules() if "alert" in each]


def dashboard():
    with open(DASHBOARD, encoding="utf-8") as file:
        return json.load(file)


def panels():
    return [each for each in dashboard()["panels"] if each["type"] != "row"]


def queries():
    """(where, query) of all panels and variables, as they stand."""
    found = [(each["title"], target["expr"]) for each in panels() for target in each["targets"]]
    for each in dashboard()["templating"]["list"]:
        if each["type"] == "query":
            asked = re.fullmatch(r"label_values\((.*), (\w+)\)", each["query"]["query"])
            found.append((each["name"], f"group by ({asked[2]}) ({asked[1]})"))
    return found


class OpsTest(unittest.TestCase):
    def run_tool(self, *command, text=None):
        run = subprocess.run(command, capture_output=True, text=True, input=text, timeout=120,
                             check=False)
        self.assertEqual(run.returncode, 0, f"{command}: {run.stdout} {run.stderr}")
        return run.stdout + run.stderr


@needs_prometheus
class Rules(OpsTest):
    def test_promtool_accepts_them(self):
        self.run_tool("promtool", "check", "rules", RULES)

    def test_they_pass_their_own_tests(self):
        self.run_tool("promtool", "test", "rules", RULES_TEST)

    def test_the_example_of_a_configuration_loads_them(self):
        told = self.run_tool("promtool", "check", "config",
                             os.path.join(OPS, "prometheus", "prometheus.yaml"))
        self.assertIn("1 rule files found", told)

    def test_every_alert_is_tested_both_firing_and_silent(self):
        cases = [case for test in load(RULES_TEST)["tests"]
                 for case in test.get("alert_rule_test", [])]
        firing = {each["alertname"] for each in cases if each["exp_alerts"]}
        silent = {each["alertname"] for each in cases if not each["exp_alerts"]}
        known = {each["alert"] for each in alerts()}
        self.assertEqual(firing, known)
        self.assertEqual(silent, known)

    def test_their_tests_evaluate_the_groups_in_the_order_of_the_file(self):
        self.assertEqual(load(RULES_TEST)["group_eval_order"],
                         [each["name"] for each in load(RULES)["groups"]])

    def test_every_alert_says_how_urgent_it_is_and_what_to_do(self):
        there = anchors_of_docs()
        for each in alerts():
            with self.subTest(each["alert"]):
                self.assertIn(each["labels"]["severity"], ("page", "ticket"))
                self.assertEqual(set(each["annotations"]), {"summary", "description", "runbook"})
                file, anchor = each["annotations"]["runbook"].split("#")
                self.assertEqual(file, "docs/observability.md")
                words = re.findall("[A-Z][a-z]*|[0-9]+", each["alert"].removeprefix("Holdfast"))
                self.assertEqual(anchor, "-".join(words).lower())
                self.assertIn(anchor, there)

    def test_the_name_of_a_ratio_tells_its_window(self):
        for each in rules():
            window = re.search(r":ratio([0-9]+[mhd])$", each.get("record", ""))
            if window and window[1] != "5m":
                ranges = re.findall(r"\[(\w+):5m\]", each["expr"])
                self.assertEqual(ranges, [window[1]] * 2, each["record"])

    def test_they_name_documented_metrics_alone(self):
        for each in rules():
            unknown = metrics_in(each["expr"]) - documented()
            self.assertFalse(unknown, each.get("alert") or each["record"])

    def test_they_read_no_record_that_nobody_makes(self):
        made = {each["record"] for each in rules() if "record" in each}
        for each in rules():
            self.assertLessEqual(recorded_in(each["expr"]), made)


@needs_prometheus
class AlertmanagerExample(OpsTest):
    def test_amtool_accepts_it(self):
        self.run_tool("amtool", "check-config", ALERTMANAGER_CONFIG)

    def test_every_alert_goes_where_its_severity_says(self):
        for each in alerts():
            severity = each["labels"]["severity"]
            self.run_tool("amtool", "config", "routes", "test",
                          f"--config.file={ALERTMANAGER_CONFIG}",
                          f"--verify.receivers={severity}",
                          f"severity={severity}", f"alertname={each['alert']}")

    def test_what_it_holds_back_and_for_which_reason_are_alerts_of_ours(self):
        known = [each["alert"] for each in alerts()]
        for rule in load(ALERTMANAGER_CONFIG)["inhibit_rules"]:
            for matcher in rule["source_matchers"] + rule["target_matchers"]:
                name = re.fullmatch(r'alertname=~?"(.*)"', matcher)
                if name:
                    self.assertTrue(any(re.fullmatch(name[1], each) for each in known), matcher)

    def test_an_open_circuit_holds_back_the_tickets_of_its_operation_and_not_its_pages(self):
        def alert(name, severity, operation):
            return {"labels": {"alertname": name, "severity": severity, "job": "app",
                               "operation": operation}}
        sent = [alert("HoldfastCircuitOpen", "page", "orders"),
                alert("HoldfastBurnRate14", "page", "orders"),
                alert("HoldfastBurnRate6", "page", "orders"),
                alert("HoldfastRetryBudgetEmpty", "ticket", "orders"),
                alert("HoldfastRetryBudgetEmpty", "ticket", "users")]
        with tempfile.TemporaryDirectory() as folder, Webhook() as webhook, \
                Alertmanager(folder, fast_alertmanager(f"http://{webhook.address}")) as running:
            fetch(f"{running.url}/api/v2/alerts", body=json.dumps(sent).encode())
            wait_until(lambda: len(webhook.alerts) >= 3, 30, "three alerts are delivered")
            told = {(path, each["labels"]["alertname"], each["labels"]["operation"])
                    for path, each in webhook.alerts}
            held_back = {each["labels"]["alertname"]
                         for each in json.loads(fetch(f"{running.url}/api/v2/alerts")[2])
                         if each["status"]["state"] == "suppressed"}
        self.assertEqual(told, {("/page", "HoldfastCircuitOpen", "orders"),
                                ("/page", "HoldfastBurnRate14", "orders"),
                                ("/ticket", "HoldfastRetryBudgetEmpty", "users")})
        self.assertEqual(held_back, {"HoldfastBurnRate6", "HoldfastRetryBudgetEmpty"})


class Dashboard(OpsTest):
    def test_every_panel_says_what_it_shows_and_in_which_unit(self):
        for each in panels():
            with self.subTest(each["title"]):
                self.assertTrue(each["description"].endswith("."))
                self.assertTrue(each["fieldConfig"]["defaults"]["unit"])
                self.assertEqual(each["datasource"]["uid"], "${datasource}")
                self.assertTrue(all(target["legendFormat"] for target in each["targets"]))

    def test_panels_have_numbers_and_places_of_their_own(self):
        all_panels = dashboard()["panels"]
        numbers = [each["id"] for each in all_panels]
        self.assertEqual(len(numbers), len(set(numbers)))
        taken = {}
        for each in all_panels:
            place = each["gridPos"]
            self.assertLessEqual(place["x"] + place["w"], 24)
            for cell in [(x, y) for x in range(place["x"], place["x"] + place["w"])
                         for y in range(place["y"], place["y"] + place["h"])]:
                self.assertNotIn(cell, taken, each["title"])
                taken[cell] = each["title"]

    def test_it_can_be_narrowed_down(self):
        variables = {each["name"]: each for each in dashboard()["templating"]["list"]}
        self.assertEqual(list(variables), ["datasource", "job", "instance", "operation"])
        for name in ("job", "instance", "operation"):
            self.assertTrue(variables[name]["multi"] and variables[name]["includeAll"])
        for where, query in queries():
            used = set(re.findall(r"\$(\w+)", query))
            self.assertLessEqual(used, {*variables, "__rate_interval", "__range"}, where)

    def test_it_names_documented_metrics_alone(self):
        for where, query in queries():
            self.assertFalse(metrics_in(query) - documented(), where)

    def test_every_documented_metric_is_on_the_example_page(self):
        self.assertFalse(documented() - names(), "tests/programs/metrics_page.py lacks these")


@needs_prometheus
class Queries(OpsTest):
    """A Prometheus scrapes the example page twice a second; our rules go 150 times as fast."""

    @classmethod
    def setUpClass(cls):
        folder = cls.enterClassContext(tempfile.TemporaryDirectory())
        example = cls.enterClassContext(ExamplePage())
        cls.prometheus = cls.enterClassContext(
            Prometheus(folder, {"holdfast": example.address}, "500ms", sped_up_rules(150)))
        wait_until(lambda: example.scrapes >= 8, 60, "the page is scraped eight times")
        cls.prometheus.wait_for("job_operation:holdfast_errors_per_calls:ratio6h")

    def test_promtool_finds_no_fault_with_the_example_page(self):
        self.assertEqual(self.run_tool("promtool", "check", "metrics", text=page(1)), "")

    def test_every_query_of_the_dashboard_shows_something(self):
        values = {"$__rate_interval": "3s", "$__range": "5s", "$job": ".+", "$instance": ".+",
                  "$operation": ".+"}
        for where, query in queries():
            for name, value in values.items():
                query = query.replace(name, value)
            with self.subTest(where):
                self.assertTrue(self.prometheus.query(query), query)

    def test_every_record_has_a_series(self):
        for each in rules():
            if "record" in each:
                self.assertTrue(self.prometheus.query(each["record"]), each["record"])

    def test_no_rule_fails(self):
        def judged():
            groups = self.prometheus.ask("rules")["groups"]
            found = [rule for group in groups for rule in group["rules"]]
            return [] if any(each["health"] == "unknown" for each in found) else found

        found = wait_until(judged, 30, "every rule is evaluated")
        self.assertEqual(len(found), len(rules()))
        self.assertEqual([each for each in found if each["health"] != "ok"], [])


if __name__ == "__main__":
    unittest.main()
