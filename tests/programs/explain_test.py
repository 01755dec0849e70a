"""`holdfast explain KIND CODE`: what it says to people and to programs, and how it refuses."""

import json
import os
import subprocess
import unittest

import harness

HOLDFAST = os.environ.get("HOLDFAST", "holdfast")
KINDS = ["sqlstate", "http", "curl", "errno", "getaddrinfo", "sqlite", "redis", "exit"]


def explain(*arguments):
    return subprocess.run([HOLDFAST, "explain", *arguments], capture_output=True, text=True,
                          timeout=60, check=False)


class Explain(harness.ProgramTest):
    def told(self, *arguments):
        run = explain(*arguments)
        self.assertEqual(run.returncode, 0, run.stderr)
        return run.stdout

    def as_json(self, *arguments):
        return json.loads(self.told(*arguments, "--json"))

    def refused(self, *arguments):
        run = explain(*arguments)
        self.assertEqual(run.returncode, 2, run.stdout)
        self.assertEqual(run.stdout, "")
        return run.stderr

    def test_people_are_told_the_verdict_the_reason_and_what_would_be_done(self):
        text = self.told("sqlstate", "40001")
        self.assertIn("sqlstate 40001 serialization_failure, phase sent\n", text)
        for row in ("category    transient", "severity    low", "advice      restart_transaction: ",
                    "poisoned    transaction", "reason      serialization failure: "):
            self.assertIn(row, text)
        self.assertIn("attempt 1 fails at 0s\n    wait ", text)
        self.assertIn("    restart_transaction: roll back", text)
        self.assertIn("stop (attempts_spent): every attempt that max_attempts allows", text)

    def test_the_same_question_has_the_same_answer(self):
        self.assertEqual(self.told("http", "503"), self.told("http", "503"))

    def test_numbers_and_names_of_any_case_mean_the_same(self):
        for kind, number, name in (("curl", "28", "curle_operation_timedout"),
                                   ("sqlite", "5", "SQLITE_BUSY"),
                                   ("sqlstate", "40P01", "Deadlock_Detected")):
            self.assertEqual(self.told(kind, number), self.told(kind, name))

    def test_each_kind_explains_each_of_its_codes(self):
        for kind in KINDS:
            listed = self.told(kind, "--all").splitlines()
            told = self.told(kind, "--all", "--json").splitlines()
            self.assertGreater(len(listed), 10, kind)
            self.assertEqual([line.split("\t")[0] for line in listed],
                             [json.loads(line)["code"] for line in told])

    def test_the_phase_decides_whether_a_lost_link_is_harmless(self):
        advice = {phase: self.as_json("errno", "ECONNRESET", "--phase", phase)["advice"]
                  for phase in ("not_sent", "sent", "awaiting_commit")}
        self.assertEqual(advice, {"not_sent": "after_backoff", "sent": "if_idempotent",
                                  "awaiting_commit": "resolve_first"})

    def test_a_retry_is_withheld_unless_the_operation_is_idempotent(self):
        withheld = self.as_json("http", "500")["policy"]["attempts"]
        made = self.as_json("http", "500", "--idempotent")["policy"]["attempts"]
        self.assertEqual([each["then"] for each in withheld], ["stop"])
        self.assertEqual(withheld[0]["stop_reason"], "withheld")
        self.assertEqual([each["then"] for each in made], ["wait", "wait", "stop"])

    def test_failures_of_the_service_open_the_circuit_and_mistakes_of_the_caller_do_not(self):
        self.assertEqual(self.as_json("http", "503")["policy"]["circuit"]["opens_after"], 5)
        self.assertEqual(self.as_json("http", "404")["policy"]["circuit"],
                         {"counts_as": "success"})
        self.assertEqual(self.as_json("http", "429")["policy"]["circuit"],
                         {"counts_as": "neutral"})

    def test_a_doubtful_commit_is_for_the_connector_to_resolve(self):
        text = self.told("sqlstate", "none", "--phase", "awaiting_commit")
        self.assertIn("stop (in_doubt)", text)
        self.assertIn("a connector may: give up the connection and make a new one, then ask "
                      "whether it happened", text)

    def test_an_unknown_word_is_refused_with_what_is_allowed_and_what_was_meant(self):
        for arguments, meant in ((("sqlstat", "40001"), "did you mean sqlstate?"),
                                 (("sqlstate", "deadlock_detektd"), "mean deadlock_detected?"),
                                 (("errno", "ECONRESET"), "did you mean ECONNRESET?"),
                                 (("redis", "LODING"), "did you mean LOADING?"),
                                 (("exit", "SIGKIL"), "did you mean SIGKILL?"),
                                 (("http", "503", "--phase", "snt"), "did you mean sent?")):
            told = self.refused(*arguments)
            self.assertIn(meant, told)
            self.assertIn("allowed: ", told)

    def test_what_is_no_failure_or_no_code_is_refused(self):
        for arguments in (("http", "200"), ("http", "600"), ("exit", "0"), ("exit", "256"),
                          ("sqlstate", "4000"), ("curl", "0"), ("curl", "99999999999"),
                          ("errno", ""), ("http",), ("http", "503", "--all"),
                          ("http", "503", "--fatal")):
            self.refused(*arguments)

    def test_a_name_of_several_codes_is_refused_with_these(self):
        self.assertIn("allowed: 01004, 22001",
                      self.refused("sqlstate", "string_data_right_truncation"))

    def test_one_bad_code_of_many_is_told_and_nothing_else(self):
        self.assertIn("'0' is no code of exit", self.refused("exit", "75", "0"))

    def test_a_file_of_rules_changes_a_verdict(self):
        rules = self.write("rules.yaml", "rules:\n- {kind: sqlstate, code: P0001, pattern: quota, "
                                         "category: throttled, advice: after_backoff}\n")
        quota = ("sqlstate", "P0001", "--text", "quota exceeded")

        before = self.as_json(*quota)
        after = self.as_json(*quota, "--rules", rules)

        self.assertEqual((before["category"], before["advice"]), ("integrity", "never"))
        self.assertEqual((after["category"], after["advice"]), ("throttled", "after_backoff"))
        self.assertIn("changed by a rule of yours", after["reason"])
        other = self.as_json("sqlstate", "P0001", "--text", "bad name", "--rules", rules)
        self.assertEqual(other["advice"], "never")

    def test_a_bad_file_of_rules_is_refused_with_the_places(self):
        rules = self.write("rules.yaml", "rules:\n- {pattern: 'a(', category: dta}\n"
                                         "- {kind: http, code: 503, severity: loud}\n")
        told = self.refused("http", "503", "--rules", rules)
        self.assertIn("rules.yaml:2:29  rules[0].category: 'dta' is not known here", told)
        self.assertIn("rules.yaml:3:37  rules[1].severity: 'loud' is not known here", told)
        self.refused("http", "503", "--rules", self.path("absent.yaml"))

    def test_a_hostile_code_is_shown_without_its_control_characters(self):
        self.assertNotIn("\x1b", self.refused("errno", "\x1b[31mred"))


if __name__ == "__main__":
    unittest.main()
