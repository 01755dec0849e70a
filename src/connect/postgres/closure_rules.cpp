#include "connect/postgres/closure_rules.hpp"

#include "connect/postgres/commands.hpp"
#include "connect/postgres/verdict.hpp"

#include <string>

namespace holdfast::postgres {
namespace {

// One name serves all parts: the innermost of that name is the one that is meant.
std::string const savepoint = "SAVEPOINT holdfast_part";
std::string const release = "RELEASE SAVEPOINT holdfast_part";
std::string const undo = "ROLLBACK TO SAVEPOINT holdfast_part; RELEASE SAVEPOINT holdfast_part";

task<expected<void, failure>> run_noted(session& on, std::optional<failure>& first,
                                        std::string const& script) {
  auto const done = co_await on.run_script(script, effect::writes);
  if (done) co_return expected<void, failure>{};
  if (!first) first = done.error();
  co_return unexpected{done.error()};
}

}  // namespace

std::optional<failure> refusal_in_closure(std::string_view script, std::optional<failure>& first) {
  if (!may_control_transaction(script)) return std::nullopt;
  failure const seen = not_sent("2D000", "BEGIN, COMMIT, ROLLBACK and the like are transact's");
  if (!first) first = seen;
  return seen;
}

task<expected<void, failure>> begin_part(session& on, std::optional<failure>& first) {
  if (first) co_return unexpected{*first};
  co_return co_await run_noted(on, first, savepoint);
}

task<expected<void, failure>> end_part(session& on, std::optional<failure>& first,
                                       expected<void, failure> const& done) {
  if (done) co_return co_await run_noted(on, first, release);
  failure const seen = done.error();
  bool const ends_all = seen.advice == advice::restart_transaction ||
                        seen.advice == advice::after_reprepare || !on.is_usable();
  if (ends_all) {
    if (!first) first = seen;
    co_return unexpected{seen};
  }
  auto const undone = co_await on.run_script(undo, effect::writes);
  if (!undone) {
    first = undone.error();
    co_return unexpected{undone.error()};
  }
  first.reset();  // of this part: before it there was none
  co_return unexpected{seen};
}

}  // namespace holdfast::postgres
