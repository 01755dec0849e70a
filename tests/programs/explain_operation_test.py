"""`holdfast explain --operation NAME`: every field with the line that set it, and what is done."""

import json
import os
import subprocess
import unittest

import harness

FILE = """\
defaults:
  attempt_timeout: 2s
policies:
  steady: {retry: {max_attempts: 4, initial_delay: 1s, jitter: none, idempotent: true}}
budgets:
  few: {capacity: 2, per_second: 0, per_call: 0}
operations:
  chembl.*: {use: steady, kind: http}
  chembl.page:
    breaker: {failure_threshold: 2, recovery_timeout: 9s, recovery_jitter: 0}
  chembl.image: {budget: few, retry: {max_attempts: 9}, breaker: off}
  chembl.list: {total_timeout: 2s}
classify:
  rules: [{kind: http, code: 404, category: transient, advice: after_backoff}]
"""


class ExplainOperation(harness.ProgramTest):
    def setUp(self):
        super().setUp()
        self.config = self.write("r.yaml", FILE)

    def explain(self, *arguments, code=0, environment=None):
        ended = subprocess.run([harness.HOLDFAST, "explain", *arguments], capture_output=True,
                               text=True, timeout=60, check=False,
                               env={**os.environ, **(environment or {})})
        self.assertEqual(ended.returncode, code, ended.stdout + ended.stderr)
        return (ended.stdout if code == 0 else ended.stderr).replace(self.folder + "/", "")

    def asked(self, name, *arguments, **options):
        return self.explain("--operation", name, "--config", self.config, *arguments, **options)

    def row(self, text, path):
        rows = [line.split() for line in text.splitlines() if line.startswith(f"  {path} ")]
        self.assertEqual(len(rows), 1, f"{path} in\n{text}")
        return rows[0][1:]

    def played(self, name, *arguments):
        lines = self.asked(name, *arguments, "--json").splitlines()
        self.assertEqual(len(lines), 2)
        return json.loads(lines[1])

    def test_each_field_is_told_with_the_line_that_set_it(self):
        text = self.asked("chembl.page")
        self.assertTrue(text.startswith("chembl.page, r.yaml:9:3\n"), text)
        self.assertEqual(self.row(text, "kind"), ["http", "r.yaml:8:33", "operations.chembl.*"])
        self.assertEqual(self.row(text, "retry.max_attempts"),
                         ["4", "r.yaml:4:34", "policies.steady"])
        self.assertEqual(self.row(text, "attempt_timeout.limit"), ["2s", "r.yaml:2:20", "defaults"])
        self.assertEqual(self.row(text, "breaker.recovery_timeout"),
                         ["9s", "r.yaml:10:55", "operations.chembl.page"])
        self.assertEqual(self.row(text, "breaker.success_threshold"), ["1", "default"])
        self.assertEqual(self.row(text, "hedge"), ["off", "default"])

    def test_the_worst_case_is_told(self):
        self.assertIn("One call at the worst: 4 attempts, 15s; where the server asks to wait, "
                      "908s\n", self.asked("chembl.page"))

    def test_a_code_is_played_by_the_policies_of_the_operation(self):
        text = self.asked("chembl.page", "http", "503")
        self.assertIn("A call of chembl.page of which every attempt fails so at once:\n", text)
        for line in ("attempt 1 fails at 0s\n    wait 1s\n", "attempt 2 fails at 1s\n    wait 2s\n",
                     "attempt 3 fails at 3s\n    wait 4s\n",
                     "attempt 4 fails at 7s\n    stop (attempts_spent)",
                     "2 in a row open the circuit, for 9s\n"):
            self.assertIn(line, text)

    def test_programs_are_told_the_same(self):
        lines = self.asked("chembl.page", "http", "503", "--json").splitlines()
        asked, told = map(json.loads, lines)
        fields = {each["path"]: each for each in asked["fields"]}
        self.assertEqual((asked["operation"], asked["named"]), ("chembl.page", True))
        self.assertEqual(fields["retry.max_attempts"]["set_by"], "policies.steady")
        self.assertEqual(fields["retry.max_attempts"]["line"], 4)
        self.assertEqual(fields["retry.max_delay"]["set_by"], "default")
        self.assertEqual(asked["worst_case"]["attempts"], 4)
        self.assertEqual(told["policy"]["operation"], "chembl.page")
        self.assertEqual([each.get("wait_seconds") for each in told["policy"]["attempts"]],
                         [1.0, 2.0, 4.0, None])

    def test_budget_deadline_and_a_breaker_that_is_off_are_played(self):
        image = self.played("chembl.image", "http", "503")["policy"]
        self.assertEqual([each.get("stop_reason") for each in image["attempts"]],
                         [None, None, "no_budget"])
        self.assertNotIn("opens_after", image["circuit"])
        listed = self.played("chembl.list", "http", "503")["policy"]
        self.assertEqual(listed["attempts"][-1]["stop_reason"], "time_spent")

    def test_the_rules_of_the_file_change_the_verdict(self):
        told = self.played("chembl.page", "http", "404")
        self.assertEqual(told["category"], "transient")
        self.assertIn("changed by a rule of yours", told["reason"])

    def test_the_file_may_be_named_by_the_environment(self):
        text = self.explain("--operation", "chembl.page",
                            environment={"HOLDFAST_CONFIG": self.config})
        self.assertIn("retry.max_attempts", text)
        self.assertIn("phase sent", self.explain("sqlstate", "40001", environment={
            "HOLDFAST_CONFIG": self.path("absent.yaml")}))

    def test_a_name_that_the_file_does_not_know_is_told_with_the_one_probably_meant(self):
        text = self.asked("chembl.pge")
        self.assertTrue(text.startswith("chembl.pge, the file does not name it; did you mean "
                                        "chembl.page?\n"), text)
        self.assertEqual(self.row(text, "retry.max_attempts")[0], "4")

    def test_what_does_not_go_together_is_refused(self):
        for arguments in (("--idempotent", "http", "503"), ("--rules", self.config, "http", "503"),
                          ("--all", "http"), ("http",), ("htp", "503")):
            self.asked("chembl.page", *arguments, code=2)
        self.explain("--operation", "chembl.page", code=2, environment={"HOLDFAST_CONFIG": ""})
        self.explain("--config", self.config, code=2)
        self.explain(code=2)
        bad = self.write("bad.yaml", "operations: {page: {retry: 5}}\n")
        self.assertIn("bad.yaml:1:28", self.explain("--operation", "page", "--config", bad, code=2))


if __name__ == "__main__":
    unittest.main()
