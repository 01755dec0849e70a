"""Works out from the table of SQLSTATEs and the rule of the phases what every code must mean in
each phase, with and without severity FATAL, and compares it with what `holdfast explain` says.

Nothing here is taken from the program or from the generator of its code: the words and the rules
are those of the table's own comments and of DESIGN.md, D2, written down once more."""

import json
import os
import pathlib
import subprocess
import unittest

HOLDFAST = os.environ.get("HOLDFAST", "holdfast")
TABLE = pathlib.Path(os.environ.get("HOLDFAST_SOURCE", os.getcwd()), "src", "classify", "tables",
                     "sqlstate.tsv")
CLIENTS_DELAY = {"25P03", "25P04", "57P05"}
PHASES = ["not_sent", "sent", "awaiting_commit"]
KEYS = ["category", "severity", "fault", "advice", "poisoned"]
SEVERITIES = ["low", "medium", "high", "critical"]
LOST_LINK = {"category": "connection", "severity": "high", "fault": "dependency",
             "advice": "after_reconnect", "poisoned": "connection"}


def read_table():
    """(category of the table -> word of Holdfast, rows by code)"""
    blocks, header = {"category": [], "sqlstate": []}, None
    for line in TABLE.read_text().splitlines():
        cells = line.split("\t")
        if line.startswith("#") or not line:
            continue
        if cells[0] in blocks:
            header = cells
        else:
            blocks[header[0]].append(dict(zip(header, cells)))
    words = {row["category"]: row["becomes"] for row in blocks["category"]}
    return words, {row["sqlstate"]: row for row in blocks["sqlstate"]}


def advice_of(row, session_lost):
    """An advice that needs the session is of no use where that is lost."""
    if row["retryable"] == "never":
        return "never"
    if row["retryable"] == "resolve_outcome":
        return "resolve_first"
    if session_lost or row["retryable"] == "reconnect":
        return "after_reconnect"
    return {"restart_tx": "restart_transaction", "backoff": "after_backoff",
            "reprepare": "after_reprepare"}[row["retryable"]]


def at_least_high(severity):
    return SEVERITIES[max(SEVERITIES.index(severity), SEVERITIES.index("high"))]


def expected_of(row, words, phase, fatal):
    """The verdict on one code; None where it says success."""
    word = words[row["category"]]
    if word == "-":
        return None
    lost = fatal or row["session"] == "lost"
    verdict = {
        "category": word,
        "severity": row["severity"].lower(),
        "fault": "dependency" if row["breaker"] == "yes" else "caller",
        "advice": advice_of(row, lost),
        "poisoned": "connection" if lost or row["retryable"] == "reconnect" else "transaction",
    }
    if phase == "awaiting_commit" and (fatal or row["at_commit"] == "unknown"):
        return verdict | {"category": "in_doubt", "advice": "resolve_first",
                          "severity": at_least_high(verdict["severity"]),
                          "fault": verdict["fault"] if row["sqlstate"] in CLIENTS_DELAY
                          else "dependency"}
    if phase == "not_sent" and word == "in_doubt":
        return LOST_LINK
    return verdict


def expected_without_code(phase):
    if phase == "awaiting_commit":
        return LOST_LINK | {"category": "in_doubt", "advice": "resolve_first"}
    return LOST_LINK


class ExplainSqlstate(unittest.TestCase):
    maxDiff = None

    def explained(self, *arguments):
        run = subprocess.run([HOLDFAST, "explain", "sqlstate", *arguments, "--json"], check=True,
                             capture_output=True, text=True, timeout=60)
        return [json.loads(line) for line in run.stdout.splitlines()]

    def in_each_way(self, *arguments):
        for phase in PHASES:
            for fatal in (False, True):
                flags = ["--fatal"] if fatal else []
                yield phase, fatal, self.explained(*arguments, "--phase", phase, *flags)

    def test_every_code_means_what_the_table_and_the_phase_make_it(self):
        words, rows = read_table()
        self.assertGreater(len(rows), 260)
        for phase, fatal, told in self.in_each_way("--all"):
            self.assertEqual([each["code"] for each in told], [*sorted(rows), "none"])
            for each in told[:-1]:
                row = rows[each["code"]]
                expected = expected_of(row, words, phase, fatal)
                about = f"{each['code']} {phase} fatal={fatal}"
                self.assertEqual(each["failure"], expected is not None, about)
                self.assertEqual(each["reason"], row["reason"], about)
                self.assertEqual(each["row_fault"], row["row_fault"] == "yes", about)
                if expected is None:
                    self.assertEqual(each["advice"], "never", about)
                else:
                    self.assertEqual({key: each[key] for key in KEYS}, expected, about)

    def test_where_the_server_sent_no_code_the_link_was_lost(self):
        for phase, fatal, told in self.in_each_way("none"):
            self.assertEqual({key: told[0][key] for key in KEYS}, expected_without_code(phase),
                             f"{phase} fatal={fatal}")

    def test_a_code_that_is_not_listed_is_judged_as_its_class(self):
        words, rows = read_table()
        classes = sorted({row["class"] for row in rows.values()})
        unlisted = [each + "ZZZ" for each in classes]
        for phase, fatal, told in self.in_each_way(*unlisted):
            for each in told:
                expected = expected_of(rows[each["code"][:2] + "000"], words, phase, fatal)
                if expected is not None:
                    self.assertEqual({key: each[key] for key in KEYS}, expected, each["code"])

    def test_a_code_of_no_class_is_unknown_and_repeated_only_where_that_does_no_harm(self):
        advice = {"not_sent": "after_backoff", "sent": "if_idempotent",
                  "awaiting_commit": "if_idempotent"}
        for phase in PHASES:
            told = self.explained("ZZ999", "--phase", phase)[0]
            self.assertEqual(told["advice"], advice[phase])
            self.assertEqual(told["fault"], "dependency")

    def test_what_the_policy_does_follows_from_the_advice(self):
        endings = {"never": {"permanent"}, "resolve_first": {"in_doubt"},
                   "if_idempotent": {"withheld"}, "after_reprepare": {"permanent"}}
        for each in self.explained("--all"):
            if not each["failure"]:
                self.assertNotIn("policy", each)
                continue
            last = each["policy"]["attempts"][-1]
            wanted = endings.get(each["advice"], {"attempts_spent"})
            self.assertIn(last["stop_reason"], wanted, each["code"])
            opens = "opens_after" in each["policy"]["circuit"]
            self.assertEqual(opens, each["fault"] == "dependency", each["code"])


if __name__ == "__main__":
    unittest.main()
