#include "holdfast/connect/postgres/transaction.hpp"

#include "connect/postgres/commands.hpp"
#include "connect/postgres/verdict.hpp"

#include <utility>

namespace holdfast::postgres {

template <class Answer>
Answer transaction::noted(Answer answer) {
  if (!answer && !first_) first_ = answer.error();
  return answer;
}

/// What begins or ends a transaction is not the closure's.
std::optional<failure> transaction::refusal_of(std::string_view script) {
  if (!may_control_transaction(script)) return std::nullopt;
  failure const seen = not_sent("2D000", "BEGIN, COMMIT, ROLLBACK and the like are transact's");
  if (!first_) first_ = seen;
  return seen;
}

expected<rows, failure> transaction::run(bound_statement const& what) {
  if (auto const refused = refusal_of(what.sql)) return unexpected{*refused};
  return noted(connection_->run(what, effect::writes));
}

expected<rows, failure> transaction::run(statement const& what, std::span<parameter const> values) {
  if (auto const refused = refusal_of(what.sql())) return unexpected{*refused};
  return noted(connection_->run(what, values, effect::writes));
}

expected<rows, failure> transaction::run_script(std::string const& sql) {
  if (auto const refused = refusal_of(sql)) return unexpected{*refused};
  return noted(connection_->run_script(sql));
}

expected<std::vector<rows>, failure> transaction::run_all(std::span<bound_statement const> batch) {
  for (bound_statement const& each : batch) {
    if (auto const refused = refusal_of(each.sql)) return unexpected{*refused};
  }
  return noted(connection_->run_all(batch));
}

expected<copy_in, failure> transaction::begin_copy_in(std::string_view sql) {
  return noted(connection_->begin_copy_in(sql));
}

expected<copy_out, failure> transaction::begin_copy_out(std::string_view sql) {
  return noted(connection_->begin_copy_out(sql));
}

// One name serves all parts: the innermost of that name is the one that is meant.
expected<void, failure> transaction::begin_part() {
  if (first_) return unexpected{*first_};
  auto const begun = run_script("SAVEPOINT holdfast_part");
  if (!begun) return unexpected{begun.error()};
  return {};
}

expected<void, failure> transaction::end_part(expected<void, failure> const& done) {
  if (done) {
    auto const released = run_script("RELEASE SAVEPOINT holdfast_part");
    if (!released) return unexpected{released.error()};
    return {};
  }
  failure const seen = done.error();
  bool const ends_all = seen.advice == advice::restart_transaction ||
                        seen.advice == advice::after_reprepare || !connection_->is_usable();
  if (ends_all) {
    if (!first_) first_ = seen;
    return unexpected{seen};
  }
  auto const undone = connection_->run_script(
      "ROLLBACK TO SAVEPOINT holdfast_part; RELEASE SAVEPOINT holdfast_part");
  if (!undone) {
    first_ = undone.error();
    return unexpected{undone.error()};
  }
  first_.reset();  // of this part: before it there was none
  return unexpected{seen};
}

}  // namespace holdfast::postgres
