"""How fast `holdfast import` into PostgreSQL is beside `psql \\copy`: the same file into the same
table, in turn, in one run, on a server of the bench's own.

    bench/import_postgres_bench.py PROGRAM [--rows N] [--rounds N]   the ratio (1 is as fast)
    bench/import_postgres_bench.py PROGRAM --memory GIB              peak memory of a large import

The server has its defaults, with fsync on; files are made in a temporary folder from a fixed seed.
"""

import argparse
import os
import statistics
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "tests" / "programs")]
from import_bench import run, write_csv, write_large  # noqa: E402
from postgres_harness import PROGRAMS, Server  # noqa: E402

TABLE = ("CREATE TABLE rows(id bigint{key}, name text, smiles text, mass numeric, logp numeric,"
         " count bigint, source text, note text)")
LEDGER = ("holdfast_meta, holdfast_runs, holdfast_batches, holdfast_rejected,"
          " holdfast_duplicates, holdfast_reasons")


class Bench:
    """One server, and the two ways into a table that is made anew each time."""

    def __init__(self, program, server):
        self.program, self.server = program, server

    def fresh(self, key):
        self.server.psql(f"DROP TABLE IF EXISTS rows, {LEDGER}")
        self.server.psql(TABLE.format(key=" PRIMARY KEY" if key else ""))
        self.server.psql("CHECKPOINT")

    def ours(self, source, key, known=False):
        if not known:
            self.fresh(key)
        options = ["--key", "id"] if key else []
        return run([self.program, "import", str(source), "--into", self.server.url(), "--table",
                    "rows", "--quiet", *options])

    def copy(self, source, key):
        self.fresh(key)
        return run([f"{PROGRAMS}/psql", "-h", "127.0.0.1", "-p", str(self.server.port), "-U", "lab",
                    "-d", "postgres", "-X", "-q", "-c", f"\\copy rows from '{source}' csv header"])


def compare(bench, source, rows, rounds):
    for key in (True, False):
        ours, theirs = [], []
        for _ in range(rounds):
            ours.append(bench.ours(source, key)[0])
            theirs.append(bench.copy(source, key)[0])
        ratios = [b / a for a, b in zip(ours, theirs)]
        print(f"{'with a primary key' if key else 'without a key':24}{'median rows/s':>16}")
        print(f"{'holdfast import':24}{rows / statistics.median(ours):>16,.0f}")
        print(f"{'psql copy':24}{rows / statistics.median(theirs):>16,.0f}")
        print(f"ratio, median of {rounds} rounds: {statistics.median(ratios):.2f} "
              f"(lowest {min(ratios):.2f}, highest {max(ratios):.2f})\n")


def compare_mixed(bench, source, rows, rounds, folder):
    """Every second key is there already: all batches go by the temporary table."""
    half = Path(folder, "half.csv")
    with open(source, encoding="utf-8") as lines, open(half, "w", encoding="utf-8") as out:
        out.write(next(lines))
        out.writelines(line for i, line in enumerate(lines) if i % 2 == 0)
    ours, theirs = [], []
    for _ in range(rounds):
        bench.ours(half, True)
        ours.append(bench.ours(source, True, known=True)[0])
        theirs.append(bench.copy(source, True)[0])
    ratios = [b / a for a, b in zip(ours, theirs)]
    print("every second key is there, against psql copy of all rows into an empty table")
    print(f"{'holdfast import':24}{rows / statistics.median(ours):>16,.0f}")
    print(f"ratio, median of {rounds} rounds: {statistics.median(ratios):.2f} "
          f"(lowest {min(ratios):.2f}, highest {max(ratios):.2f})")


def measure_memory(bench, gib, folder):
    piece, source = Path(folder, "piece.csv"), Path(folder, "large.csv")
    write_csv(piece, 200_000)
    write_large(piece, source, gib)
    small = bench.ours(piece, False)[1]
    seconds, large = bench.ours(source, False)
    print(f"peak memory: {small / 1024:.0f} MiB for {piece.stat().st_size / 2**20:.0f} MiB, "
          f"{large / 1024:.0f} MiB for {source.stat().st_size / 2**30:.2f} GiB "
          f"(in {seconds:.0f} s)")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program", type=os.path.abspath)
    parser.add_argument("--rows", type=int, default=200_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--memory", type=float, metavar="GIB")
    options = parser.parse_args()
    server = Server()
    try:
        with tempfile.TemporaryDirectory() as folder:
            bench = Bench(options.program, server)
            if options.memory:
                measure_memory(bench, options.memory, folder)
                return
            source = Path(folder, "rows.csv")
            write_csv(source, options.rows)
            compare(bench, source, options.rows, options.rounds)
            compare_mixed(bench, source, options.rows, options.rounds, folder)
    finally:
        server.remove()


if __name__ == "__main__":
    main()
