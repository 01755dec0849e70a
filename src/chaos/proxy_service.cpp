#include "proxy_service.hpp"

#include <algorithm>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <unistd.h>

namespace holdfast {
namespace {

namespace asio = boost::asio;
using error_code = boost::system::error_code;

/// How long to wait where a connection can't be accepted, or an address not be listened on again.
constexpr auto crowded_pause = std::chrono::milliseconds{10};

problem cannot_listen(std::string const& address, error_code const& error) {
  return {{},
          "can't listen on " + address + ": " + error.message(),
          "choose another address; port 0 takes any that is free"};
}

problem as_problem(std::string const& path, field_problem const& found) {
  return {{}, path + found.field + ": " + found.found, "allowed: " + found.allowed};
}

}  // namespace

proxy_service::proxy_service(proxy_options options, proxy_plan plan, asio::io_context& context)
    : options_{std::move(options)},
      protocol_{plan.protocol},
      context_{context},
      book_{options_.seed},
      acceptor_{context},
      windows_{context},
      pause_{context},
      scratch_(link_chunk) {
  for (proxy_fault& each : plan.faults) book_.add(std::move(each), duration::zero());
}

expected<void, problem> proxy_service::open() {
  auto server = resolve(options_.to);
  if (!server) return unexpected{server.error()};
  server_ = std::move(*server);
  auto const wanted = resolve(options_.listen);
  if (!wanted) return unexpected{wanted.error()};
  address_ = wanted->front();
  if (auto const error = listen()) return unexpected{cannot_listen(options_.listen, error)};
  if (path_of(address_).empty()) address_ = acceptor_.local_endpoint();
  if (auto opened = open_control(); !opened) return opened;
  listen_as_planned();
  return {};
}

expected<void, problem> proxy_service::open_control() {
  if (options_.control.empty()) return {};
  auto const wanted = resolve(options_.control);
  if (!wanted) return unexpected{wanted.error()};
  if (!path_of(wanted->front()).empty()) {
    return unexpected{problem{{}, "control calls can't come over a Unix socket", "host:port"}};
  }
  error_code error;
  auto const endpoint = as_tcp(wanted->front());
  control_.emplace(context_);
  control_->open(endpoint.protocol(), error);
  if (!error) control_->set_option(asio::ip::tcp::acceptor::reuse_address{true}, error);
  if (!error) control_->bind(endpoint, error);
  if (!error) control_->listen(asio::ip::tcp::acceptor::max_listen_connections, error);
  if (error) return unexpected{cannot_listen(options_.control, error)};
  control_url_ = "http://" + to_text(stream_endpoint{control_->local_endpoint()});
  accept_control();
  return {};
}

error_code proxy_service::listen() {
  error_code error;
  acceptor_.open(address_.protocol(), error);
  if (!error) acceptor_.set_option(stream_acceptor::reuse_address{true}, error);
  if (!error) acceptor_.bind(address_, error);
  if (!error) acceptor_.listen(asio::socket_base::max_listen_connections, error);
  if (error) {
    error_code ignored;
    acceptor_.close(ignored);
  }
  return error;
}

/// Listens, or not, as the windows of `refuse` say at this time, and looks again when that changes.
void proxy_service::listen_as_planned() {
  if (stopped_) return;
  duration const now = clock_.since_start();
  std::string const path = path_of(address_);
  error_code ignored;
  bool const wanted = book_.listens(now);
  if (!wanted && acceptor_.is_open()) acceptor_.close(ignored);
  if (wanted && !acceptor_.is_open()) {
    if (!path.empty()) ::unlink(path.c_str());
    static_cast<void>(listen());
  }
  if (wanted) accept();
  auto next = book_.next_change(now);
  if (wanted && !acceptor_.is_open()) next = now + crowded_pause;
  if (!next) return;
  windows_.expires_after(*next - now);
  windows_.async_wait([this](error_code const& error) {
    if (!error) listen_as_planned();
  });
}

void proxy_service::accept() {
  if (accepting_ || stopped_ || !acceptor_.is_open()) return;
  if (links_.size() >= options_.max_connections) return;  // goes on when one has ended
  accepting_ = true;
  acceptor_.async_accept([this](error_code const& error, stream_socket socket) {
    accepting_ = false;
    if (!error) take(std::move(socket));
    if (!error || error == asio::error::operation_aborted) return accept();
    accept_again_soon();
  });
}

void proxy_service::accept_again_soon() {
  pause_.expires_after(crowded_pause);
  pause_.async_wait([this](error_code const& error) {
    if (!error) accept();
  });
}

void proxy_service::take(stream_socket socket) {
  if (stopped_) return;
  std::uint64_t const number = ++counted_.connections;
  link_surroundings const around{
      context_, clock_, server_, counted_.to_server, counted_.to_client, counted_.unreachable,
      scratch_};
  auto const ended = [this, number] {
    auto const found = links_.find(number);
    counted_.to_server.swallowed += found->second->swallowed(flow::to_server);
    counted_.to_client.swallowed += found->second->swallowed(flow::to_client);
    links_.erase(found);
    accept();
  };
  auto const link = std::make_shared<proxy_link>(
      around, std::move(socket), link_machine{book_, protocol_, number, clock_.since_start()},
      ended);
  links_.emplace(number, link);
  link->start();
}

void proxy_service::accept_control() {
  control_->async_accept([this](error_code const& error, asio::ip::tcp::socket socket) {
    if (stopped_ || error == asio::error::operation_aborted) return;
    if (!error) {
      asio::co_spawn(context_, serve_control(boost::beast::tcp_stream{std::move(socket)}, *this),
                     asio::detached);
    }
    accept_control();
  });
}

expected<std::vector<std::uint64_t>, problems> proxy_service::add(std::vector<proxy_fault> faults) {
  problems found;
  for (std::size_t i = 0; i < faults.size(); ++i) {
    std::string const path = "faults[" + std::to_string(i) + "].";
    for (auto const& each : check_fields(faults[i])) found.push_back(as_problem(path, each));
    if (!faults[i].message.empty() && protocol_ != proxy_protocol::postgres) {
      found.push_back({{},
                       path + "message: the proxy does not know the protocol",
                       "start it with protocol: postgres in its plan"});
    }
  }
  if (book_.faults().size() + faults.size() > max_proxy_faults) {
    found.push_back({{}, "there would be more than 64 faults", "clear those that are done with"});
  }
  if (!found.empty()) return unexpected{std::move(found)};
  std::vector<std::uint64_t> ids;
  ids.reserve(faults.size());
  for (proxy_fault& each : faults) ids.push_back(book_.add(std::move(each), clock_.since_start()));
  faults_changed();
  return ids;
}

std::size_t proxy_service::clear() {
  std::size_t const cleared = book_.clear();
  faults_changed();
  return cleared;
}

bool proxy_service::remove(std::uint64_t id) {
  bool const removed = book_.remove(id);
  faults_changed();
  return removed;
}

/// What they change may end connections, so this walks over a copy.
std::vector<std::shared_ptr<proxy_link>> proxy_service::open_links() const {
  std::vector<std::shared_ptr<proxy_link>> links;
  links.reserve(links_.size());
  for (auto const& [number, link] : links_) links.push_back(link);
  return links;
}

void proxy_service::faults_changed() {
  listen_as_planned();
  for (auto const& each : open_links()) each->look_again();
}

std::size_t proxy_service::end_all(proxy_fault_kind how, proxy_sides closes) {
  auto const links = open_links();
  for (auto const& each : links) each->end(how, closes);
  return links.size();
}

proxy_stats proxy_service::stats() const {
  proxy_stats stats = counted_;
  stats.open = links_.size();
  for (auto const& [number, link] : links_) {
    stats.to_server.swallowed += link->swallowed(flow::to_server);
    stats.to_client.swallowed += link->swallowed(flow::to_client);
  }
  book_.report(stats);
  return stats;
}

void proxy_service::stop() {
  stopped_ = true;
  error_code ignored;
  acceptor_.close(ignored);
  if (control_) control_->close(ignored);
  windows_.cancel();
  pause_.cancel();
  if (auto const path = path_of(address_); !path.empty()) ::unlink(path.c_str());
  for (auto const& each : open_links()) each->abandon();
}

}  // namespace holdfast
