"""Each rule of tools/tidy.py on made-up trees: one that breaks it and one that keeps it."""

import io
import pathlib
import sys
import tempfile
import textwrap
import unittest
from contextlib import redirect_stderr, redirect_stdout

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "tools"))

import tidy  # noqa: E402
from tidy_rules import cxx, house, project, sizes, tree  # noqa: E402

CMAKE = """
project(holdfast VERSION 1.2.3 LANGUAGES CXX)
# Not read: holdfast_module(ghost FLOOR 0)
holdfast_module(base         FLOOR 0                       MAY_NAME tl::expected)
holdfast_module(core         FLOOR 1 USES base)
holdfast_module(config       FLOOR 1 USES base             MAY_NAME yaml-cpp)
holdfast_module(drive        FLOOR 3 USES core)
holdfast_module(connect/http FLOOR 4 USES base drive       MAY_NAME CURL::libcurl)
holdfast_bundle(holdfast     USES base core)
holdfast_program(holdfast    FOLDER apps/cli USES base connect/http
                             MAY_NAME CLI11::CLI11)
"""


def findings(files: dict, cmake: str = CMAKE, whole: bool = False) -> list:
    """What tidy finds in a tree of these files (path -> text), as "path:line: message"."""
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        for path, text in {"CMakeLists.txt": cmake, **files}.items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(text, encoding="utf-8")
        made = tree.Tree(root, sorted(files))
        return [str(each) for each in tidy.findings_in(made, whole)]


def header(*includes: str) -> str:
    return "#pragma once\n" + "".join(f"#include {each}\n" for each in includes)


class TheHouse(unittest.TestCase):
    def test_declarations_are_read_with_floors_uses_and_parties(self):
        read = house.read_house(CMAKE)

        self.assertEqual(list(read.modules), ["base", "core", "config", "drive", "connect/http"])
        self.assertEqual(read.modules["connect/http"].floor, 4)
        self.assertEqual(read.modules["connect/http"].uses, ["base", "drive"])
        self.assertEqual(read.modules["connect/http"].may_name, ["CURL::libcurl"])
        self.assertEqual(read.programs["apps/cli"].uses, ["base", "connect/http"])
        self.assertEqual(read.bundles["holdfast"].uses, ["base", "core"])
        self.assertEqual(read.version, "1.2.3")


class Includes(unittest.TestCase):
    def check(self, path, include, expected):
        text = header(include) if path.endswith(".hpp") else f"#include {include}\n"
        found = findings({path: text, "src/core/window.hpp": header(),
                          "src/drive/clock.hpp": header()})
        line = 2 if path.endswith(".hpp") else 1
        self.assertEqual(found, [f"{path}:{line}: {expected}"] if expected else [])

    def test_a_declared_lower_floor_may_be_included(self):
        self.check("src/core/retry.cpp", '"holdfast/base/time.hpp"', None)
        self.check("include/holdfast/drive/guard.hpp", '"holdfast/core/retry.hpp"', None)
        self.check("apps/cli/main.cpp", '"holdfast/connect/http/client.hpp"', None)
        self.check("src/core/retry.cpp", '"holdfast/version.hpp"', None)

    def test_a_higher_floor_is_named_with_both_floors(self):
        self.check("include/holdfast/core/retry.hpp", '"holdfast/drive/guard.hpp"',
                   "core (floor 1) may not include drive (floor 3)")

    def test_the_same_floor_is_named_with_both_floors(self):
        self.check("src/core/retry.cpp", '"holdfast/config/tree.hpp"',
                   "core (floor 1) may not include config (floor 1)")

    def test_what_a_used_module_uses_must_be_declared_too(self):
        self.check("src/drive/guard.cpp", '"holdfast/base/time.hpp"',
                   "drive includes base but does not declare that it USES it")
        self.check("apps/cli/main.cpp", '"holdfast/core/retry.hpp"',
                   "apps/cli includes core but does not declare that it USES it")

    def test_an_unknown_module_is_found(self):
        self.check("src/core/retry.cpp", '"holdfast/nowhere/x.hpp"',
                   "holdfast/nowhere/x.hpp is of no module")

    def test_our_own_headers_are_written_with_quotes(self):
        self.check("src/core/retry.cpp", "<holdfast/base/time.hpp>",
                   'write "holdfast/base/time.hpp" with quotes, it is our own')

    def test_private_headers_stay_within_their_module(self):
        self.check("src/core/retry.cpp", '"core/window.hpp"', None)
        self.check("src/core/retry.cpp", '"window.hpp"', None)
        self.check("src/core/retry.cpp", '"drive/clock.hpp"',
                   '"drive/clock.hpp" is private to drive')
        self.check("include/holdfast/core/retry.hpp", '"core/window.hpp"',
                   'a public header may not include the private "core/window.hpp"')
        self.check("src/core/retry.cpp", '"curl/curl.h"',
                   '"curl/curl.h" is no header of ours; third parties are written with <>')

    def test_a_third_party_is_named_only_where_declared(self):
        self.check("src/connect/http/client.cpp", "<curl/curl.h>", None)
        self.check("apps/cli/main.cpp", "<CLI/CLI.hpp>", None)
        self.check("src/core/retry.cpp", "<curl/curl.h>",
                   "core may not name CURL::libcurl (<curl/curl.h>)")
        self.check("src/config/tree.cpp", "<gtest/gtest.h>",
                   "config may not name GTest::gtest (<gtest/gtest.h>)")
        self.check("src/config/tree.cpp", "<left/pad.h>", "<left/pad.h> is of no known third "
                   "party: see THIRD_PARTIES in tools/tidy_rules/includes.py")

    def test_public_headers_show_no_third_party_but_the_result_type(self):
        self.check("include/holdfast/base/expected.hpp", "<tl/expected.hpp>", None)
        self.check("include/holdfast/connect/http/client.hpp", "<curl/curl.h>", "<curl/curl.h> "
                   "is a third party's: it belongs into a source, not a public header")
        self.check("include/holdfast/drive/clock.hpp", "<sys/time.h>",
                   "<sys/time.h> belongs into a source, not a public header")
        self.check("src/drive/clock.cpp", "<sys/time.h>", None)

    def test_an_adapter_names_its_own_third_party_and_no_other(self):
        cmake = CMAKE + "holdfast_module(classify FLOOR 1 USES base)\n"
        path = "include/holdfast/classify/asio.hpp"

        self.assertEqual(findings({path: header("<boost/asio/error.hpp>")}, cmake), [])
        self.assertEqual(findings({path: header("<pqxx/except>")}, cmake),
                         [f"{path}:2: classify may not name pqxx (<pqxx/except>)"])

    def test_adapters_may_be_several_headers_of_one_beginning(self):
        self.check("include/holdfast/drive/asio_parts.hpp", "<boost/asio/awaitable.hpp>", None)
        self.check("include/holdfast/drive/guard.hpp", "<boost/asio/awaitable.hpp>",
                   "drive may not name Boost::headers (<boost/asio/awaitable.hpp>)")

    def test_an_umbrella_may_bring_another_one(self):
        cmake = CMAKE.replace("holdfast     USES base core", "holdfast     USES base core drive")
        brought = {"include/holdfast/asio.hpp": header('"holdfast/holdfast.hpp"',
                                                       '"holdfast/drive/asio_parts.hpp"')}

        self.assertEqual(findings(brought, cmake), [])
        self.check("include/holdfast/core/retry.hpp", '"holdfast/holdfast.hpp"',
                   "holdfast/holdfast.hpp is of no module")

    def test_tests_may_use_any_floor(self):
        self.check("tests/core/retry_test.cpp", '"holdfast/drive/guard.hpp"', None)

    def test_core_has_no_threads_and_reads_no_clock(self):
        self.check("src/core/retry.cpp", "<chrono>", None)
        self.check("src/drive/wait.cpp", "<thread>", None)
        self.check("src/core/retry.cpp", "<thread>",
                   "core has no I/O, clock or threads: <thread>")
        found = findings({"src/core/retry.cpp": "auto now = std::chrono::steady_clock::now();\n"})
        self.assertEqual(found, ["src/core/retry.cpp:1: core is told the time: steady_clock::now"])


class Sizes(unittest.TestCase):
    def body(self, lines):
        return "int f() {\n" + "  g();\n" * lines + "}\n"

    def test_a_file_has_at_most_600_lines(self):
        self.assertEqual(findings({"src/core/a.cpp": "\n" * 600}), [])
        self.assertEqual(findings({"src/core/a.cpp": "\n" * 601}),
                         ["src/core/a.cpp:1: 601 lines, more than 600: split it by nouns"])

    def test_a_function_has_at_most_70_lines(self):
        self.assertEqual(findings({"src/core/a.cpp": self.body(68)}), [])
        self.assertEqual(findings({"src/core/a.cpp": "\n" + self.body(69)}),
                         ["src/core/a.cpp:2: f is 71 lines long, more than 70"])

    def test_a_python_function_has_at_most_70_lines(self):
        self.assertEqual(findings({"tools/a.py": "def f():\n" + "    g()\n" * 69}), [])
        self.assertEqual(findings({"tools/a.py": "def f():\n" + "    g()\n" * 70}),
                         ["tools/a.py:1: f is 71 lines long, more than 70"])

    def test_a_line_has_at_most_100_columns(self):
        self.assertEqual(findings({"src/core/a.cpp": "x" * 100 + "\n"}), [])
        self.assertEqual(findings({"src/core/a.cpp": "\n" + "ä" * 101 + "\n"}),
                         ["src/core/a.cpp:2: 101 columns, more than 100"])

    def test_generated_tables_are_exempt(self):
        table = "// Generated by tools/make_table.py\n" + "x" * 200 + "\n" * 700
        self.assertEqual(findings({"src/core/table.cpp": table}), [])

    def test_quantiles_are_values_that_occur(self):
        self.assertEqual(sizes.quantile([], 0.5), 0)
        self.assertEqual(sizes.quantile([3, 1, 2], 0.5), 2)
        self.assertEqual(sizes.quantile(list(range(1, 101)), 0.95), 95)
        self.assertEqual(sizes.quantile([7], 0.95), 7)


class Functions(unittest.TestCase):
    def sizes(self, text):
        return [(each.name, each.line, each.lines)
                for each in cxx.functions_in(textwrap.dedent(text))]

    def test_functions_are_found_in_namespaces_and_classes(self):
        self.assertEqual(self.sizes("""\
            namespace a {
            struct b {
             public:
              int c() const noexcept { return 1; }
              bool operator==(b const&) const = default;
              int x{3};
            };
            template <class T>
              requires std::integral<T>
            auto d(T t) -> int {
              if (t) {
                return [] { return 2; }();
              }
              return 0;
            }
            }  // namespace a
            TEST(Retry, AHintWins) { a::d(1); }
            """), [("c", 4, 1), ("d", 8, 8), ("TEST(Retry, AHintWins)", 17, 1)])

    def test_initialiser_braces_are_no_bodies(self):
        self.assertEqual(self.sizes("""\
            b::b(options o = {}, int n)
                : x_{o},
                  y_{n, {1, 2}} {
              go();
            }
            constexpr std::array<int, 2> list{{1, 2}};
            std::vector<int> const other = {1, 2};
            void e(std::vector<int> v = {}) {}
            """), [("b::b", 1, 5), ("e", 8, 1)])

    def test_braces_in_literals_and_comments_do_not_count(self):
        self.assertEqual(self.sizes("""\
            #define OPEN {
            int f() {  // }
              auto a = '}';
              auto b = "}\\"}";
              auto c = R"(} ")";
              auto d = 1'000'000;
              return '{';
            }
            int g() { return 0; }
            """), [("f", 2, 7), ("g", 9, 1)])


class Leftovers(unittest.TestCase):
    def test_a_leftover_marker_is_found(self):
        marker = "TO" + "DO"
        self.assertEqual(findings({"docs/a.md": f"\n{marker}: more\n"}),
                         [f"docs/a.md:2: {marker}: do it, or write it down as an issue"])
        self.assertEqual(findings({"docs/a.md": f"{marker}S and hacks\n"}), [])

    def test_code_in_a_comment_is_found(self):
        for line in ("// return x;", "  // go(now, 3);", "// x.y = 4;", "// auto const a = b();",
                     "// #include <vector>", "// if (x) {", "// }", "// } else if (y) {",
                     "// using a = b;", "// std::vector<int> v = f();"):
            with self.subTest(line):
                self.assertEqual(findings({"src/core/a.cpp": line + "\n"}),
                                 ["src/core/a.cpp:1: code in a comment: remove it, git remembers"])
        for line in ("# import os", "# return None", "# print(x)", "# self.a = 3"):
            with self.subTest(line):
                self.assertEqual(len(findings({"tools/a.py": line + "\n"})), 1)

    def test_prose_in_a_comment_is_not(self):
        for line in ("// A rate of zero (off) is kept;", "/// return x;", "// returns early; then",
                     "// if (and only if) it was sent", "// see f(x)", "// using the same clock;",
                     "}  // namespace holdfast", "int x = 1;  // the first"):
            with self.subTest(line):
                self.assertEqual(findings({"src/core/a.cpp": line + "\n"}), [])
        for line in ("# from here on, it is quiet", "# returns early", "#!/usr/bin/env python3"):
            with self.subTest(line):
                self.assertEqual(findings({"tools/a.py": line + "\n"}), [])

    def test_white_space_is_as_in_editorconfig(self):
        path = "cmake/a.cmake"
        self.assertEqual(findings({path: "a()\n\n  b()\n"}), [])
        self.assertEqual(findings({path: "a() \n"}), [f"{path}:1: ends in white space"])
        self.assertEqual(findings({path: "a()\r\n"}), [f"{path}:1: ends in white space"])
        self.assertEqual(findings({path: "\n\ta()\n"}), [f"{path}:2: is indented by a tab"])
        self.assertEqual(findings({path: "a()"}), [f"{path}:1: the last line has no end"])

    def test_links_between_pages_lead_somewhere(self):
        page = "See [a](a.md), [b](../README.md#top), [c](https://example.org/x) and [d](#here).\n"
        files = {"docs/guide.md": page, "docs/a.md": ""}
        self.assertEqual(findings({**files, "README.md": ""}), [])
        self.assertEqual(findings(files),
                         ["docs/guide.md:1: the link to ../README.md leads nowhere"])


class Names(unittest.TestCase):
    def test_files_are_named_in_snake_case(self):
        self.assertEqual(findings({"src/core/retry_machine.cpp": "", "script/check-all": "",
                                   "tools/a/__init__.py": "", "tests/CMakeLists.txt": "",
                                   "examples/1_lesson/2_step.cpp": ""}), [])
        self.assertEqual(findings({"src/core/2_step.cpp": ""}),
                         ["src/core/2_step.cpp:1: 2_step.cpp is not snake_case"])
        self.assertEqual(findings({"src/core/RetryMachine.cpp": ""}),
                         ["src/core/RetryMachine.cpp:1: RetryMachine.cpp is not snake_case"])
        self.assertEqual(findings({"script/check_all": ""}), [
            "script/check_all:1: scripts are named in lower-case words with dashes"])

    def test_test_names_are_sentences(self):
        good = ("TEST(Retry, AHintWins) {}\nTEST_F(Retry, TheThirdOfThree) {}\n"
                "RC_GTEST_PROP(Retry, NoDelayIsNegative, (int n)) {}\n"
                'auto text = "TEST(a, b)";\n')
        self.assertEqual(findings({"tests/core/retry_test.cpp": good}), [])
        for name in ("Works", "TwoWords", "a_hint_wins", "AHint_Wins"):
            with self.subTest(name):
                self.assertEqual(
                    findings({"tests/core/retry_test.cpp": f"\nTEST(\n    Retry, {name}) {{}}\n"}),
                    [f"tests/core/retry_test.cpp:2: Retry.{name}: a test's name is a sentence "
                     "in CamelCase"])

    def test_every_header_has_pragma_once(self):
        self.assertEqual(findings({"tests/a.hpp": "// words\n#pragma once\n"}), [])
        self.assertEqual(findings({"tests/a.hpp": "int a;\n"}),
                         ["tests/a.hpp:1: a header without #pragma once"])

    def test_sources_and_tests_belong_to_a_module(self):
        self.assertEqual(findings({"tests/connect/http/client_test.cpp": ""}), [])
        self.assertEqual(findings({"tests/connect/client_test.cpp": ""}), [
            "tests/connect/client_test.cpp:1: belongs to no module, so nothing builds this test"])
        self.assertEqual(findings({"src/nowhere/a.cpp": ""}), [
            "src/nowhere/a.cpp:1: belongs to no module that CMakeLists.txt declares"])

    def test_a_folder_of_tests_may_name_its_own(self):
        files = {"tests/talks/CMakeLists.txt": "add_executable(talks reader_test.cpp)\n",
                 "tests/talks/reader_test.cpp": "", "tests/talks/player_test.cpp": ""}
        self.assertEqual(findings(files), [
            "tests/talks/player_test.cpp:1: belongs to no module, so nothing builds this test"])


class TheProject(unittest.TestCase):
    umbrella = "include/holdfast/holdfast.hpp"

    def test_the_umbrella_brings_every_public_header_of_its_bundle(self):
        files = {"include/holdfast/base/time.hpp": header(),
                 "include/holdfast/core/retry.hpp": header(),
                 "include/holdfast/core/detail/bits.hpp": header(),
                 "include/holdfast/drive/guard.hpp": header()}
        whole = header('"holdfast/base/time.hpp"', '"holdfast/core/retry.hpp"')
        part = header('"holdfast/base/time.hpp"')

        self.assertEqual(findings(files, whole=True), [])  # there is none yet
        self.assertEqual(findings({**files, self.umbrella: whole}, whole=True), [])
        self.assertEqual(findings({**files, self.umbrella: part}, whole=True),
                         [f'{self.umbrella}:1: does not include "holdfast/core/retry.hpp"'])

    def test_what_another_header_of_the_top_brings_the_umbrella_need_not(self):
        files = {"include/holdfast/core/retry.hpp": header(),
                 "include/holdfast/core/scripted.hpp": header(),
                 self.umbrella: header('"holdfast/core/retry.hpp"')}
        missing = f'{self.umbrella}:1: does not include "holdfast/core/scripted.hpp"'
        testing = {"include/holdfast/testing.hpp": header('"holdfast/core/scripted.hpp"')}

        self.assertEqual(findings(files, whole=True), [missing])
        self.assertEqual(findings({**files, **testing}, whole=True), [])

    def test_another_header_of_the_top_brings_what_a_bundle_may(self):
        path = "include/holdfast/testing.hpp"
        found = findings({path: header('"holdfast/core/a.hpp"', '"holdfast/drive/guard.hpp"')})

        self.assertEqual(found, [
            f"{path}:3: testing includes drive but does not declare that it USES it"])

    def test_the_umbrella_brings_nothing_else(self):
        found = findings({self.umbrella: header('"holdfast/connect/http/client.hpp"')})
        self.assertEqual(len(found), 1)
        self.assertIn("connect/http", found[0])

    def picture(self, *lines):
        text = "# House\n\n```\n" + "\n".join(lines) + "\n```\n"
        return findings({"ARCHITECTURE.md": text}, whole=True)

    def test_a_picture_of_the_floors_agrees_with_cmake(self):
        right = ["floor 5   apps/cli", "floor 4   connect/http", "floor 3   drive",
                 "floor 1   core   config", "floor 0   base"]
        at = "ARCHITECTURE.md:4: the picture"
        self.assertEqual(self.picture(*right), [])
        self.assertEqual(self.picture(*right[:3], "floor 1  core", right[4]),
                         [f"{at} lacks config (floor 1)"])
        self.assertEqual(self.picture(*right[:3], "floor 1  core", "floor 0  base config"),
                         [f"{at} shows config on floor 0, CMake on floor 1"])
        self.assertEqual(self.picture(*right, "floor 2  state"),
                         [f"{at} shows state, which CMake does not declare"])
        self.assertEqual(self.picture(*right[1:], "floor 2  apps/cli"),
                         [f"{at} shows apps/cli below what it uses"])

    def test_architecture_md_has_a_picture(self):
        self.assertEqual(
            findings({"ARCHITECTURE.md": "floor 0  base\n"}, whole=True),
            ['ARCHITECTURE.md:1: has no picture of the floors (lines "floor N  modules")'])
        self.assertEqual(findings({"README.md": "# Words\n"}, whole=True), [])

    def test_the_version_header_agrees_with_cmake(self):
        text = '#pragma once\n#define HOLDFAST_VERSION {}\n... version_text = "{}";\n'
        path = project.VERSION_HEADER
        self.assertEqual(findings({path: text.format(10203, "1.2.3")}, whole=True), [])
        self.assertEqual(findings({path: text.format(10204, "1.2.3")}, whole=True),
                         [f"{path}:1: says 10204 where CMake's version makes 10203"])
        self.assertEqual(findings({path: text.format(10203, "1.2")}, whole=True),
                         [f"{path}:1: says 1.2 where CMake's version makes 1.2.3"])


class TheCommand(unittest.TestCase):
    def run_tidy(self, root, *files):
        said = io.StringIO()
        with redirect_stdout(said), redirect_stderr(said):
            code = tidy.main(["--root", str(root), *(str(root / each) for each in files)])
        return code, said.getvalue()

    def test_findings_are_printed_and_make_it_fail(self):
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder).resolve()
            (root / "CMakeLists.txt").write_text(CMAKE)
            (root / "tests").mkdir()
            (root / "tests/a.hpp").write_text("#pragma once\n")
            (root / "build").mkdir()
            (root / "build/b.hpp").write_text("")  # never looked at
            self.assertEqual(self.run_tidy(root)[0], 0)

            (root / "tests/b.hpp").write_text("")
            code, said = self.run_tidy(root)
            self.assertEqual(code, 1)
            self.assertIn("tests/b.hpp:1: a header without #pragma once\n", said)
            self.assertEqual(self.run_tidy(root, "tests/a.hpp")[0], 0)
            self.assertEqual(self.run_tidy(root, "tests/b.hpp")[0], 1)
            self.assertEqual(self.run_tidy(root, "tests/none.hpp")[0], 2)


if __name__ == "__main__":
    unittest.main()
