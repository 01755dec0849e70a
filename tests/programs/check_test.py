"""`holdfast check FILE` and `holdfast schema`: problems, warnings, worst cases, and the schema."""

import json
import os
import pathlib
import re
import subprocess
import unittest

import harness

try:
    import jsonschema
    import yaml
except ImportError:
    jsonschema = yaml = None

EXAMPLES = pathlib.Path(harness.SOURCE, "examples")
LINT = pathlib.Path(harness.SOURCE, "tests", "manage", "lint")
GOOD = [EXAMPLES / "resilience.yaml", *sorted((EXAMPLES / "tuning").glob("*.yaml"))]


def run(*arguments):
    return subprocess.run([harness.HOLDFAST, *map(str, arguments)], capture_output=True, text=True,
                          timeout=60, check=False)


def lines_of(text):
    return [json.loads(line) for line in text.splitlines()]


class Check(harness.ProgramTest):
    def told(self, text, code, *options):
        path = self.write("r.yaml", text)
        ended = run("check", path, *options)
        self.assertEqual(ended.returncode, code, ended.stdout + ended.stderr)
        return (ended.stderr if code == 2 and not options else ended.stdout).replace(
            self.folder + "/", "")

    def test_the_examples_are_well(self):
        for path in GOOD:
            ended = run("check", path)
            self.assertEqual(ended.returncode, 0, f"{path}\n{ended.stdout}{ended.stderr}")
            self.assertIn("0 warnings, 0 notes\n", ended.stdout)

    def test_all_problems_are_told_at_once_and_nothing_else(self):
        told = self.told("operations:\n  page: {retry: {max_delay: 50ms}}\n"
                         "  row: {breaker: {recovery_timeot: 1s}}\n", 2)
        self.assertEqual(
            told,
            "r.yaml:2:29  operations.page.retry.max_delay: 50ms is below initial_delay (100ms)\n"
            "    allowed: initial_delay .. 7d\n"
            "r.yaml:3:19  operations.row.breaker.recovery_timeot: unknown key; did you mean "
            "recovery_timeout?\n"
            "2 problems\n")

    def test_programs_are_told_the_same(self):
        told = lines_of(self.told("operations: {page: {kind: htp}}\n", 2, "--json"))
        self.assertEqual([(each["type"], each["line"], each["column"]) for each in told],
                         [("problem", 1, 27)])
        self.assertIn("did you mean http?", told[0]["what"])

    def test_a_store_that_nobody_can_open_is_a_problem_and_one_of_a_programs_own_is_none(self):
        for store in ("sqlit:/x", "state.db", "file:"):
            self.assertIn("state.store", self.told(f'state: {{store: "{store}"}}\n', 2))
        self.told('state: {store: "redis:x"}\n', 0)

    def test_what_yaml_could_hide_is_refused(self):
        for text in ("a: &x 1\nb: *x\n", "defaults: !!map {}\n", "defaults: {}\ndefaults: {}\n",
                     "defaults: {<<: {}}\n", "defaults: {}\n---\ndefaults: {}\n", "\x01\n"):
            self.told(text, 2)

    def test_a_window_that_cannot_hold_min_calls_is_a_problem(self):
        self.assertIn("50 is above window.calls (20): no rate would be judged",
                      self.told("defaults: {breaker: {failure_rate: 0.5, min_calls: 50, "
                                "window: {calls: 20}}}\n", 2))

    def test_a_file_that_is_not_there_is_a_problem(self):
        self.assertEqual(run("check", self.path("absent.yaml")).returncode, 2)
        self.assertEqual(run("check").returncode, 2)

    def test_warnings_end_with_1_and_notes_do_not(self):
        warned = self.told("operations: {page: {retry: {jitter: none}}}\n", 1)
        self.assertIn("r.yaml:1:37  warning: page.retry.jitter: ", warned)
        self.assertIn("1 warning, 0 notes\n", warned)
        noted = self.told("operations: {'db.*': {}}\n", 0)
        self.assertIn("note: db.*: no operation of this file matches it", noted)
        self.assertIn("0 warnings, 1 note\n", noted)

    def test_each_rule_has_a_file_that_breaks_it_and_a_twin(self):
        for each in lines_of(run("check", "--rules", "--json").stdout):
            broken = run("check", LINT / f"{each['rule']}.yaml", "--json")
            self.assertEqual(broken.returncode, 1 if each["level"] == "warning" else 0)
            self.assertEqual({line["rule"] for line in lines_of(broken.stdout) if "rule" in line},
                             {each["rule"]})
            self.assertEqual(run("check", LINT / f"{each['rule']}.well.yaml").returncode, 0)

    def test_the_worst_case_of_each_operation_is_told(self):
        text = ("operations:\n  page: {retry: {jitter: full}, attempt_timeout: 1s}\n"
                "  row: {}\n")
        cases = {each["operation"]: each for each in lines_of(self.told(text, 0, "--json"))}
        self.assertEqual(cases["page"],
                         {"type": "operation", "operation": "page", "attempts": 3, "seconds": 6.0,
                          "seconds_if_told_to_wait": 603.0})
        self.assertEqual((cases["row"]["attempts"], cases["row"]["seconds"]), (1, None))
        self.assertRegex(self.told(text, 0), r"page +3 +6s +10\.05m\nrow +1 +no end +no end\n")

    def test_the_page_on_tuning_shows_what_is_told_of_its_files(self):
        page = pathlib.Path(harness.SOURCE, "docs", "tuning.md").read_text()
        rows = []
        for name in ("batch_job", "web_service", "many_small_clients", "ci_and_cron"):
            told = run("check", EXAMPLES / "tuning" / f"{name}.yaml").stdout.split("\n\n")[0]
            for line in told.splitlines()[1:]:
                operation, *numbers = re.split("  +", line)
                rows.append(f"| {name}.yaml | `{operation}` | " + " | ".join(numbers) + " |\n")
        self.assertIn("".join(rows), page)

    def test_the_page_on_configuration_lists_the_rules(self):
        page = pathlib.Path(harness.SOURCE, "docs", "configuration.md").read_text()
        shown = re.search(r"<!-- lint rules -->\n(.*?)<!-- end -->", page, re.DOTALL)[1]
        rules = lines_of(run("check", "--rules", "--json").stdout)
        rows = "".join(f"| `{each['rule']}` | {each['level']} | {each['help']} |\n"
                       for each in rules)
        self.assertEqual(shown, "| rule | level | what it finds |\n|---|---|---|\n" + rows)


@unittest.skipIf(jsonschema is None, "python3-jsonschema and python3-yaml are not installed")
class Schema(harness.ProgramTest):
    @classmethod
    def setUpClass(cls):
        cls.schema = json.loads(run("schema").stdout)
        cls.validator = jsonschema.Draft202012Validator(cls.schema)

    def load(self, text):
        """YAML as editors read it: by version 1.2, in which off is a text."""
        loader = type("Loader", (yaml.SafeLoader,), {})
        loader.yaml_implicit_resolvers = {
            first: [each for each in rules if not each[0].endswith(("bool", "timestamp"))]
            for first, rules in yaml.SafeLoader.yaml_implicit_resolvers.items()}
        loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("^(true|false)$"),
                                     list("tf"))
        return yaml.load(text, loader)

    def complaints(self, text):
        return [each.message for each in self.validator.iter_errors(self.load(text))]

    def test_it_is_a_schema(self):
        jsonschema.Draft202012Validator.check_schema(self.schema)

    def test_the_examples_and_the_files_of_the_linter_fit(self):
        for path in [*GOOD, *sorted(LINT.glob("*.yaml"))]:
            self.assertEqual(self.complaints(path.read_text()), [], path)

    def test_what_the_program_refuses_in_single_fields_the_schema_refuses(self):
        for text in ("defaults: {retry: {max_atempts: 5}}", "defaults: {retry: {max_attempts: 0}}",
                     "defaults: {retry: {max_attempts: 2.5}}", "defaults: {retry: 5}",
                     "defaults: {attempt_timeout: 5}", "defaults: {retry: {max_delay: off}}",
                     "defaults: {breaker: {failure_rate: 2}}", "defaults: {kind: htp}",
                     "defaults: {within: a}", "policies: {a: {use: b}}", "retries: {}",
                     "defaults: {budget: off}", "operations: {'*': {}}", "policies: {'a.*': {}}",
                     "defaults: {retry: {per_category: {timeot: {}}}}", "state: {save_every: 5}",
                     "classify: {rules: [{category: dta}]}"):
            self.assertNotEqual(self.complaints(text), [], text)
            self.assertEqual(run("check", self.write("r.yaml", text)).returncode, 2, text)

    def test_what_takes_away_fits(self):
        for text in ("defaults: {retry: off, breaker: ~, attempt_timeout: off, per_key: off}",
                     "defaults: {retry: {max_delay: ~}, use: [], budget: ~}", "operations: ~",
                     "operations: {a: ~, 'a.b.*': {breaker: {failure_rate: off}}}",
                     "policies: {a: {}}\ndefaults: {use: a, total_timeout: 1.5s}"):
            self.assertEqual(self.complaints(text), [], text)
            self.assertEqual(run("check", self.write("r.yaml", text)).returncode, 0, text)


if __name__ == "__main__":
    unittest.main()
