#include "holdfast/chaos/api_server.hpp"

#include "connection.hpp"

#include <csignal>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace holdfast {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using error_code = boost::system::error_code;

constexpr auto as_values = asio::as_tuple(asio::use_awaitable);

/// How long to wait where no connection can be accepted: all places or all handles are taken.
constexpr auto crowded_pause = std::chrono::milliseconds{10};

error_code listen_on(tcp::acceptor& acceptor, tcp::endpoint const& endpoint) {
  error_code error;
  if (!error) acceptor.open(endpoint.protocol(), error);
  if (!error) acceptor.set_option(tcp::acceptor::reuse_address{true}, error);
  if (!error) acceptor.bind(endpoint, error);
  if (!error) acceptor.listen(tcp::acceptor::max_listen_connections, error);
  return error;
}

}  // namespace

struct api_server::state {
  state(api_options options, chaos_plan plan, record_set records)
      : service{std::move(options), std::move(plan), std::move(records)} {}

  asio::awaitable<void> accept_all();
  asio::awaitable<void> stay_away(duration until);
  asio::awaitable<void> pause(duration time);
  void take(tcp::socket socket);

  api_service service;
  service_clock clock;
  asio::io_context context{1};
  tcp::endpoint endpoint;
  tcp::acceptor acceptor{context};
  std::size_t open_connections = 0;
};

asio::awaitable<void> api_server::state::pause(duration time) {
  asio::steady_timer timer{context, time};
  co_await timer.async_wait(as_values);
}

/// Listens again from then on; until then connections are refused.
asio::awaitable<void> api_server::state::stay_away(duration until) {
  error_code ignored;
  co_await pause(until - clock.since_start());
  while (listen_on(acceptor, endpoint)) {
    acceptor.close(ignored);
    co_await pause(crowded_pause);
  }
}

void api_server::state::take(tcp::socket socket) {
  ++open_connections;
  error_code ignored;
  socket.set_option(tcp::no_delay{true}, ignored);
  asio::co_spawn(context,
                 serve_connection(boost::beast::tcp_stream{std::move(socket)}, service, clock),
                 [this](std::exception_ptr const&) { --open_connections; });
}

asio::awaitable<void> api_server::state::accept_all() {
  for (;;) {
    if (open_connections >= service.options().max_connections) {
      co_await pause(crowded_pause);
      continue;
    }
    auto [error, socket] = co_await acceptor.async_accept(as_values);
    if (error) {
      co_await pause(crowded_pause);
      continue;
    }
    auto const away = service.connect(clock.since_start());
    if (!away) {
      take(std::move(socket));
      continue;
    }
    bool const refuses = away->kind == outage_kind::refuse;
    // Before the reset: a client that sees it and tries again must find nobody.
    if (refuses) acceptor.close(error);
    reset(socket);
    if (refuses) co_await stay_away(away->ends);
  }
}

expected<api_server, problem> api_server::open(api_options options, chaos_plan plan,
                                               record_set records) {
  error_code error;
  auto const address = asio::ip::make_address(options.address, error);
  if (error) {
    return unexpected{problem{
        {}, "'" + options.address + "' is no numeric address", "for example 127.0.0.1, or ::1"}};
  }
  tcp::endpoint const wanted{address, options.port};
  auto made = std::make_unique<state>(std::move(options), std::move(plan), std::move(records));
  if (error = listen_on(made->acceptor, wanted); error) {
    return unexpected{problem{{},
                              "can't listen on " + address.to_string() + ":" +
                                  std::to_string(wanted.port()) + ": " + error.message(),
                              "choose another address or port; port 0 takes any that is free"}};
  }
  made->endpoint = made->acceptor.local_endpoint();
  return api_server{std::move(made)};
}

api_server::api_server(std::unique_ptr<state> made) noexcept : state_{std::move(made)} {}
api_server::api_server(api_server&&) noexcept = default;
api_server& api_server::operator=(api_server&&) noexcept = default;
api_server::~api_server() = default;

std::string api_server::url() const {
  auto const& address = state_->endpoint.address();
  std::string const host = address.is_v6() ? "[" + address.to_string() + "]" : address.to_string();
  return "http://" + host + ":" + std::to_string(state_->endpoint.port()) +
         state_->service.options().path;
}

void api_server::run() {
  asio::signal_set signals{state_->context, SIGINT, SIGTERM};
  signals.async_wait([this](error_code const& error, int) {
    if (!error) state_->context.stop();
  });
  asio::co_spawn(state_->context, state_->accept_all(), asio::detached);
  state_->context.run();
}

void api_server::stop() { state_->context.stop(); }

chaos_tally const& api_server::tally() const noexcept { return state_->service.tally(); }

}  // namespace holdfast
