"""Runs the recipes for PostgreSQL against a server of its own: RECIPES names their folder."""

import os
import pwd
import shutil
import subprocess
import tempfile
import time
import unittest

RECIPES = os.environ["RECIPES"]
SERVER = "/usr/lib/postgresql/15/bin"


def who():
    """Whom the server runs as: not root, which it refuses to be."""
    if os.geteuid() != 0:
        return {}
    user = pwd.getpwnam("postgres")
    return {"user": user.pw_uid, "group": user.pw_gid}


@unittest.skipUnless(os.path.exists(f"{SERVER}/initdb"), "PostgreSQL 15 is not installed")
class Recipes(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.mkdtemp(prefix="holdfast-")
        cls.addClassCleanup(shutil.rmtree, cls.folder, ignore_errors=True)
        os.chmod(cls.folder, 0o777)
        data = os.path.join(cls.folder, "data")
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": cls.folder}
        subprocess.run([f"{SERVER}/initdb", "-D", data, "-U", "app", "-A", "trust", "-N"],
                       check=True, **quiet, **who())
        server = subprocess.Popen([f"{SERVER}/postgres", "-D", data, "-k", cls.folder, "-h", "",
                                   "-F"], **quiet, **who())
        cls.addClassCleanup(server.wait)
        cls.addClassCleanup(server.terminate)
        end = time.monotonic() + 60
        while subprocess.run([f"{SERVER}/pg_isready", "-q", "-h", cls.folder]).returncode != 0:
            assert time.monotonic() < end, "the server did not start"
            time.sleep(0.1)

    def output_of(self, recipe):
        dsn = f"host={self.folder} user=app dbname=postgres"
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

    def test_a_read_keeps_its_session(self):
        self.assertEqual(self.output_of("postgres_reads"), "5050, 1 session kept\n")


if __name__ == "__main__":
    unittest.main()
