#include "holdfast/connect/postgres/async_connection.hpp"

#include "connect/postgres/async_gate.hpp"
#include "connect/postgres/async_session.hpp"
#include "connect/postgres/connecting.hpp"

#include <utility>

namespace holdfast::postgres {

async_connection::async_connection(std::shared_ptr<session> opened) noexcept
    : session_{std::move(opened)} {}
async_connection::async_connection(async_connection&&) noexcept = default;
async_connection& async_connection::operator=(async_connection&&) noexcept = default;
async_connection::~async_connection() = default;

eventual<async_connection> async_connection::open(connection_options options, call_limits limits) {
  asio_waiter by{co_await boost::asio::this_coro::executor};
  auto const cancellation = co_await boost::asio::this_coro::cancellation_state;
  call_limits const heeded = by.heeding(cancellation, limits);
  auto const begin = [&] { return connect(options, heeded, by); };
  auto link = co_await by.drive(begin);
  if (!link) co_return unexpected{link.error()};
  async_connection opened{std::make_shared<session>(std::move(*link), options)};
  opened.limit(limits);
  co_return opened;
}

void async_connection::limit(call_limits limits) { session_->asked() = std::move(limits); }
call_limits const& async_connection::limits() const noexcept { return session_->asked(); }

eventual<rows> async_connection::run(bound_statement what, effect does) {
  auto const start = [&](session& on) { return on.run(what, does); };
  co_return co_await on_session(session_, start);
}

eventual<rows> async_connection::run(statement const& what, std::span<parameter const> values,
                                     effect does) {
  auto const start = [&](session& on) { return on.run(what, values, does); };
  co_return co_await on_session(session_, start);
}

eventual<rows> async_connection::run_script(std::string sql, effect does) {
  auto const start = [&](session& on) { return on.run_script(sql, does); };
  co_return co_await on_session(session_, start);
}

eventual<std::vector<rows>> async_connection::run_all(std::span<bound_statement const> batch,
                                                      effect does) {
  auto const start = [&](session& on) { return on.run_all(batch, does); };
  co_return co_await on_session(session_, start);
}

eventual<void> async_connection::commit() {
  auto const start = [](session& on) { return on.commit(); };
  co_return co_await on_session(session_, start);
}

eventual<async_copy_in> async_connection::begin_copy_in(std::string_view sql) {
  auto const on = session_;
  auto const start = [&](session& mine) { return mine.begin_copy(sql, PGRES_COPY_IN); };
  auto const begun = co_await on_session(on, start);
  if (!begun) co_return unexpected{begun.error()};
  co_return async_gate::copy_in_on(on, *begun);
}

eventual<async_copy_out> async_connection::begin_copy_out(std::string_view sql) {
  auto const on = session_;
  auto const start = [&](session& mine) { return mine.begin_copy(sql, PGRES_COPY_OUT); };
  auto const begun = co_await on_session(on, start);
  if (!begun) co_return unexpected{begun.error()};
  co_return async_gate::copy_out_on(on, *begun);
}

bool async_connection::is_usable() const noexcept { return session_->is_usable(); }
bool async_connection::in_transaction() const noexcept { return session_->in_transaction(); }
bool async_connection::is_at_rest() const noexcept { return session_->is_at_rest(); }
bool async_connection::is_broken_by_now() noexcept { return session_->is_broken_by_now(); }
void async_connection::poison() noexcept { session_->poison(); }

int async_connection::server_version() const noexcept { return session_->server_version(); }
std::string async_connection::server_name() const { return session_->server_name(); }

}  // namespace holdfast::postgres
