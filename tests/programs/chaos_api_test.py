"""Runs `holdfast chaos api` and looks at every fault from outside, through plain sockets."""

import gzip
import http.client
import json
import os
import signal
import socket
import subprocess
import tempfile
import time
import unittest
import zlib
from email.utils import parsedate_to_datetime

HOLDFAST = os.environ.get("HOLDFAST", "holdfast")
PAGE = "/molecule.json"


class Server:
    """A running server with some numbered records; ended when the block is left."""

    def __init__(self, plan, *options, records=100):
        self.folder = tempfile.TemporaryDirectory()
        self.command = [HOLDFAST, "chaos", "api", *options]
        for name, text in (
            ("plan", plan),
            ("data", "".join(f'{{"id": {i}, "w": {i}.50, "tags": []}}\n' for i in range(records))),
        ):
            path = os.path.join(self.folder.name, name)
            with open(path, "w", encoding="utf-8") as file:
                file.write(text)
            self.command += ["--" + name, path]
        self.port_file = os.path.join(self.folder.name, "url")
        self.command += ["--port-file", self.port_file]

    def __enter__(self):
        self.process = subprocess.Popen(self.command, stdout=subprocess.PIPE, text=True)
        deadline = time.monotonic() + 30
        while not os.path.exists(self.port_file):
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError("the server did not start")
            time.sleep(0.02)
        with open(self.port_file, encoding="utf-8") as file:
            self.url = file.read().strip()
        self.port = int(self.url.split(":")[2].split("/")[0])
        return self

    def __exit__(self, *_):
        self.stop(signal.SIGTERM)
        self.folder.cleanup()

    def stop(self, how):
        """Ends the server; what it printed, and its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(how)
        if not self.process.stdout.closed:
            self.output = self.process.communicate(timeout=30)[0]
        return self.output, self.process.returncode

    def get(self, target=PAGE, timeout=10):
        """Status, headers and body of one answer on a connection of its own."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            connection.request("GET", target)
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read()
        finally:
            connection.close()

    def page(self, target=PAGE):
        return json.loads(self.get(target)[2])

    def stats(self):
        return self.page("/chaos/stats")


class Pages(unittest.TestCase):
    def test_next_leads_through_all_records_and_keeps_other_parameters(self):
        with Server("") as server:
            seen, target, pages = [], PAGE + "?limit=30&order_by=id%20", 0
            while target:
                page = server.page(target)
                seen += [each["id"] for each in page["molecules"]]
                target = page["page_meta"]["next"]
                pages += 1
                self.assertTrue(target is None or "order_by=id%20" in target)
        self.assertEqual(seen, list(range(100)))
        self.assertEqual(pages, 4)

    def test_limits_are_default_and_silently_cut(self):
        with Server("{default_limit: 7, max_limit: 12}") as server:
            self.assertEqual(len(server.page()["molecules"]), 7)
            page = server.page(PAGE + "?limit=5000")
        self.assertEqual(len(page["molecules"]), 12)
        self.assertEqual(page["page_meta"]["limit"], 12)
        self.assertEqual(page["page_meta"]["total_count"], 100)

    def test_names_can_be_chosen(self):
        with Server("", "--path", "/x/activity.json", "--records-key", "activities") as server:
            self.assertTrue(server.url.endswith("/x/activity.json"))
            self.assertEqual(len(server.page("/x/activity.json")["activities"]), 20)

    def test_wrong_requests_are_errors_and_not_counted(self):
        with Server("") as server:
            self.assertEqual(server.get("/other")[0], 404)
            status, _, body = server.get(PAGE + "?limit=x")
            self.assertEqual((status, list(json.loads(body))), (400, ["error_message"]))
            self.assertEqual(server.stats()["requests"], 0)

    def test_one_connection_serves_many_requests(self):
        with Server("") as server:
            connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
            for _ in range(5):
                connection.request("GET", PAGE)
                self.assertEqual(connection.getresponse().read()[:1], b"{")
            connection.request("GET", "/chaos/stats")
            self.assertEqual(json.loads(connection.getresponse().read())["connections"], 1)
            connection.close()


class Faults(unittest.TestCase):
    def served(self, fault, settings=""):
        """A server whose first request meets `fault`."""
        return Server(f"script: [{fault}]\nfaults: {{{settings}}}\n")

    def test_errors_have_their_status_and_type(self):
        table = {
            "unavailable": (503, "application/json"),
            "maintenance_page": (503, "text/html"),
            "bad_gateway": (502, "text/html"),
            "html_instead": (200, "text/html"),
            "throttled": (429, "application/json"),
            "server_error": (500, "application/json"),
            "gateway_timeout": (504, "application/json"),
        }
        plan = f"script: [{', '.join(table)}]\nfaults: {{gateway_timeout_after: 300ms}}\n"
        with Server(plan) as server:
            for fault, (status, kind) in table.items():
                began = time.monotonic()
                answer = server.get()
                self.assertEqual(answer[0], status, fault)
                self.assertTrue(answer[1]["Content-Type"].startswith(kind), fault)
            self.assertGreaterEqual(time.monotonic() - began, 0.3)
            self.assertEqual(server.stats()["failed"], len(table))

    def test_retry_after_comes_as_seconds_as_date_or_not_at_all(self):
        with self.served("throttled", "retry_after_delay: 90s") as server:
            self.assertEqual(server.get()[1]["Retry-After"], "90")
        with self.served("throttled", "retry_after_delay: 90s, retry_after: date") as server:
            headers = server.get()[1]
            wait = parsedate_to_datetime(headers["Retry-After"]) - parsedate_to_datetime(
                headers["Date"]
            )
            self.assertIn(wait.total_seconds(), (90, 91))
        with self.served("throttled", "retry_after: none") as server:
            self.assertIsNone(server.get()[1]["Retry-After"])

    def test_a_reset_comes_before_a_byte(self):
        with self.served("reset") as server, socket.create_connection(
            ("127.0.0.1", server.port), 10
        ) as client:
            client.sendall(f"GET {PAGE} HTTP/1.1\r\nHost: a\r\n\r\n".encode())
            with self.assertRaises(ConnectionResetError):
                client.recv(1)

    def test_bodies_that_stop_early_are_noticed(self):
        for fault in ("reset_in_body", "short_body", "cut_chunk"):
            with self.served(fault) as server:
                with self.assertRaises((ConnectionResetError, http.client.IncompleteRead)):
                    server.get()
                self.assertEqual(server.stats()["faults"][fault], 1)

    def test_json_is_truncated_or_malformed_in_complete_answers(self):
        for fault in ("truncated_json", "malformed_json"):
            with self.served(fault) as server:
                status, headers, body = server.get()
                self.assertEqual((status, headers["Content-Type"]), (200, "application/json"))
                with self.assertRaises(ValueError):
                    json.loads(body)

    def test_a_broken_gzip_body_begins_well(self):
        with self.served("broken_gzip") as server:
            body = server.get()[2]
        self.assertTrue(zlib.decompressobj(31).decompress(body[:16]).startswith(b"{"))
        with self.assertRaises((OSError, EOFError, zlib.error)):
            gzip.decompress(body)

    def test_a_stall_lasts_until_the_client_gives_up(self):
        with self.served("stall") as server:
            with self.assertRaises(TimeoutError):
                server.get(timeout=0.5)
            time.sleep(0.5)
            self.assertEqual(server.stats()["abandoned"], 1)

    def test_a_stall_ends_at_its_limit(self):
        with self.served("stall", "stall_limit: 300ms") as server:
            with self.assertRaises(http.client.RemoteDisconnected):
                server.get()

    def test_a_slow_page_is_a_whole_page(self):
        with self.served("slow_drip", "drip_bytes: 200, drip_pause: 20ms") as server:
            began = time.monotonic()
            body = server.get()[2]
            self.assertEqual(len(json.loads(body)["molecules"]), 20)
            pauses = -(-len(body) // 200) - 1
            self.assertGreaterEqual(time.monotonic() - began, pauses * 0.02)
            self.assertEqual(server.stats()["failed"], 0)

    def test_an_endless_body_is_bounded(self):
        with self.served("endless_body", "endless_limit: 1MiB") as server:
            self.assertGreaterEqual(len(server.get()[2]), 1 << 20)

    def test_a_redirect_loop_leads_nowhere(self):
        with self.served("redirect_loop") as server:
            target = PAGE + "?limit=2"
            for hop in range(1, 4):
                status, headers, _ = server.get(target)
                target = headers["Location"]
                self.assertEqual((status, target), (302, f"{PAGE}?limit=2&chaos_hop={hop}"))
            self.assertEqual(server.stats()["requests"], 1)

    def test_a_poisoned_record_fails_every_page_that_holds_it(self):
        with Server("poison: [57]") as server:
            for limit, offset, status in ((20, 40, 500), (1, 57, 500), (17, 40, 200), (2, 58, 200)):
                target = f"{PAGE}?limit={limit}&offset={offset}"
                self.assertEqual(server.get(target)[0], status, target)

    def test_pages_may_overlap_and_hold_duplicates(self):
        with Server("{pages: {overlap: 1}, records: {duplicates_within: 1}}") as server:
            page = server.page(PAGE + "?limit=4&offset=10")
        self.assertEqual([each["id"] for each in page["molecules"]], [3, 4, 4, 5, 5, 6, 6])
        self.assertEqual(page["page_meta"]["total_count"], 200)

    def test_an_early_end_hides_the_rest(self):
        with Server("pages: {early_end: 1}") as server:
            self.assertIsNone(server.page()["page_meta"]["next"])

    def test_a_quota_refuses_and_says_so(self):
        with Server("quota: {requests: 1, per: 1h, status: 503}") as server:
            self.assertIn("Red (100%)", server.get()[1]["X-Throttling-Control"])
            status, headers, _ = server.get()
        self.assertEqual(status, 503)
        self.assertIn("Black", headers["X-Throttling-Control"])
        self.assertGreater(int(headers["Retry-After"]), 3000)

    def test_a_pace_holds_pages_back(self):
        with Server("pace: {records_per_second: 100}") as server:
            began = time.monotonic()
            for _ in range(3):
                server.get(PAGE + "?limit=10")
            self.assertGreaterEqual(time.monotonic() - began, 0.3)


class Outages(unittest.TestCase):
    def test_an_outage_turns_connections_away_and_ends(self):
        for kind, error in (("reset", ConnectionError), ("refuse", ConnectionRefusedError)):
            plan = f"outages: [{{after_requests: 1, duration: 700ms, kind: {kind}}}]"
            with Server(plan) as server:
                self.assertEqual(server.get()[0], 200)
                began = time.monotonic()
                with self.assertRaises(ConnectionError):
                    server.get()
                with self.assertRaises(error):
                    server.get()
                while time.monotonic() - began < 5:
                    try:
                        status = server.get()[0]
                        break
                    except OSError:
                        time.sleep(0.05)
                self.assertEqual(status, 200)
                self.assertGreaterEqual(time.monotonic() - began, 0.6)
                self.assertGreaterEqual(server.stats()["faults"]["outage"], 1)

    def test_an_outage_may_answer_503(self):
        with Server("outages: [{after: 0s, duration: 1h, kind: unavailable}]") as server:
            self.assertEqual(server.get()[0], 503)
            self.assertEqual(server.stats()["faults"]["outage"], 1)


class Program(unittest.TestCase):
    def test_the_same_seed_gives_the_same_answers(self):
        plan = "faults: {server_error: 0.3, html_instead: 0.3}"
        runs = []
        for seed in ("5", "5", "6"):
            with Server(plan, "--seed", seed) as server:
                runs.append([server.get()[0::2] for _ in range(40)])
        self.assertEqual(runs[0], runs[1])
        self.assertNotEqual(runs[0], runs[2])

    def test_signals_end_it_with_one_line_of_statistics(self):
        for how in (signal.SIGINT, signal.SIGTERM):
            with Server("script: [none, unavailable]") as server:
                server.get()
                server.get()
                output, code = server.stop(how)
            self.assertEqual(code, 0)
            first, last = output.splitlines()
            self.assertEqual(first, f"listening on {server.url}")
            self.assertEqual(
                last, "2 requests, 1 failed (50.0 %), 20 records served; unavailable 1"
            )

    def test_silent_clients_do_not_hang_the_others(self):
        with Server("") as server:
            idle = [socket.create_connection(("127.0.0.1", server.port), 10) for _ in range(50)]
            self.assertEqual(server.get()[0], 200)
            for each in idle:
                each.close()

    def test_a_head_beyond_the_limit_is_not_served(self):
        with Server("") as server:
            with self.assertRaises((OSError, http.client.HTTPException)):
                server.get(PAGE + "?q=" + "x" * 20000)
            self.assertEqual(server.get()[0], 200)

    def refused(self, plan, data, *options):
        """What is printed where nothing can be served."""
        with tempfile.TemporaryDirectory() as folder:
            paths = {}
            for name, text in (("plan", plan), ("data", data)):
                paths[name] = os.path.join(folder, name)
                with open(paths[name], "w", encoding="utf-8") as file:
                    file.write(text)
            run = subprocess.run(
                [HOLDFAST, "chaos", "api", "--plan", paths["plan"], "--data", paths["data"]]
                + list(options),
                capture_output=True,
                text=True,
                timeout=30,
            )
        self.assertEqual(run.returncode, 2)
        return run.stderr

    def test_a_plan_is_refused_with_all_its_problems(self):
        told = self.refused("faults:\n  rest: 0.1\n  stall: 2\nmax_limit: 0\n", "{}")
        self.assertIn(":2:", told)
        self.assertIn("did you mean reset", told)
        self.assertIn(":3:", told)
        self.assertIn(":4:", told)

    def test_data_that_is_no_json_is_refused_with_its_line(self):
        self.assertIn("data:2", self.refused("", "{}\nnothing\n"))

    def test_a_taken_port_is_refused(self):
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            port = taken.getsockname()[1]
            self.assertIn("can't listen", self.refused("", "{}", "--listen", f"127.0.0.1:{port}"))

    def test_an_address_that_is_none_is_refused(self):
        self.assertIn("no address", self.refused("", "{}", "--listen", "nowhere"))


if __name__ == "__main__":
    unittest.main()
