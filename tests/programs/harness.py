"""What tests of the whole program have in common: a folder of their own, imports, and queries."""

import contextlib
import json
import os
import shutil
import sqlite3
import subprocess
import tempfile
import time
import unittest

HOLDFAST = os.environ.get("HOLDFAST", "holdfast")
SOURCE = os.environ.get("HOLDFAST_SOURCE", os.getcwd())


class ProgramTest(unittest.TestCase):
    """A test with a folder that goes with it."""

    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="holdfast-")
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)

    def path(self, name):
        return os.path.join(self.folder, name)

    def write(self, name, content):
        """Writes bytes, or a text in UTF-8, and returns the path."""
        data = content if isinstance(content, bytes) else content.encode()
        with open(self.path(name), "wb") as file:
            file.write(data)
        return self.path(name)

    def command(self, *arguments, into="target.db"):
        target = into if os.path.isabs(into) else self.path(into)
        return [HOLDFAST, "import", *arguments, "--into", target, "--json"]

    def run_import(self, *arguments, into="target.db", code=0, **options):
        """Imports and returns the report; the exit code must be `code`."""
        run = subprocess.run(
            self.command(*arguments, into=into), capture_output=True, timeout=300, **options
        )
        told = run.stderr.decode(errors="replace")
        self.assertEqual(run.returncode, code, f"{arguments}: {run.stdout!r} {told}")
        self.told = told
        return json.loads(run.stdout) if run.stdout.strip() else None

    def query(self, sql, *parameters, into="target.db"):
        with contextlib.closing(sqlite3.connect(self.path(into), timeout=60)) as database:
            return database.execute(sql, parameters).fetchall()

    def rows(self, table, into="target.db"):
        """All rows in sorted order, with the storage class of each cell."""
        return sorted(self.query(f'SELECT * FROM "{table}"', into=into), key=repr)

    def check_sum(self, report):
        total = report["stored"] + report["duplicates"] + report["rejected"]
        self.assertEqual(report["read"], total, report)


class ChaosApi:
    """`holdfast chaos api` on a free port, for a `with` block."""

    def __init__(self, folder, data, plan="", seed=1):
        self.port_file = os.path.join(folder, "chaos.port")
        plan_file = os.path.join(folder, "chaos.plan.yaml")
        with open(plan_file, "w", encoding="utf-8") as file:
            file.write(plan)
        self.arguments = [HOLDFAST, "chaos", "api", "--data", data, "--seed", str(seed)]
        self.arguments += ["--port-file", self.port_file]
        if plan:
            self.arguments += ["--plan", plan_file]

    def __enter__(self):
        if os.path.exists(self.port_file):
            os.remove(self.port_file)
        self.process = subprocess.Popen(self.arguments, stdout=subprocess.DEVNULL)
        deadline = time.monotonic() + 30
        while not os.path.exists(self.port_file):
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError("the chaos API did not start")
            time.sleep(0.01)
        with open(self.port_file, encoding="utf-8") as file:
            self.url = file.read().strip()
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(30)


def molecules(count):
    """CSV rows under "id,name,mass" with everything in them that a run has to cope with: repeated
    keys, other content under a known key, ragged rows, and a type that widens half-way."""
    lines = ["id,name,mass"]
    for i in range(count):
        mass = f"{100 + i % 900}.5" if i < count // 2 or i % 97 else "unknown"
        if i % 50 == 49:
            lines.append(lines[-7])  # the same record again
        elif i % 77 == 76:
            lines.append(f"CHEMBL{i - 3},other {i},1.5")
        elif i % 61 == 60:
            lines.append(f"CHEMBL{i},too,many,cells")
        else:
            lines.append(f"CHEMBL{i},molecule {i},{mass}")
    return lines
