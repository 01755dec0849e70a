"""`holdfast breakers` over both kinds of stores: what is shown, ordered and refused."""

import contextlib
import datetime
import json
import os
import socket
import subprocess
import unittest

import harness

CONFIG = """\
operations:
  import.page:
    retry: {max_attempts: 2, initial_delay: 1ms, idempotent: true}
    breaker: {failure_threshold: 2, recovery_timeout: 5m, recovery_jitter: 0}
  db.import.write:
    retry: {max_attempts: 2, idempotent: true}
state: {store: "%s", save_every: 100ms}
"""


def port_that_nobody_listens_to():
    with contextlib.closing(socket.socket()) as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


class BreakersTest(harness.ProgramTest):
    """Has a store, which a failed import has filled: import.page is open there."""

    scheme = "sqlite"

    def setUp(self):
        super().setUp()
        self.place = self.path("state")
        self.url = f"{self.scheme}:{self.place}"
        self.config = self.write("resilience.yaml", CONFIG % self.url)
        self.source = f"http://127.0.0.1:{port_that_nobody_listens_to()}/molecule.json"
        self.fail_to_import()

    def fail_to_import(self):
        self.run_import(self.source, "--config", self.config, "--give-up-after", "0s", code=3)
        return self.told

    def breakers(self, *arguments, code=0, environment=None):
        ended = subprocess.run(
            [harness.HOLDFAST, "breakers", *arguments], capture_output=True, text=True, timeout=60,
            check=False, env={**os.environ, "HOLDFAST_CONFIG": "", **(environment or {})})
        self.assertEqual(ended.returncode, code, f"{arguments}: {ended.stdout}{ended.stderr}")
        self.errors = ended.stderr
        return ended.stdout

    def lines(self, *arguments, **options):
        return [json.loads(line) for line in self.breakers(*arguments, **options).splitlines()]

    def refused(self, *arguments):
        """What a command that is wrong says; nothing is done then."""
        self.assertEqual(self.breakers(*arguments, code=2), "")
        return self.errors.replace(self.folder + "/", "")


class Views(BreakersTest):
    def test_list_has_a_line_for_each_operation(self):
        head, *rows = self.breakers("list", "--store", self.url).splitlines()

        self.assertEqual(head.split(), ["operation", "state", "since", "until", "failures",
                                        "opened", "tokens", "saved"])
        self.assertEqual([row.split()[:2] for row in rows],
                         [["db.import.write", "closed"], ["import.page", "open"]])
        written, page = rows
        self.assertEqual(written.split()[2:6], ["-", "-", "0", "0"])
        self.assertEqual(page.split()[4:6], ["0", "1"])
        self.assertTrue(page.endswith(" ago"), page)

    def test_programs_are_told_the_same(self):
        written, page = self.lines("list", "--store", self.url, "--json")

        self.assertEqual((written["operation"], written["state"], written["open_until"]),
                         ("db.import.write", "closed", None))
        self.assertEqual((page["state"], page["consecutive_failures"], page["times_opened"]),
                         ("open", 0, 1))
        begun = datetime.datetime.fromisoformat(page["since"].replace("Z", "+00:00"))
        ends = datetime.datetime.fromisoformat(page["open_until"].replace("Z", "+00:00"))
        self.assertAlmostEqual((ends - begun).total_seconds(), 300, delta=2)
        self.assertLess(page["seconds_old"], 300)

    def test_show_tells_all_in_words(self):
        text = self.breakers("show", "import.page", "--store", self.url)

        self.assertTrue(text.startswith("import.page\n  open since 2"), text)
        self.assertIn("\n  0 failures in a row, opened 1 time\n", text)
        self.assertIn("\n  retry budget: ", text)
        self.assertRegex(text, r"\n  last change \S+Z: closed -> open: 2 failures in a row "
                               r"\(limit 2\), by holdfast \d+\n")
        self.assertNotIn("waits for a process", text)
        [told] = self.lines("show", "import.page", "--store", self.url, "--json")
        self.assertEqual(told["last_change"]["to"], "open")
        self.assertEqual(told["orders_waiting"], [])

    def test_history_tells_the_newest_first(self):
        self.breakers("open", "import.page", "--store", self.url, "--why", "the vendor migrates",
                      "--author", "ann", "--for", "1h")
        self.fail_to_import()
        self.breakers("close", "import.page", "--store", self.url, "--author", "bob")
        self.fail_to_import()

        changes = self.lines("history", "import.page", "--store", self.url, "--json")

        orders = [each for each in changes if each["kind"] == "order"]
        self.assertEqual([(each["reason"], each["author"], each["why"]) for each in orders],
                         [("close", "bob", ""), ("open", "ann", "the vendor migrates")])
        self.assertIsNotNone(orders[1]["end"])
        self.assertEqual(orders[1]["to"], "forced_open")
        self.assertEqual((changes[-1]["from"], changes[-1]["to"]), ("closed", "open"))
        self.assertEqual(self.lines("history", "import.page", "--store", self.url, "--json",
                                    "--limit", "1"), changes[:1])
        text = self.breakers("history", "import.page", "--store", self.url)
        self.assertEqual(text.split("\n", 1)[0].split(),
                         ["time", "kind", "change", "reason", "why", "author", "until"])
        self.assertIn("the vendor migrates", text)

    def test_an_operation_without_changes_has_no_history(self):
        self.assertEqual(self.breakers("history", "db.import.write", "--store", self.url), "")
        self.assertIn("nothing has changed yet", self.errors)

    def test_a_store_that_is_not_there_yet_is_empty(self):
        self.assertEqual(self.breakers("list", "--store", f"{self.scheme}:{self.path('new')}"), "")
        self.assertIn("has no operations yet", self.errors)

    def test_what_was_set_aside_is_told(self):
        with open(self.place, "wb") as file:
            file.write(b"this is no state" * 300)

        self.assertEqual(self.breakers("list", "--store", self.url), "")

        self.assertIn(f"{self.place} was set aside as {self.place}.damaged-1: ", self.errors)
        self.assertTrue(os.path.exists(self.place + ".damaged-1"))


class ViewsOfFiles(Views):
    scheme = "file"


class Orders(BreakersTest):
    def test_an_order_waits_until_a_process_obeys_it(self):
        told = self.breakers("open", "import.page", "--store", self.url, "--for", "1h",
                             "--why", "the vendor migrates", "--author", "ann")
        self.assertRegex(told, r"^order \d+: open import.page until \S+Z, by ann: the vendor "
                               r"migrates\nprocesses that share the store obey within a second")
        self.assertRegex(self.breakers("show", "import.page", "--store", self.url),
                         r"order \d+ waits for a process that obeys it: open, given \S+Z by "
                         r"ann, until \S+Z: the vendor migrates\n")

        words = self.fail_to_import()

        self.assertIn("import.page: order obeyed, of ann: open: the vendor migrates", words)
        text = self.breakers("show", "import.page", "--store", self.url)
        self.assertIn("\n  forced_open since ", text)
        self.assertNotIn("waits for a process", text)

    def test_each_order_is_obeyed(self):
        states = {"disable": "disabled", "observe-only": "observe_only", "open": "forced_open"}
        for command, state in states.items():
            self.breakers(command, "db.import.write", "--store", self.url, "--why", "a test")
            self.fail_to_import()
            [told] = self.lines("show", "db.import.write", "--store", self.url, "--json")
            self.assertEqual((told["state"], told["open_until"]), (state, None))
            self.breakers("reset", "db.import.write", "--store", self.url)
            self.fail_to_import()
            [told] = self.lines("show", "db.import.write", "--store", self.url, "--json")
            self.assertEqual((told["state"], told["orders_waiting"]), ("closed", []))

    def test_the_author_is_this_user_on_this_host_where_none_is_given(self):
        told = self.breakers("close", "import.page", "--store", self.url)
        self.assertRegex(told, rf"^order \d+: close import.page, by \S+@{socket.gethostname()}")

    def test_an_end_may_be_a_time(self):
        self.breakers("open", "import.page", "--store", self.url, "--why", "w",
                      "--until", "2199-12-31T23:59:59Z")
        [told] = self.lines("show", "import.page", "--store", self.url, "--json")
        self.assertEqual(told["orders_waiting"][0]["until"], "2199-12-31T23:59:59Z")

    def test_numbers_of_orders_rise(self):
        for _ in range(3):
            self.breakers("close", "import.page", "--store", self.url)
        [told] = self.lines("show", "import.page", "--store", self.url, "--json")
        numbers = [each["number"] for each in told["orders_waiting"]]
        self.assertEqual(numbers, sorted(set(numbers)))
        self.assertEqual(len(numbers), 3)

    def test_no_secret_of_an_order_is_shown_or_kept(self):
        told = self.breakers("open", "import.page", "--store", self.url, "--why",
                             "password=hunter2")
        told += self.breakers("show", "import.page", "--store", self.url)
        self.assertNotIn("hunter2", told)
        kept = [name for name in os.listdir(self.folder) if name.startswith("state")]
        self.assertTrue(kept)
        for name in kept:
            with open(self.path(name), "rb") as file:
                self.assertNotIn(b"hunter2", file.read(), name)


class OrdersInFiles(Orders):
    scheme = "file"


class Mistakes(BreakersTest):
    def test_an_unknown_operation_is_told_with_the_one_probably_meant(self):
        for command in (("show",), ("history",), ("close",), ("open", "--why", "w")):
            told = self.refused(command[0], "import.pge", *command[1:], "--store", self.url)
            self.assertIn("'import.pge' is no operation of this store; did you mean "
                          "import.page?\n    known: db.import.write, import.page\n", told)

    def test_a_store_is_named_in_one_way(self):
        self.assertIn("of which store?", self.refused("list"))
        self.assertIn("not together with --config",
                      self.refused("list", "--store", self.url, "--config", self.config))
        wanted = [each["operation"] for each in self.lines(
            "list", "--config", self.config, "--json")]
        self.assertEqual(wanted, ["db.import.write", "import.page"])
        self.assertEqual([each["operation"] for each in self.lines(
            "list", "--json", environment={"HOLDFAST_CONFIG": self.config})], wanted)

    def test_a_config_must_name_a_store(self):
        self.assertIn("none.yaml  the file names no store",
                      self.refused("list", "--config", self.write("none.yaml", "defaults: {}\n")))
        self.assertIn("wrong.yaml:1:12",
                      self.refused("list", "--config",
                                   self.write("wrong.yaml", "defaults: {rety: {}}\n")))
        self.refused("list", "--config", self.path("absent.yaml"))

    def test_a_store_that_cannot_be_used_is_told_with_a_remedy(self):
        self.assertIn("--store  no store of this scheme is linked: redis:x\n    known here: ",
                      self.refused("list", "--store", "redis:x"))
        self.assertIn("write it as file:PATH", self.refused("list", "--store", "state"))
        told = self.refused("list", "--store", f"{self.scheme}:{self.folder}")
        self.assertIn("the store can't be used\n    ", told)

    def test_wrong_arguments_of_an_order_are_told(self):
        order = ("import.page", "--store", self.url)
        for command in ("open", "disable", "observe-only"):
            self.assertIn("--why  why?", self.refused(command, *order))
        for wrong, told in ((("--for", "10"), "'10' is no duration"),
                            (("--for", "0s"), "it would be over at once"),
                            (("--until", "tomorrow"), "'tomorrow' is no time"),
                            (("--until", "2026-02-30T10:00:00Z"), "is no time"),
                            (("--until", "2001-01-01T00:00:00Z"), "has passed"),
                            (("--for", "1m", "--until", "2199-01-01T00:00:00Z"),
                             "not together with --for"),
                            (("--author", "a" * 81), "it has 81 bytes")):
            self.assertIn(told, self.refused("open", *order, "--why", "w", *wrong))
        self.assertIn("it has 90 bytes", self.refused("open", *order, "--why", "w" * 90))
        self.refused("close", *order, "--for", "1m")
        self.refused("explode", *order)
        [told] = self.lines("show", *order, "--json")
        self.assertEqual(told["orders_waiting"], [])

    def test_a_limit_is_held_to_what_is_kept(self):
        for limit in ("0", "201"):
            self.assertIn("allowed: 1 .. 200",
                          self.refused("history", "import.page", "--store", self.url,
                                       "--limit", limit))


class MistakesWithFiles(Mistakes):
    scheme = "file"


if __name__ == "__main__":
    unittest.main()
