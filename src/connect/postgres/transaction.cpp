#include "holdfast/connect/postgres/transaction.hpp"

#include "connect/postgres/closure_rules.hpp"
#include "connect/postgres/session_gate.hpp"

namespace holdfast::postgres {

expected<rows, failure> transaction::run(bound_statement const& what) {
  if (auto const refused = refusal_in_closure(what.sql, first_)) return unexpected{*refused};
  return noted(connection_->run(what, effect::writes), first_);
}

expected<rows, failure> transaction::run(statement const& what, std::span<parameter const> values) {
  if (auto const refused = refusal_in_closure(what.sql(), first_)) return unexpected{*refused};
  return noted(connection_->run(what, values, effect::writes), first_);
}

expected<rows, failure> transaction::run_script(std::string const& sql) {
  if (auto const refused = refusal_in_closure(sql, first_)) return unexpected{*refused};
  return noted(connection_->run_script(sql), first_);
}

expected<std::vector<rows>, failure> transaction::run_all(std::span<bound_statement const> batch) {
  for (bound_statement const& each : batch) {
    if (auto const refused = refusal_in_closure(each.sql, first_)) return unexpected{*refused};
  }
  return noted(connection_->run_all(batch), first_);
}

expected<copy_in, failure> transaction::begin_copy_in(std::string_view sql) {
  return noted(connection_->begin_copy_in(sql), first_);
}

expected<copy_out, failure> transaction::begin_copy_out(std::string_view sql) {
  return noted(connection_->begin_copy_out(sql), first_);
}

expected<void, failure> transaction::begin_part() {
  return finished(postgres::begin_part(*session_gate::of(*connection_), first_));
}

expected<void, failure> transaction::end_part(expected<void, failure> const& done) {
  return finished(postgres::end_part(*session_gate::of(*connection_), first_, done));
}

}  // namespace holdfast::postgres
