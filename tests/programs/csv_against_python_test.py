"""Imports real CSV files and compares every cell with what Python's csv module reads."""

import csv
import glob
import gzip
import json
import os
import sqlite3
import subprocess
import tempfile
import unittest

HOLDFAST = os.environ.get("HOLDFAST", "holdfast")
SOURCE = os.environ.get("HOLDFAST_SOURCE", os.getcwd())
FOLDER = os.path.join(SOURCE, "..", "shared", "data", "molecules")


def rows_of(path):
    """Header and rows; blank lines left out, empty cells as None."""
    opener = gzip.open if path.endswith(".gz") else open
    with opener(path, "rt", newline="", encoding="utf-8-sig") as text:
        rows = [row for row in csv.reader(text) if row]
    return rows[0], [[cell or None for cell in row] for row in rows[1:]]


def same(stored, read):
    """Whether a stored value is what was read; numbers are compared by value."""
    if stored is None or read is None:
        return stored is read
    if isinstance(stored, str):
        return stored == read
    return float(read) == float(stored)


def data_table(database):
    """The one table that is not the importer's own."""
    names = [
        name
        for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        if not name.startswith(("holdfast", "_holdfast", "sqlite_"))
    ]
    return names[0] if len(names) == 1 else None


class CsvAgainstPython(unittest.TestCase):
    def import_file(self, path, target):
        run = subprocess.run(
            [HOLDFAST, "import", path, "--into", target, "--json"],
            capture_output=True,
            text=True,
            timeout=600,
        )
        self.assertEqual(run.returncode, 0, f"{path}: {run.stdout}{run.stderr}")
        return json.loads(run.stdout.strip().splitlines()[-1])

    def compare(self, path, folder):
        header, rows = rows_of(path)
        target = os.path.join(folder, os.path.basename(path) + ".db")

        report = self.import_file(path, target)

        self.assertEqual(report["stored"], len(rows), path)
        self.assertEqual(report["rejected"], 0, path)
        with sqlite3.connect(target) as database:
            table = data_table(database)
            self.assertIsNotNone(table, f"{path}: there is not one data table")
            columns = ", ".join('"' + name.replace('"', '""') + '"' for name in header)
            stored = database.execute(f'SELECT {columns} FROM "{table}" ORDER BY rowid')
            for number, (row, read) in enumerate(zip(stored, rows)):
                for name, one, other in zip(header, row, read):
                    self.assertTrue(
                        same(one, other),
                        f"{path}: record {number}, {name}: stored {one!r}, Python reads {other!r}",
                    )

    def test_every_cell_of_every_file_is_stored_as_python_reads_it(self):
        paths = sorted(glob.glob(FOLDER + "/*.csv") + glob.glob(FOLDER + "/*.csv.gz"))
        if not paths:
            self.skipTest("the shared data folder with real CSV files is not there")
        with tempfile.TemporaryDirectory() as folder:
            for path in paths:
                with self.subTest(os.path.basename(path)):
                    self.compare(path, folder)


if __name__ == "__main__":
    unittest.main()
