#!/usr/bin/env python3
"""Times a guarded prepared statement beside bare libpq, and the pool, on a PostgreSQL of its own.

    bench/postgres_bench.py PROGRAM        PROGRAM: build/bench/bench/postgres_round_trip
"""

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
import time

SERVER = "/usr/lib/postgresql/15/bin"


def who():
    """Whom the server runs as: not root, which it refuses to be."""
    if os.geteuid() != 0:
        return {}
    user = pwd.getpwnam("postgres")
    return {"user": user.pw_uid, "group": user.pw_gid}


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    if not os.path.exists(f"{SERVER}/initdb"):
        print("PostgreSQL 15 is not installed: nothing is timed")
        return
    # One core for all: on two, a call takes 13 or 56 us as the scheduler places the backends.
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    folder = tempfile.mkdtemp(prefix="holdfast-")
    os.chmod(folder, 0o777)
    data = os.path.join(folder, "data")
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": folder}
    try:
        subprocess.run([f"{SERVER}/initdb", "-D", data, "-U", "app", "-A", "trust", "-N"],
                       check=True, **quiet, **who())
        server = subprocess.Popen([f"{SERVER}/postgres", "-D", data, "-k", folder, "-h", ""],
                                  **quiet, **who())
        try:
            dsn = f"host={folder} user=app dbname=postgres"
            while subprocess.run([f"{SERVER}/pg_isready", "-q", "-h", folder]).returncode != 0:
                time.sleep(0.1)
            subprocess.run([os.path.abspath(sys.argv[1]), dsn], check=True)
        finally:
            server.terminate()
            server.wait()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


main()
