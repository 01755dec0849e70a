#include "holdfast/connect/postgres/transaction.hpp"

#include <utility>

namespace holdfast::postgres {

template <class Answer>
Answer transaction::noted(Answer answer) {
  if (!answer && !first_) first_ = answer.error();
  return answer;
}

expected<rows, failure> transaction::run(bound_statement const& what) {
  return noted(connection_->run(what, effect::writes));
}

expected<rows, failure> transaction::run(statement const& what, std::span<parameter const> values) {
  return noted(connection_->run(what, values, effect::writes));
}

expected<rows, failure> transaction::run_script(std::string const& sql) {
  return noted(connection_->run_script(sql));
}

expected<std::vector<rows>, failure> transaction::run_all(std::span<bound_statement const> batch) {
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
  bool const ends_all = seen.advice == advice::restart_transaction || !connection_->is_usable();
  if (ends_all) return unexpected{seen};
  auto const undone = connection_->run_script(
      "ROLLBACK TO SAVEPOINT holdfast_part; RELEASE SAVEPOINT holdfast_part");
  if (!undone) return unexpected{undone.error()};
  first_.reset();
  return unexpected{seen};
}

}  // namespace holdfast::postgres
