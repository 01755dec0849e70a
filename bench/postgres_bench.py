#!/usr/bin/env python3
"""Times a guarded prepared statement beside bare libpq, and the pool, on a PostgreSQL of its own.

    bench/postgres_bench.py PROGRAM        PROGRAM: build/bench/bench/postgres_round_trip
"""

import os
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests" / "programs"))
from postgres_harness import PROGRAMS, Server  # noqa: E402


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    if not os.path.exists(f"{PROGRAMS}/initdb"):
        print("PostgreSQL 15 is not installed: nothing is timed")
        return
    # One core for all: on two, a call takes 13 or 56 us as the scheduler places the backends.
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    server = Server()
    try:
        dsn = f"host={server.folder} port={server.port} user=lab dbname=postgres"
        subprocess.run([os.path.abspath(sys.argv[1]), dsn], check=True)
    finally:
        server.remove()


main()
