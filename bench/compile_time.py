#!/usr/bin/env python3
"""Compile time of a file with five guards above that of an empty one: processor seconds, min of 5.

bench/compile_time.py [COMPILER...]     default: g++
"""

import pathlib
import resource
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
ROUNDS = 5
EMPTY = "#include <chrono>\n#include <string>\nint main() { return 0; }\n"
UMBRELLA = "#include \"holdfast/holdfast.hpp\"\n" + EMPTY
GUARDS = "#include \"holdfast/holdfast.hpp\"\n#include <chrono>\n#include <string>\n" + "".join(
    f"int call_{i}(int x);\n"
    f"int guarded_{i}(int x) {{\n"
    f"  static holdfast::guard const by{{\n"
    f"      \"call_{i}\", holdfast::retry{{.max_attempts = {i + 2}}}, holdfast::breaker{{}}}};\n"
    f"  return by([&] {{ return call_{i}(x); }});\n"
    f"}}\n" for i in range(5))


def processor_seconds(compiler: str, source: pathlib.Path) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([compiler, "-std=c++20", "-O2", "-c", f"-I{ROOT}/include", str(source), "-o",
                    str(source.with_suffix(".o"))], check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main(compilers: list) -> int:
    files = {"empty": EMPTY, "umbrella": UMBRELLA, "five guards": GUARDS}
    with tempfile.TemporaryDirectory() as folder:
        for compiler in compilers or ["g++"]:
            least = {}
            for _ in range(ROUNDS):
                for name, text in files.items():
                    source = pathlib.Path(folder, name.replace(" ", "_") + ".cpp")
                    source.write_text(text, encoding="utf-8")
                    spent = processor_seconds(compiler, source)
                    least[name] = min(spent, least.get(name, spent))
            print(f"{compiler}: five guards {least['five guards'] - least['empty']:.2f} s above an "
                  f"empty file ({least['empty']:.2f} s); the umbrella header alone "
                  f"{least['umbrella'] - least['empty']:.2f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
