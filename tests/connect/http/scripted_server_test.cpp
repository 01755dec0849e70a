#include "connect/http/scripted_server.hpp"

#include <algorithm>
#include <cstdlib>

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace holdfast::testing {
namespace {

int listen_on_loopback(int& port) {
  int const listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* const plain = reinterpret_cast<sockaddr*>(&address);
  if (bind(listener, plain, size) != 0 || listen(listener, 8) != 0) std::abort();
  getsockname(listener, plain, &size);
  port = ntohs(address.sin_port);
  return listener;
}

std::size_t body_size(std::string const& head) {
  auto const at = head.find("Content-Length: ");
  return at == std::string::npos ? 0 : std::strtoul(head.c_str() + at + 16, nullptr, 10);
}

void send_all(int connection, std::string const& bytes) {
  std::size_t sent = 0;
  while (sent < bytes.size()) {
    auto const n = send(connection, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
    if (n <= 0) return;
    sent += static_cast<std::size_t>(n);
  }
}

}  // namespace

std::string answer(std::string const& status, std::string const& body, std::string const& headers) {
  return "HTTP/1.1 " + status + "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" +
         headers + "\r\n" + body;
}

int closed_port() {
  int port = 0;
  close(listen_on_loopback(port));
  return port;
}

scripted_server::scripted_server(std::vector<scripted_answer> script)
    : script_{std::move(script)}, listener_{listen_on_loopback(port_)} {
  if (pipe(ended_) != 0) std::abort();
  thread_ = std::thread{[this] { run(); }};
}

scripted_server::~scripted_server() {
  close(ended_[1]);
  thread_.join();
  close(ended_[0]);
  close(listener_);
}

std::string scripted_server::url(std::string const& path) const {
  return "http://127.0.0.1:" + std::to_string(port_) + path;
}

std::vector<seen_request> scripted_server::requests() const {
  std::lock_guard const lock{mutex_};
  return requests_;
}

bool scripted_server::wait_readable(int socket) const {
  pollfd watched[2] = {{socket, POLLIN, 0}, {ended_[0], POLLIN, 0}};
  return poll(watched, 2, -1) > 0 && watched[1].revents == 0;
}

void scripted_server::run() {
  std::vector<std::jthread> connections;  // joined at the end
  for (int number = 1; wait_readable(listener_); ++number) {
    int const connection = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (connection < 0) continue;
    connections.emplace_back([this, connection, number] { serve(connection, number); });
  }
}

std::string scripted_server::read_request(int connection) const {
  std::string text;
  char piece[4096];
  for (;;) {
    auto const end = text.find("\r\n\r\n");
    if (end != std::string::npos && text.size() >= end + 4 + body_size(text)) return text;
    if (!wait_readable(connection)) return {};
    auto const n = recv(connection, piece, sizeof piece, 0);
    if (n <= 0) return {};
    text.append(piece, static_cast<std::size_t>(n));
  }
}

scripted_answer scripted_server::next_answer() {
  scripted_answer const given = script_[std::min(next_, script_.size() - 1)];
  ++next_;
  return given;
}

void scripted_server::serve(int connection, int number) {
  while (answer_next(connection, number)) {
  }
  close(connection);
}

bool scripted_server::answer_next(int connection, int number) {
  std::string const request = read_request(connection);
  if (request.empty()) return false;
  scripted_answer given;
  {
    std::lock_guard const lock{mutex_};
    requests_.push_back({number, request});
    given = next_answer();
  }
  send_all(connection, given.bytes);
  if (given.then == then::hold) wait_readable(ended_[0]);
  if (given.then == then::reset) {
    linger const at_once{1, 0};
    setsockopt(connection, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  }
  return given.then == then::keep;
}

TEST(ScriptedServer, EndsThoughNobodyCame) {
  scripted_server const server{{{answer("200 OK", "")}}};

  EXPECT_TRUE(server.requests().empty());
}

}  // namespace holdfast::testing
