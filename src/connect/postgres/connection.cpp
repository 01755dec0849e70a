#include "holdfast/connect/postgres/connection.hpp"

#include "connect/postgres/connecting.hpp"
#include "connect/postgres/session.hpp"

#include <utility>

namespace holdfast::postgres {

connection::connection(std::shared_ptr<session> opened) noexcept : session_{std::move(opened)} {}
connection::connection(connection&&) noexcept = default;
connection& connection::operator=(connection&&) noexcept = default;
connection::~connection() = default;

expected<connection, failure> connection::open(connection_options const& options,
                                               call_limits const& limits) {
  blocking_waiter by;
  auto link = finished(connect(options, limits, by));
  if (!link) return unexpected{link.error()};
  connection opened{std::make_shared<session>(std::move(*link), options)};
  opened.limit(limits);
  return opened;
}

void connection::limit(call_limits limits) { session_->limit(std::move(limits)); }
call_limits const& connection::limits() const noexcept { return session_->limits(); }

expected<rows, failure> connection::run(bound_statement const& what, effect does) {
  return finished(session_->run(what, does));
}
expected<rows, failure> connection::run(statement const& what, std::span<parameter const> values,
                                        effect does) {
  return finished(session_->run(what, values, does));
}
expected<rows, failure> connection::run_script(std::string const& sql, effect does) {
  return finished(session_->run_script(sql, does));
}
expected<std::vector<rows>, failure> connection::run_all(std::span<bound_statement const> batch,
                                                         effect does) {
  return finished(session_->run_all(batch, does));
}

expected<void, failure> connection::commit() { return finished(session_->commit()); }

expected<copy_in, failure> connection::begin_copy_in(std::string_view sql) {
  auto const begun = finished(session_->begin_copy(sql, PGRES_COPY_IN));
  if (!begun) return unexpected{begun.error()};
  return copy_in{session_, *begun};
}
expected<copy_out, failure> connection::begin_copy_out(std::string_view sql) {
  auto const begun = finished(session_->begin_copy(sql, PGRES_COPY_OUT));
  if (!begun) return unexpected{begun.error()};
  return copy_out{session_, *begun};
}

bool connection::is_usable() const noexcept { return session_->is_usable(); }
bool connection::in_transaction() const noexcept { return session_->in_transaction(); }
bool connection::is_at_rest() const noexcept { return session_->is_at_rest(); }
bool connection::is_broken_by_now() noexcept { return session_->is_broken_by_now(); }
void connection::poison() noexcept { session_->poison(); }

int connection::server_version() const noexcept { return session_->server_version(); }
std::string connection::server_name() const { return session_->server_name(); }

}  // namespace holdfast::postgres
