"""How fast `holdfast import` is beside `sqlite3 .import`: the same file, in turn, in one run.

    bench/import_bench.py PROGRAM [--rows N] [--rounds N]     the ratio (1 is as fast as sqlite3)
    bench/import_bench.py PROGRAM --memory GIB                peak memory of one large import

Files are made in a temporary folder from a fixed seed and removed at the end.
"""

import argparse
import os
import random
import resource
import shutil
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

COLUMNS = "id,name,smiles,mass,logp,count,source,note"


def write_csv(path, rows):
    rng = random.Random(7)
    with open(path, "w", encoding="utf-8") as out:
        out.write(COLUMNS + "\n")
        for i in range(rows):
            smiles = "".join(rng.choices("CNOcn1()=", k=40))
            name = f'"compound, no. {i}"' if i % 10 == 0 else f"compound {i}"
            out.write(f"{i},{name},{smiles},{rng.uniform(50, 900):.6g},{rng.gauss(2, 2):.4g},"
                      f"{rng.randrange(100)},lab-{i % 7},batch {i // 1000} of the bench\n")


def run(command, **options):
    """Wall seconds and peak resident KiB of one command."""
    started = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, **options)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.monotonic() - started
    if status != 0:
        raise SystemExit(f"{command[0]} ended with {os.waitstatus_to_exitcode(status)}")
    return seconds, usage.ru_maxrss


def import_with_holdfast(program, source, folder):
    target = Path(folder, "holdfast.db")
    result = run([program, "import", str(source), "--into", str(target), "--quiet"])
    for path in Path(folder).glob("holdfast.db*"):
        path.unlink()
    return result


def import_with_sqlite(source, folder):
    target = Path(folder, "sqlite.db")
    columns = ", ".join(f'"{name}"' for name in COLUMNS.split(","))
    # The same journal and the same promise at its commit as ours.
    script = (f"PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;\nCREATE TABLE rows({columns});\n"
              f".import --csv --skip 1 {source} rows\n")
    with tempfile.TemporaryFile("w+") as commands:
        commands.write(script)
        commands.seek(0)
        result = run(["sqlite3", str(target)], stdin=commands)
    for path in Path(folder).glob("sqlite.db*"):
        path.unlink()
    return result


def compare(program, rows, rounds):
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, "rows.csv")
        write_csv(source, rows)
        ours, theirs = [], []
        for _ in range(rounds):
            ours.append(import_with_holdfast(program, source, folder)[0])
            theirs.append(import_with_sqlite(source, folder)[0])
        ratios = [b / a for a, b in zip(ours, theirs)]
        print(f"{'':24}{'median rows/s':>16}")
        print(f"{'holdfast import':24}{rows / statistics.median(ours):>16,.0f}")
        print(f"{'sqlite3 .import':24}{rows / statistics.median(theirs):>16,.0f}")
        print(f"ratio, median of {rounds} rounds: {statistics.median(ratios):.2f} "
              f"(lowest {min(ratios):.2f}, highest {max(ratios):.2f})")


def write_large(piece, source, gib):
    """The rows of a file again and again. Copied in pieces: the kernel counts for a child at least
    what its parent has held."""
    with open(source, "wb") as out, open(piece, "rb") as lines:
        out.write(lines.readline())
        first_row = lines.tell()
        while out.tell() < gib * 2**30:
            lines.seek(first_row)
            shutil.copyfileobj(lines, out)


def measure_memory(program, gib):
    with tempfile.TemporaryDirectory() as folder:
        piece, source = Path(folder, "piece.csv"), Path(folder, "large.csv")
        write_csv(piece, 200_000)
        write_large(piece, source, gib)
        own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        small = import_with_holdfast(program, piece, folder)[1]
        seconds, large = import_with_holdfast(program, source, folder)
        print(f"peak memory: {small / 1024:.0f} MiB for {piece.stat().st_size / 2**20:.0f} MiB, "
              f"{large / 1024:.0f} MiB for {source.stat().st_size / 2**30:.2f} GiB "
              f"(in {seconds:.0f} s); the script itself {own / 1024:.0f} MiB")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("--rows", type=int, default=200_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--memory", type=float, metavar="GIB")
    options = parser.parse_args()
    if options.memory:
        measure_memory(options.program, options.memory)
    else:
        compare(options.program, options.rows, options.rounds)


if __name__ == "__main__":
    main()
