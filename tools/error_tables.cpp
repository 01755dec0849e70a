// Prints what every listed code means as Markdown, out of the tables that also judge failures.
// tools/doc_tables.py puts the blocks into docs/errors.md.

#include "holdfast/base/failure_names.hpp"
#include "holdfast/classify/curl.hpp"
#include "holdfast/classify/errno.hpp"
#include "holdfast/classify/exit_code.hpp"
#include "holdfast/classify/getaddrinfo.hpp"
#include "holdfast/classify/http.hpp"
#include "holdfast/classify/recovery.hpp"
#include "holdfast/classify/redis.hpp"
#include "holdfast/classify/sqlite.hpp"
#include "holdfast/classify/sqlstate.hpp"

#include <algorithm>
#include <cstdio>
#include <string>
#include <vector>

namespace {

using namespace holdfast;
using cells = std::vector<std::string>;

std::string text(std::string_view view) { return std::string{view}; }

/// A bar would end the cell.
std::string escaped(std::string const& cell) {
  std::string shown;
  for (char const c : cell) {
    if (c == '|') shown += '\\';
    shown += c;
  }
  return shown;
}

void print_row(cells const& row) {
  std::string line = "|";
  for (std::string const& each : row) line += " " + escaped(each) + " |";
  std::puts(line.c_str());
}

void begin(char const* name, cells const& head) {
  std::printf("<!-- codes: %s -->\n", name);
  print_row(head);
  std::string line = "|";
  for (std::size_t i = 0; i < head.size(); ++i) line += "---|";
  std::puts(line.c_str());
}

void end() { std::puts("<!-- end -->"); }

/// Category, severity, fault, advice, poisoned.
cells verdict(failure const& seen) {
  return {text(name_of(seen.category)), text(name_of(seen.severity)), text(name_of(seen.fault)),
          text(name_of(seen.advice)), text(name_of(seen.poisoned))};
}

cells joined(cells left, cells const& right) {
  left.insert(left.end(), right.begin(), right.end());
  return left;
}

void print_sqlstates() {
  begin("sqlstate", {"code", "name", "category", "severity", "fault", "advice", "poisoned",
                     "at COMMIT", "row", "why"});
  for (sqlstate_facts const& each : sqlstate_table()) {
    cells const judged = each.success ? cells{"no failure", "", "", "", ""}
                                      : verdict(classify_sqlstate(each.sqlstate, phase::sent));
    print_row(joined(joined({text(each.sqlstate), text(each.condition_name)}, judged),
                     {each.success ? "" : text(name_of(each.at_commit)),
                      each.row_fault ? "yes" : "", text(each.reason)}));
  }
  end();
}

/// A table of codes that are judged without a phase.
template <class Codes, class Judge>
void print_plain(char const* name, char const* number, Codes const& listed, Judge const& judge) {
  begin(name, {number, "name", "category", "severity", "fault", "advice", "poisoned"});
  for (known_code const& each : listed) {
    print_row(joined({std::to_string(each.code), text(each.name)}, verdict(judge(each.code))));
  }
  end();
}

/// A table of codes that mean something else before anything was sent, and while COMMIT is awaited.
template <class Codes, class Judge>
void print_phased(char const* name, Codes const& listed, Judge const& judge) {
  begin(name, {"name", "category", "severity", "fault", "advice, not sent", "advice, sent",
               "advice, awaiting COMMIT", "poisoned"});
  std::vector<known_code> sorted(listed.begin(), listed.end());
  std::ranges::sort(sorted, {}, &known_code::name);
  for (known_code const& each : sorted) {
    failure const sent = judge(each.code, phase::sent);
    print_row({text(each.name), text(name_of(sent.category)), text(name_of(sent.severity)),
               text(name_of(sent.fault)), text(name_of(judge(each.code, phase::not_sent).advice)),
               text(name_of(sent.advice)),
               text(name_of(judge(each.code, phase::awaiting_commit).advice)),
               text(name_of(sent.poisoned))});
  }
  end();
}

void print_redis() {
  begin("redis", {"first word", "category", "severity", "fault", "advice", "poisoned"});
  for (std::string_view const word : redis_error_words()) {
    print_row(joined({text(word)}, verdict(classify_redis(word, phase::sent))));
  }
  end();
}

void print_strategies() {
  begin("recovery", {"advice", "of category", "steps", "in words"});
  for (recovery_strategy const& each : recovery_strategies()) {
    std::string only;
    for (auto const& kind : each.only) {
      if (kind) only += (only.empty() ? "" : ", ") + text(name_of(*kind));
    }
    std::string steps;
    for (recovery_step const step : each.in_order()) {
      steps += (steps.empty() ? "" : ", ") + text(enum_name(step));
    }
    bool const one_of_many =
        std::ranges::count(recovery_strategies(), each.advice, &recovery_strategy::advice) > 1;
    if (only.empty()) only = one_of_many ? "any other" : "any";
    print_row({text(name_of(each.advice)), only, steps, text(each.help)});
  }
  end();
  begin("steps", {"step", "what is done"});
  for (auto const& step : names_of<recovery_step>::table) {
    print_row({text(step.name), text(help_on(step.value))});
  }
  end();
}

}  // namespace

int main() {
  print_strategies();
  print_sqlstates();
  print_plain("http", "status", http_statuses(), [](int code) { return classify_http(code); });
  print_phased("curl", curl_codes(),
               [](int code, phase how_far) { return classify_curl(code, how_far); });
  print_phased("errno", errno_codes(),
               [](int number, phase how_far) { return classify_errno(number, how_far); });
  print_plain("getaddrinfo", "number", getaddrinfo_codes(),
              [](int code) { return classify_getaddrinfo(code); });
  print_plain("sqlite", "number", sqlite_codes(), [](int code) { return classify_sqlite(code); });
  print_redis();
  print_plain("exit", "code", exit_codes(), [](int code) { return classify_exit_code(code); });
  print_plain("signal", "number", signals(), [](int number) { return classify_signal(number); });
}
