#!/usr/bin/env python3
"""Makes src/classify/sqlstate_table.inc of src/classify/tables/sqlstate.tsv.

tools/sqlstate_table.py           writes the file
tools/sqlstate_table.py --check   says whether it is what the table makes; exit code 1 where not

The same table always makes the same file. What is wrong in the table is told with its line.
"""

import argparse
import pathlib
import sys

FOLDER = pathlib.Path(__file__).resolve().parent.parent / "src" / "classify"
TABLE = FOLDER / "tables" / "sqlstate.tsv"
MADE = FOLDER / "sqlstate_table.inc"

ADVICE = {"never": "never", "not_an_error": "never", "restart_tx": "restart_transaction",
          "backoff": "after_backoff", "reconnect": "after_reconnect",
          "reprepare": "after_reprepare", "resolve_outcome": "resolve_first"}
IN_THE_SAME_SESSION = {"restart_transaction", "after_backoff", "after_reprepare"}
ALLOWED = {
    "level": {"E", "W", "S"}, "severity": {"LOW", "MEDIUM", "HIGH", "CRITICAL"},
    "retryable": set(ADVICE), "at_commit": {"rolled_back", "unknown", "not_sent", "not_an_error"},
    "session": {"ok", "lost"}, "breaker": {"yes", "no"}, "row_fault": {"yes", "no"}}

# The same numbers as in src/classify/sqlstate_index.hpp.
BUCKETS, SLOTS, NO_ROW = 128, 512, 0xFFFF
MASK = 0xFFFFFFFF


class TableError(Exception):
    """What is wrong, with its line."""


def read_tables(text: str):
    """({category: word or "-"}, rows as dictionaries), checked."""
    categories, rows, header = {}, [], None
    for number, line in enumerate(text.splitlines(), 1):
        cells = line.split("\t")
        if line.startswith("#") or not line:
            continue
        if cells[0] in ("category", "sqlstate"):
            header = cells
        elif header is None or len(cells) != len(header):
            raise TableError(f"line {number}: {len(cells)} cells, the header has another number")
        elif header[0] == "category":
            categories[cells[0]] = cells[1]
        else:
            row = dict(zip(header, cells), line=number)
            check_row(row, categories)
            rows.append(row)
    codes = [row["sqlstate"] for row in rows]
    for row in rows:
        if codes.count(row["sqlstate"]) > 1:
            raise TableError(f"line {row['line']}: {row['sqlstate']} stands in the table twice")
        if row["class"] + "000" not in codes:
            raise TableError(f"line {row['line']}: class {row['class']} has no generic row "
                             f"{row['class']}000, which its unknown codes fall back to")
    return categories, sorted(rows, key=lambda row: row["sqlstate"])


def check_row(row: dict, categories: dict) -> None:
    code = row["sqlstate"]
    if len(code) != 5 or not all(c.isdigit() or "A" <= c <= "Z" for c in code):
        raise TableError(f"line {row['line']}: '{code}' is no SQLSTATE")
    if code[:2] != row["class"]:
        raise TableError(f"line {row['line']}: {code} is not of class {row['class']}")
    if row["category"] not in categories:
        raise TableError(f"line {row['line']}: no line of the first table says what "
                         f"{row['category']} becomes")
    for column, allowed in ALLOWED.items():
        if row[column] not in allowed:
            raise TableError(f"line {row['line']}: {column} is '{row[column]}', allowed: "
                             + ", ".join(sorted(allowed)))
    if not row["reason"] or '"' in row["condition_name"]:
        raise TableError(f"line {row['line']}: a row needs a name and a reason")


def packed(code: str) -> int:
    """Six bits a character, the first one highest."""
    value = 0
    for character in code:
        value = value << 6 | (ord(character) - ord("0"))
    return value


def bucket_of(key: int) -> int:
    return (key * 0x9E3779B1 & MASK) >> 25


def slot_of(key: int, seed: int) -> int:
    return ((key ^ seed) * 0x85EBCA6B & MASK) >> 23


def perfect_hash(keys: list):
    """(seed of each bucket, row of each slot) so that no two keys share a slot: the buckets with
    most keys choose first. Source: Belazzougui, Botelho, Dietzfelbinger, "Hash, displace, and
    compress", ESA 2009."""
    buckets = [[] for _ in range(BUCKETS)]
    for row, key in enumerate(keys):
        buckets[bucket_of(key)].append((key, row))
    seeds, slots = [0] * BUCKETS, [NO_ROW] * SLOTS
    for bucket in sorted(range(BUCKETS), key=lambda each: (-len(buckets[each]), each)):
        for seed in range(256):
            taken = {slot_of(key, seed) for key, _ in buckets[bucket]}
            if len(taken) == len(buckets[bucket]) and all(slots[at] == NO_ROW for at in taken):
                break
        else:
            raise TableError("no seed separates the codes: use more slots")
        seeds[bucket] = seed
        for key, row in buckets[bucket]:
            slots[slot_of(key, seed)] = row
    return seeds, slots


def verdict_of(row: dict, categories: dict) -> str:
    word = categories[row["category"]]
    lost = row["session"] == "lost" or row["retryable"] == "reconnect"
    says_success = word == "-"
    poisoned = "connection" if lost else "nothing" if says_success else "transaction"
    outcome = "rolled_back" if says_success else row["at_commit"]
    advice = ADVICE[row["retryable"]]
    if lost and advice in IN_THE_SAME_SESSION:
        advice = "after_reconnect"
    flag = {True: "true", False: "false"}
    return (f"{{{{category::{'unknown' if says_success else word}, severity::"
            f"{row['severity'].lower()}, fault::"
            f"{'dependency' if row['breaker'] == 'yes' else 'caller'}, advice::"
            f"{advice}, poisoned::{poisoned}}}, commit_outcome::{outcome}, "
            f"{flag[says_success]}}}")


def numbers(values: list) -> str:
    lines = [values[at:at + 20] for at in range(0, len(values), 20)]
    return "\n".join("    " + " ".join(f"{value}," for value in line) for line in lines)


def quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def generate(text: str) -> str:
    categories, rows = read_tables(text)
    verdicts = [verdict_of(row, categories) for row in rows]
    distinct = sorted(set(verdicts))
    seeds, slots = perfect_hash([packed(row["sqlstate"]) for row in rows])
    hot = "\n".join(f'    {{packed_sqlstate("{row["sqlstate"]}"), {distinct.index(verdict)}}},'
                    for row, verdict in zip(rows, verdicts))
    cold = "\n".join(
        f'    {{"{row["sqlstate"]}", "{row["condition_name"]}", commit_outcome::'
        f'{"rolled_back" if row["at_commit"] == "not_an_error" else row["at_commit"]}, '
        f'{"true" if row["session"] == "lost" else "false"}, '
        f'{"true" if row["row_fault"] == "yes" else "false"}, '
        f'{"true" if categories[row["category"]] == "-" else "false"},\n     '
        f'{quoted(row["reason"])}}},' for row in rows)
    return f"""// Generated by tools/sqlstate_table.py from tables/sqlstate.tsv: change it there.

// What codes mean, each combination once.
constexpr std::array<sqlstate_verdict, {len(distinct)}> verdicts{{{{
""" + "\n".join(f"    {each}," for each in distinct) + f"""
}}}};

// Every code in ascending order, with the place of its verdict.
constexpr std::array<sqlstate_row, {len(rows)}> rows{{{{
{hot}
}}}};

// A perfect hash of the codes: the seed of each bucket, the row of each slot.
constexpr std::array<std::uint8_t, {BUCKETS}> seeds{{
{numbers(seeds)}
}};
constexpr std::array<std::uint16_t, {SLOTS}> slots{{
{numbers(slots)}
}};

// What people want to know of each code, in the same order.
constexpr std::array<sqlstate_facts, {len(rows)}> facts{{{{
{cold}
}}}};
"""


def main(arguments: list) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="only say whether the file differs")
    options = parser.parse_args(arguments)
    try:
        wanted = generate(TABLE.read_text())
    except TableError as error:
        print(f"{TABLE.name}: {error}", file=sys.stderr)
        return 1
    if not options.check:
        MADE.write_text(wanted)
        return 0
    if not MADE.exists() or MADE.read_text() != wanted:
        print(f"{MADE.name} is not what {TABLE.name} makes; mend it: tools/sqlstate_table.py")
        return 1
    print(f"{MADE.name} is what {TABLE.name} makes")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
