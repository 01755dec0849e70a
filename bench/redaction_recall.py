"""How many secrets `holdfast redact` takes out of labelled lines, by family and transformation.

    bench/redaction_recall.py PROGRAM LINES.jsonl [--missed] [--json] [-- ARGUMENTS OF redact]

Each line of LINES.jsonl is an object: family, label (secret, clean, near), line_b64, secrets_b64.
Each one is filtered as it is, written as a JSON string, percent-encoded, both, and in the middle of
a line of 1 MiB. A secret counts as taken if it is in the output in no way of writing; `pieces` is
stricter: no 8 bytes of it in a row. Clean lines must come out as they went in.

--missed shows the lines whose secret survived, and the clean lines that changed.
"""

import argparse
import base64
import collections
import json
import subprocess
import sys
import urllib.parse

FILLER = b"2026-11-22T02:03:00.123Z INFO pool=main size=16 idle=9 wait_ms=0 served in 12 ms; "
HALF = FILLER * (512 * 1024 // len(FILLER))


def as_json(text):
    return json.dumps(text)[1:-1]


def as_url(text):
    return urllib.parse.quote(text, safe="")


def same(text):
    return text


# name: (how a line is written, what stands before and behind it)
TRANSFORMATIONS = {
    "plain": (same, b""),
    "json": (as_json, b""),
    "url": (as_url, b""),
    "json+url": (lambda text: as_url(as_json(text)), b""),
    "1 MiB": (same, HALF),
}


def read_lines(path):
    with open(path, encoding="utf-8") as file:
        for row in map(json.loads, file):
            decode = lambda text: base64.b64decode(text).decode()
            yield (row["family"], row["label"], decode(row["line_b64"]),
                   [decode(each) for each in row.get("secrets_b64", [])])


def redact(program, arguments, lines):
    """The output for each line; one may have line breaks of its own."""
    run = subprocess.run([program, "redact", *arguments], input=b"\n".join(lines) + b"\n",
                         stdout=subprocess.PIPE, check=True)
    rest = run.stdout.split(b"\n")
    told = []
    for line in lines:
        count = line.count(b"\n") + 1
        told.append(b"\n".join(rest[:count]))
        rest = rest[count:]
    return told


def survives(secret, output):
    return any(write(secret).encode() in output for write, _ in TRANSFORMATIONS.values())


def piece_survives(secret, output, size=8):
    for written in {write(secret).encode() for write, _ in TRANSFORMATIONS.values()}:
        windows = {written[i:i + size] for i in range(max(1, len(written) - size + 1))}
        if any(window in output for window in windows):
            return True
    return False


def measure(program, arguments, lines, name):
    """{family: counts} and what went wrong."""
    write, around = TRANSFORMATIONS[name]
    counts = collections.defaultdict(collections.Counter)
    wrong = []
    sent = [around + b" " + write(line).encode() + b" " + around if around
            else write(line).encode() for _, _, line, _ in lines]
    for (family, label, _, secrets), given, told in zip(
            lines, sent, redact(program, arguments, sent)):
        if around:
            given, told = (each.replace(HALF, b"") for each in (given, told))
        if label == "secret":
            taken = not any(survives(each, told) for each in secrets)
            pieces = not any(piece_survives(each, told) for each in secrets)
            counts[family].update(lines=1, taken=taken, pieces=pieces)
            if not taken:
                wrong.append((name, family, "survived", told))
        elif label == "clean":
            counts[family].update(clean=1, changed=given != told)
            if given != told:
                wrong.append((name, family, "changed", told))
    return counts, wrong


def print_table(results):
    families = sorted({family for counts, _ in results.values() for family in counts})
    print(f"{'family':44}" + "".join(f"{name:>10}" for name in results) + "    lines")
    totals = {name: collections.Counter() for name in results}
    for family in families:
        row = f"{family:44}"
        for name, (counts, _) in results.items():
            here = counts[family]
            totals[name].update(here)
            for group in {"au-", "gl-", "ds-"}:
                if family.startswith(group):
                    totals[name].update({group + key: n for key, n in here.items()})
            row += f"{here['taken']:>5}/{here['lines']:<4}" if here["lines"] else f"{'':10}"
        if any(counts[family]["lines"] for counts, _ in results.values()):
            print(row)
    for what, part, whole in [("all", "taken", "lines"), ("au-", "au-taken", "au-lines"),
                              ("gl-", "gl-taken", "gl-lines"), ("ds-", "ds-taken", "ds-lines"),
                              ("no 8 bytes left", "pieces", "lines")]:
        print(f"{what:44}" + "".join(
            f"{totals[name][part] / max(1, totals[name][whole]):>10.1%}" for name in results))
    print(f"{'clean lines changed':44}" + "".join(
        f"{totals[name]['changed']:>10}" for name in results) +
        f"    of {totals['plain']['clean']}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program")
    parser.add_argument("lines")
    parser.add_argument("--missed", action="store_true")
    parser.add_argument("--json", action="store_true", help="counts instead of a table")
    given = sys.argv[1:]
    own = given.index("--") if "--" in given else len(given)
    options = parser.parse_args(given[:own])
    arguments = given[own + 1:]
    lines = list(read_lines(options.lines))
    results = {name: measure(options.program, arguments, lines, name)
               for name in TRANSFORMATIONS}
    if options.json:
        json.dump({name: counts for name, (counts, _) in results.items()}, sys.stdout)
    else:
        print_table(results)
    if options.missed:
        for _, wrong in results.values():
            for name, family, what, told in wrong:
                print(f"{name}: {family}: {what}: {told[:200]!r}")


if __name__ == "__main__":
    main()
