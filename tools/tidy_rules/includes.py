"""What each file may include: lower floors that it declares, and the third parties it may name."""

import posixpath
import re

from .tree import Finding, is_cxx

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"\n]+)[>"]', re.M)

# Header (or folder of headers) of a third party -> the CMake target that brings it.
THIRD_PARTIES = {
    "tl/expected.hpp": "tl::expected",
    "yaml-cpp/": "yaml-cpp",
    "curl/": "CURL::libcurl",
    "sqlite3.h": "SQLite::SQLite3",
    "libpq-fe.h": "PostgreSQL::PostgreSQL",
    "simdjson.h": "simdjson::simdjson",
    "zlib.h": "ZLIB::ZLIB",
    "zstd.h": "zstd::libzstd",
    "boost/": "Boost::headers",
    "nlohmann/": "nlohmann_json::nlohmann_json",
    "CLI/": "CLI11::CLI11",
    "gtest/": "GTest::gtest",
    "gmock/": "GTest::gmock",
    "rapidcheck": "rapidcheck",
    "benchmark/": "benchmark::benchmark",
    "pqxx/": "pqxx",
    "re2/": "re2::re2",
    "spdlog/": "spdlog::spdlog",
    "fmt/": "fmt::fmt",
    "prometheus/": "prometheus-cpp::core",
}
# Public headers that name a third party, or how their paths begin: for programs that have it. The
# umbrella of the bundle does not bring them.
ADAPTERS = {
    "include/holdfast/classify/asio.hpp": ("boost/", "netdb.h"),
    "include/holdfast/classify/pqxx.hpp": ("pqxx/",),
    "include/holdfast/connect/http/async_client.hpp": ("boost/",),
    "include/holdfast/connect/postgres/async_connection.hpp": ("boost/",),
    "include/holdfast/connect/postgres/async_copy.hpp": ("boost/",),
    "include/holdfast/connect/postgres/async_transact.hpp": ("boost/",),
    "include/holdfast/connect/postgres/async_transaction.hpp": ("boost/",),
    "include/holdfast/telemetry/prometheus_registry.hpp": ("prometheus/",),
    "include/holdfast/connect/postgres/eventual.hpp": ("boost/",),
    "include/holdfast/drive/asio_": ("boost/",),
}
SYSTEM = re.compile(r"(arpa|net|netinet|linux|sys)/[\w/]+\.h|(dirent|dlfcn|fcntl|grp|netdb|poll|"
                    r"pthread|pwd|sched|signal|spawn|strings|termios|unistd|errno)\.h")
# <cxxabi.h> is part of the C++ ABI that g++ and clang share.
STANDARD = re.compile(r"[a-z][a-z0-9_]*|cxxabi\.h")

# The machines are told time and randomness: they have no I/O, no clock and no threads.
PURE_MODULES = ("core",)
IMPURE_HEADERS = {"thread", "mutex", "shared_mutex", "condition_variable", "future", "semaphore",
                  "latch", "barrier", "stop_token", "iostream", "fstream", "filesystem", "cstdio",
                  "ctime"}
CLOCK_READ = re.compile(r"\b\w*_clock::now\b|\bthis_thread\b")


def includes_of(text: str):
    """(line, quote or bracket, name) of every #include."""
    for found in INCLUDE.finditer(text):
        yield text.count("\n", 0, found.start()) + 1, found[1], found[2]


def adapted_parties(path: str) -> tuple:
    """How the headers of third parties begin that this one may name; none, if it is no adapter."""
    return next((parties for start, parties in ADAPTERS.items() if path.startswith(start)), ())


def check_includes(tree, house, path):
    if not (is_cxx(path) and path.startswith(("include/", "src/", "apps/"))):
        return
    owner = house.owner_of(path)
    if owner is None:
        return  # check_a_module_builds_it says so
    for line, quote, name in includes_of(tree.read(path)):
        message = _fault_of(tree, house, owner, path, quote, name)
        if message:
            yield Finding(path, line, message)


def _fault_of(tree, house, owner, path, quote, name):
    public = path.startswith("include/")
    if name.startswith("holdfast/"):
        if quote == "<":
            return f'write "{name}" with quotes, it is our own'
        return _own_fault(house, owner, path, name)
    if quote == '"':
        return _private_fault(tree, house, owner, path, name)
    if name.startswith(adapted_parties(path)):
        return None
    return _foreign_fault(owner, public, name)


def _own_fault(house, owner, path, name):
    used = house.module_of_header(name[len("holdfast/"):])
    if used is None:
        # version.hpp stands beside the modules and uses none; another umbrella may bring that of a
        # bundle: asio.hpp does.
        umbrellas = [f"holdfast/{bundle}.hpp" for bundle in house.bundles]
        is_umbrella = posixpath.dirname(path) == "include/holdfast"
        known = name == "holdfast/version.hpp" or (is_umbrella and name in umbrellas)
        return None if known else f"{name} is of no module"
    if used.name == owner.name or used.name in owner.uses:
        return None
    if used.floor >= owner.floor:
        return (f"{owner.name} (floor {owner.floor}) may not include "
                f"{used.name} (floor {used.floor})")
    return f"{owner.name} includes {used.name} but does not declare that it USES it"


def _private_fault(tree, house, owner, path, name):
    if path.startswith("include/"):
        return f'a public header may not include the private "{name}"'
    beside = posixpath.normpath(posixpath.join(posixpath.dirname(path), name))
    found = beside if tree.exists(beside) else "src/" + name
    if not tree.exists(found):
        return f'"{name}" is no header of ours; third parties are written with <>'
    holder = house.owner_of(found)
    if holder is None or holder.name != owner.name:
        return f'"{name}" is private to {holder.name if holder else "nobody"}'
    return None


def _foreign_fault(owner, public, name):
    target = next((target for start, target in THIRD_PARTIES.items() if name.startswith(start)), "")
    if target:
        if target not in owner.may_name:
            return f"{owner.name} may not name {target} (<{name}>)"
        if public and (owner.name, target) != ("base", "tl::expected"):
            return f"<{name}> is a third party's: it belongs into a source, not a public header"
        return None
    if STANDARD.fullmatch(name):
        return None
    if SYSTEM.fullmatch(name):
        return f"<{name}> belongs into a source, not a public header" if public else None
    return f"<{name}> is of no known third party: see THIRD_PARTIES in tools/tidy_rules/includes.py"


def check_purity(tree, house, path):
    owner = house.owner_of(path) if is_cxx(path) else None
    if owner is None or owner.name not in PURE_MODULES:
        return
    text = tree.read(path)
    for line, _, name in includes_of(text):
        if name in IMPURE_HEADERS:
            yield Finding(path, line, f"{owner.name} has no I/O, clock or threads: <{name}>")
    for number, line in enumerate(text.splitlines(), 1):
        found = CLOCK_READ.search(line)
        if found:
            yield Finding(path, number, f"{owner.name} is told the time: {found[0]}")
