#include "holdfast/connect/postgres/async_transaction.hpp"

#include "connect/postgres/async_gate.hpp"
#include "connect/postgres/async_session.hpp"
#include "connect/postgres/closure_rules.hpp"

#include <utility>

namespace holdfast::postgres {

eventual<rows> async_transaction::run(bound_statement what) {
  if (auto const refused = refusal_in_closure(what.sql, first_)) co_return unexpected{*refused};
  auto answer = co_await connection_->run(what, effect::writes);
  co_return noted(std::move(answer), first_);
}

eventual<rows> async_transaction::run(statement const& what, std::span<parameter const> values) {
  if (auto const refused = refusal_in_closure(what.sql(), first_)) co_return unexpected{*refused};
  auto answer = co_await connection_->run(what, values, effect::writes);
  co_return noted(std::move(answer), first_);
}

eventual<rows> async_transaction::run_script(std::string sql) {
  if (auto const refused = refusal_in_closure(sql, first_)) co_return unexpected{*refused};
  auto answer = co_await connection_->run_script(std::move(sql), effect::writes);
  co_return noted(std::move(answer), first_);
}

eventual<std::vector<rows>> async_transaction::run_all(std::span<bound_statement const> batch) {
  for (bound_statement const& each : batch) {
    if (auto const refused = refusal_in_closure(each.sql, first_)) co_return unexpected{*refused};
  }
  auto answers = co_await connection_->run_all(batch, effect::writes);
  co_return noted(std::move(answers), first_);
}

eventual<async_copy_in> async_transaction::begin_copy_in(std::string_view sql) {
  auto begun = co_await connection_->begin_copy_in(sql);
  co_return noted(std::move(begun), first_);
}

eventual<async_copy_out> async_transaction::begin_copy_out(std::string_view sql) {
  auto begun = co_await connection_->begin_copy_out(sql);
  co_return noted(std::move(begun), first_);
}

eventual<void> async_transaction::begin_part() {
  auto const start = [this](session& on) { return postgres::begin_part(on, first_); };
  co_return co_await on_session(async_gate::of(*connection_), start);
}

eventual<void> async_transaction::end_part(expected<void, failure> done) {
  auto const start = [&](session& on) { return postgres::end_part(on, first_, done); };
  co_return co_await on_session(async_gate::of(*connection_), start);
}

}  // namespace holdfast::postgres
