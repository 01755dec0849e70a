"""Runs the recipes for PostgreSQL against a server of its own: RECIPES names their folder."""

import os
import subprocess
import unittest

from postgres_harness import PROGRAMS, Server

RECIPES = os.environ["RECIPES"]


@unittest.skipUnless(os.path.exists(f"{PROGRAMS}/initdb"), "PostgreSQL 15 is not installed")
class Recipes(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server()
        cls.addClassCleanup(cls.server.remove)

    def output_of(self, recipe):
        dsn = f"host={self.server.folder} port={self.server.port} user=lab dbname=postgres"
        run = subprocess.run([os.path.join(RECIPES, f"example_{recipe}")], capture_output=True,
                             timeout=60, env=os.environ | {"ORDERS_DSN": dsn}, text=True)
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertEqual(run.stderr, "")
        return run.stdout

    def test_a_transfer_is_made_and_in_no_doubt(self):
        self.assertEqual(self.output_of("postgres_transfer"),
                         "moved\nevery COMMIT was answered\n")

    def test_batches_go_in_and_come_out(self):
        self.assertEqual(self.output_of("postgres_batches"),
                         "NOTICE 00000\n1000 rows copied in\nroof\t0.5\nroof\t1.5\n")

    def test_coroutines_share_few_sessions(self):
        self.assertEqual(self.output_of("postgres_coroutines"), "50 moved over 4 sessions\n")

    def test_a_read_keeps_its_session(self):
        self.assertEqual(self.output_of("postgres_reads"), "5050, 1 session kept\n")


if __name__ == "__main__":
    unittest.main()
