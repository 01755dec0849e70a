#pragma once

#include <algorithm>
#include <cstdlib>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace holdfast::testing {

/// What a server does after it has sent its bytes.
enum class then {
  keep,   ///< waits for the next request on the same connection
  close,  ///< hangs up in good order
  reset,  ///< hangs up so that the other side sees a reset
  hold,   ///< says nothing more until the server is gone
  drip,   ///< says one byte every 100 ms until the server is gone
};

/// One answer, byte for byte.
struct scripted_answer {
  std::string bytes;
  holdfast::testing::then then = then::keep;
  std::function<void()> before{};  ///< may keep the answer back; no other connection waits for it
};

/// One request as it came in.
struct seen_request {
  int connection = 0;  ///< number of its connection, from 1
  std::string text;    ///< start line, headers, empty line, body
};

/// A whole answer with a length.
inline std::string answer(std::string const& status, std::string const& body,
                          std::string const& headers = {}) {
  return "HTTP/1.1 " + status + "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" +
         headers + "\r\n" + body;
}

inline int listen_on_loopback(int& port) {
  int const listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* const plain = reinterpret_cast<sockaddr*>(&address);
  if (bind(listener, plain, size) != 0 || listen(listener, SOMAXCONN) != 0) std::abort();
  getsockname(listener, plain, &size);
  port = ntohs(address.sin_port);
  return listener;
}

/// The number of a port on which nobody listens.
inline int closed_port() {
  int port = 0;
  close(listen_on_loopback(port));
  return port;
}

/// A server on a free port of loopback, each connection in a thread of its own. Ends promptly when
/// destroyed.
class scripted_server {
 public:
  using handler = std::function<scripted_answer(std::string const& request)>;

  /// Asks for each answer, one at a time.
  explicit scripted_server(handler answers)
      : answers_{std::move(answers)}, listener_{listen_on_loopback(port_)} {
    if (pipe(ended_) != 0) std::abort();
    thread_ = std::thread{[this] { run(); }};
  }

  /// Gives the answers in order, then the last one for ever.
  explicit scripted_server(std::vector<scripted_answer> script)
      : scripted_server{
            [script = std::move(script), next = std::size_t{0}](std::string const&) mutable {
              return script[std::min(next++, script.size() - 1)];
            }} {}

  scripted_server(scripted_server const&) = delete;
  scripted_server& operator=(scripted_server const&) = delete;

  ~scripted_server() {
    close(ended_[1]);
    thread_.join();
    close(ended_[0]);
    close(listener_);
  }

  [[nodiscard]] std::string url(std::string const& path = "/") const {
    return "http://127.0.0.1:" + std::to_string(port_) + path;
  }

  [[nodiscard]] std::vector<seen_request> requests() const {
    std::lock_guard const lock{mutex_};
    return requests_;
  }

 private:
  bool wait_readable(int socket) const {
    pollfd watched[2] = {{socket, POLLIN, 0}, {ended_[0], POLLIN, 0}};
    return poll(watched, 2, -1) > 0 && watched[1].revents == 0;
  }

  void run() {
    std::vector<std::jthread> connections;  // joined at the end
    for (int number = 1; wait_readable(listener_); ++number) {
      int const connection = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
      if (connection < 0) continue;
      connections.emplace_back([this, connection, number] {
        while (answer_next(connection, number)) {
        }
        close(connection);
      });
    }
  }

  static std::size_t body_size(std::string const& head) {
    auto const at = head.find("Content-Length: ");
    return at == std::string::npos ? 0 : std::strtoul(head.c_str() + at + 16, nullptr, 10);
  }

  /// A whole request, or what a client says that would rather speak TLS.
  std::string read_request(int connection) const {
    std::string text;
    char piece[4096];
    for (;;) {
      auto const end = text.find("\r\n\r\n");
      if (end != std::string::npos && text.size() >= end + 4 + body_size(text)) return text;
      if (text.starts_with('\x16')) return text;
      if (!wait_readable(connection)) return {};
      auto const n = recv(connection, piece, sizeof piece, 0);
      if (n <= 0) return {};
      text.append(piece, static_cast<std::size_t>(n));
    }
  }

  static void send_all(int connection, std::string const& bytes) {
    std::size_t sent = 0;
    while (sent < bytes.size()) {
      auto const n = send(connection, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
      if (n <= 0) return;
      sent += static_cast<std::size_t>(n);
    }
  }

  void drip(int connection) const {
    pollfd watched{ended_[0], POLLIN, 0};
    while (poll(&watched, 1, 100) == 0) send_all(connection, "x");
  }

  bool answer_next(int connection, int number) {
    std::string const request = read_request(connection);
    if (request.empty()) return false;
    scripted_answer given;
    {
      std::lock_guard const lock{mutex_};
      requests_.push_back({number, request});
      given = answers_(request);
    }
    if (given.before) given.before();
    send_all(connection, given.bytes);
    if (given.then == then::hold) wait_readable(ended_[0]);
    if (given.then == then::drip) drip(connection);
    if (given.then == then::reset) {
      linger const at_once{1, 0};
      setsockopt(connection, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    }
    return given.then == then::keep;
  }

  handler answers_;
  int port_ = 0;  // before the listener, which sets it
  int listener_ = -1;
  int ended_[2] = {-1, -1};  // a pipe whose closing end wakes the threads
  mutable std::mutex mutex_;
  std::vector<seen_request> requests_;
  std::thread thread_;
};

}  // namespace holdfast::testing
