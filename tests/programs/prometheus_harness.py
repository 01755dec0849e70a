"""A Prometheus and an Alertmanager of the test's own on loopback, and our rules made faster."""

import http.server
import json
import os
import re
import shutil
import socket
import subprocess
import threading
import time
import unittest
import urllib.error
import urllib.parse
import urllib.request

try:
    import yaml
except ImportError:
    yaml = None

SOURCE = os.environ.get("HOLDFAST_SOURCE", os.getcwd())
OPS = os.path.join(SOURCE, "ops")
RULES = os.path.join(OPS, "prometheus", "rules.yaml")
ALERTMANAGER = shutil.which("prometheus-alertmanager") or shutil.which("alertmanager")
SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


def needs_prometheus(test):
    """Skips a class of tests where what Debian calls prometheus and prometheus-alertmanager is
    missing."""
    missing = [each for each in ("prometheus", "promtool", "amtool") if not shutil.which(each)]
    if not ALERTMANAGER:
        missing.append("alertmanager")
    if yaml is None:
        missing.append("python3-yaml")
    return unittest.skipIf(missing, f"not installed: {', '.join(missing)}")(test)


def free_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def load(path):
    with open(path, encoding="utf-8") as file:
        return yaml.safe_load(file)


def rules():
    """All rules of ours, in order."""
    return [rule for group in load(RULES)["groups"] for rule in group["rules"]]


def sped_up(text, factor):
    """An expression or a duration whose times are `factor` times shorter."""
    def shorter(found):
        return f"{int(found[1]) * SECONDS[found[2]] * 1000 // factor}ms"
    return re.sub(r"(?<!\w)(\d+)([smhd])(?!\w)", shorter, text)


def sped_up_rules(factor):
    """Our rules, with windows and patience that are `factor` times shorter, as JSON, which is
    YAML."""
    groups = load(RULES)["groups"]
    for group in groups:
        group.pop("interval", None)
        for rule in group["rules"]:
            for key in ("expr", "for"):
                if key in rule:
                    rule[key] = sped_up(rule[key], factor)
    return json.dumps({"groups": groups})


def fetch(url, accept="*/*", body=None):
    """Status, type and text of an answer, errors of HTTP included."""
    request = urllib.request.Request(url, data=body, headers={"Accept": accept})
    if body is not None:
        request.add_header("Content-Type", "application/json")
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status, answer.headers.get("Content-Type", ""), answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, "", error.read().decode(errors="replace")


def wait_until(ask, seconds, what):
    """What `ask` answers as soon as that is true."""
    deadline = time.monotonic() + seconds
    while True:
        answer = ask()
        if answer:
            return answer
        if time.monotonic() > deadline:
            raise AssertionError(f"waited {seconds} seconds in vain: {what}")
        time.sleep(0.05)


class Daemon:
    """A server that is up in a `with` block; its log is kept."""

    def __init__(self, folder, name, command):
        self.log = os.path.join(folder, name + ".log")
        self.command = command

    def __enter__(self):
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen(self.command, stdout=log, stderr=log)
        try:
            wait_until(self.is_ready, 60, f"{self.command[0]} is ready")
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(30)

    def is_ready(self):
        if self.process.poll() is not None:
            with open(self.log, encoding="utf-8", errors="replace") as log:
                raise AssertionError(f"{self.command[0]} ended: {log.read()}")
        try:
            return fetch(f"{self.url}/-/ready")[0] == 200
        except OSError:
            return False


class Prometheus(Daemon):
    """Scrapes `targets` ({job: "host:port"}) every `interval`, and judges by `rules_text`."""

    def __init__(self, folder, targets, interval, rules_text, alertmanager=None):
        self.url = f"http://127.0.0.1:{free_port()}"
        self.moment = None  # when queries are asked for, in seconds since 1970; None is now
        config = {
            "global": {"scrape_interval": interval, "scrape_timeout": interval,
                       "evaluation_interval": interval},
            "rule_files": ["rules.json"],
            "scrape_configs": [
                {"job_name": job, "static_configs": [{"targets": [target]}]}
                for job, target in targets.items()
            ],
        }
        if alertmanager:
            there = {"static_configs": [{"targets": [alertmanager.removeprefix("http://")]}]}
            config["alerting"] = {"alertmanagers": [there]}
        for name, text in (("rules.json", rules_text), ("prometheus.json", json.dumps(config))):
            with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
                file.write(text)
        super().__init__(folder, "prometheus", [
            "prometheus", f"--config.file={folder}/prometheus.json",
            f"--storage.tsdb.path={folder}/prometheus-data",
            f"--web.listen-address={self.url.removeprefix('http://')}"])

    def ask(self, path, **parameters):
        status, _, text = fetch(f"{self.url}/api/v1/{path}?{urllib.parse.urlencode(parameters)}")
        answer = json.loads(text)
        if answer["status"] != "success":
            raise AssertionError(f"{status} {answer['error']}: {parameters}")
        return answer["data"]

    def query(self, expression):
        """The series that an expression has at that moment: [(labels, value)]."""
        when = {} if self.moment is None else {"time": self.moment}
        found = self.ask("query", query=expression, **when)
        if found["resultType"] == "scalar":
            return [({}, float(found["result"][1]))]
        return [(each["metric"], float(each["value"][1])) for each in found["result"]]

    def number(self, expression, absent=0):
        """The one value of an expression."""
        found = self.query(expression)
        if len(found) > 1:
            raise AssertionError(f"{expression}: {found}")
        return found[0][1] if found else absent

    def by(self, label, expression):
        """{value of the label: value}, without what is 0."""
        return {each[label]: value for each, value in self.query(expression) if value}

    def wait_for(self, expression, seconds=60):
        return wait_until(lambda: self.query(expression), seconds, expression)


class Alertmanager(Daemon):
    """Alertmanager with `config`, and without the gossip that would listen on all addresses."""

    def __init__(self, folder, config):
        self.url = f"http://127.0.0.1:{free_port()}"
        path = os.path.join(folder, "alertmanager.json")
        with open(path, "w", encoding="utf-8") as file:
            json.dump(config, file)
        super().__init__(folder, "alertmanager", [
            ALERTMANAGER, f"--config.file={path}", f"--storage.path={folder}/alertmanager-data",
            f"--web.listen-address={self.url.removeprefix('http://')}",
            "--cluster.listen-address="])


def fast_alertmanager(webhook):
    """Our configuration, with receivers at `webhook` and without its patience."""
    config = load(os.path.join(OPS, "alertmanager", "alertmanager.yaml"))
    for route in (config["route"], *config["route"]["routes"]):
        route.update(group_wait="100ms", group_interval="200ms")
    for receiver in config["receivers"]:
        for hook in receiver["webhook_configs"]:
            hook["url"] = webhook + urllib.parse.urlsplit(hook["url"]).path
    return config


class LoopbackServer:
    """A small web server in threads of the test; subclasses say what it answers."""

    def __enter__(self):
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                self.answer(*outer.get(self.path))

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                outer.post(self.path, body)
                self.answer("text/plain", "")

            def answer(self, kind, text):
                data = text.encode()
                self.send_response(200)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"127.0.0.1:{self.server.server_port}"
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()

    def get(self, path):
        raise NotImplementedError

    def post(self, path, body):
        raise NotImplementedError


class Webhook(LoopbackServer):
    """Keeps the alerts that are sent to it: [(path, alert)]."""

    def __init__(self):
        self.alerts = []

    def post(self, path, body):
        self.alerts += [(path, alert) for alert in json.loads(body)["alerts"]]

    def of(self, name):
        return [(path, each) for path, each in list(self.alerts)
                if each["labels"]["alertname"] == name]
