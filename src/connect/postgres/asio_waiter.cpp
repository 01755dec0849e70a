#include "connect/postgres/asio_waiter.hpp"

#include "connect/postgres/bell.hpp"
#include "connect/postgres/reactor_wait.hpp"

#include <algorithm>

#include <boost/asio/async_result.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace holdfast::postgres {
namespace {

namespace asio = boost::asio;

/// A look-up, which may outlive the wait for it: the system's resolver can't be ended.
struct name_search {
  explicit name_search(asio::any_io_executor const& where) : resolver{where} {}

  asio::ip::tcp::resolver resolver;
  looked_up found{};
  bell done{};
};

looked_up found_in(asio::ip::tcp::resolver::results_type const& results) {
  looked_up found;
  for (auto const& each : results) {
    if (!found.addresses.empty()) found.addresses += ',';
    found.addresses += each.endpoint().address().to_string();
  }
  return found;
}

std::shared_ptr<name_search> search_for(std::string const& host,
                                        asio::any_io_executor const& where) {
  auto search = std::make_shared<name_search>(where);
  search->resolver.async_resolve(
      host, "",
      [search, host](boost::system::error_code const& how,
                     asio::ip::tcp::resolver::results_type const& results) {
        search->found = found_in(results);
        if (how) {
          search->found.trouble = "could not look up \"" + host + "\": " + how.message();
        }
        search->done.ring();
      });
  return search;
}

}  // namespace

asio_waiter::asio_waiter(asio::any_io_executor const& where)
    : where_{where}, reactor_{std::make_shared<reactor_wait>(where)} {}

asio_waiter::~asio_waiter() {
  callback_.reset();
  reactor_->abandon();
}

void asio_waiter::stopping::operator()() const noexcept { what->stop(true); }

call_limits asio_waiter::heeding(asio::cancellation_state const& cancellation, call_limits given) {
  if (!cancellation.slot().is_connected()) return given;
  cancelled_ = std::stop_source{};
  if (given.stop.stop_possible()) given_.emplace(given.stop, passing_on{cancelled_});
  if (cancellation.cancelled() != asio::cancellation_type::none) cancelled_.request_stop();
  given.stop = cancelled_.get_token();
  return given;
}

void asio_waiter::watch(std::stop_token const& stop) {
  if (stop == stop_) return;
  callback_.reset();
  stop_ = stop;
  reactor_->stop(false);
  if (stop.stop_possible()) callback_.emplace(stop, stopping{reactor_.get()});
}

void asio_waiter::wake() noexcept { reactor_->wake(); }

std::optional<wait_end> asio_waiter::wait_at_once(wait_terms const& terms) {
  if (terms.heed_stop && stop_.stop_requested()) return wait_end::stopped;
  bool const is_gone = terms.events != 0 && terms.socket < 0;
  return is_gone ? std::optional{wait_end::ready} : std::nullopt;
}

void asio_waiter::suspend(wait_terms const& terms, std::coroutine_handle<> who) {
  terms_ = terms;
  suspended_ = who;
}

asio::awaitable<void> asio_waiter::carry_on() {
  auto const who = std::exchange(suspended_, nullptr);
  if (auto const* const call = std::exchange(aside_, nullptr)) {
    co_await asio::this_coro::throw_if_cancelled(callers_throw_);
    co_await (*call)();
    co_await asio::this_coro::throw_if_cancelled(false);
  } else {
    ended_ = co_await wait_in_reactor();
  }
  who.resume();
}

/// The socket in this coroutine's reactor; null where none is waited for, or no descriptor is left.
reactor_socket* asio_waiter::socket_in(std::unique_ptr<socket_watch>& watch) const {
  if (terms_.socket < 0) return nullptr;
  auto const kept = [&] { return static_cast<reactor_socket*>(watch.get()); };
  if (watch && !kept()->is_in_context_of(where_)) watch.reset();
  if (!watch) watch = reactor_socket::of(terms_.socket, where_);
  return kept();
}

asio::awaitable<wait_end> asio_waiter::wait_in_reactor() {
  std::unique_ptr<socket_watch> of_this_wait;  // while libpq may yet change its socket
  auto* const socket = socket_in(terms_.watch != nullptr ? *terms_.watch : of_this_wait);
  // Where no descriptor is left, libpq looks now and then.
  constexpr duration longest_blindness = std::chrono::milliseconds{10};
  instant const look = later(now(), longest_blindness);
  bool const is_blind = terms_.socket >= 0 && socket == nullptr && look < terms_.deadline;
  if (is_blind) terms_.deadline = look;
  for (;;) {
    auto const cancellation = co_await asio::this_coro::cancellation_state;
    if (cancellation.cancelled() != asio::cancellation_type::none) cancelled_.request_stop();
    boost::system::error_code how;
    auto token = asio::redirect_error(asio::use_awaitable, how);
    auto begin = [&](auto handler) {
      reactor_->begin(terms_, socket != nullptr ? &socket->descriptor() : nullptr,
                      std::move(handler));
    };
    co_await asio::async_initiate<decltype(token), void(boost::system::error_code)>(begin, token);
    auto const end = reactor_->finish(how);
    if (is_blind && end == wait_end::timed_out) co_return wait_end::ready;
    if (end) co_return *end;
    // The coroutine was cancelled: a stop where one is heeded, and otherwise nothing.
  }
}

task<looked_up> asio_waiter::look_up(std::string const& host, instant deadline) {
  boost::system::error_code no_address;
  asio::ip::make_address(host, no_address);
  if (!no_address) co_return looked_up{.addresses = host};
  auto const search = search_for(host, where_);
  wait_end const end = co_await search->done.rings(*this, deadline, true);
  if (end != wait_end::ready) co_return looked_up{.end = end};
  co_return search->found;
}

}  // namespace holdfast::postgres
