#pragma once

#include <string>
#include <thread>

namespace postgres_tests {

/// Listens on a port of loopback, and is no PostgreSQL: it says one thing to whoever comes, or,
/// where that is empty, nothing at all for ever.
class false_server {
 public:
  explicit false_server(std::string answer = "");
  false_server(false_server const&) = delete;
  false_server& operator=(false_server const&) = delete;
  ~false_server();

  [[nodiscard]] int port() const noexcept { return port_; }

 private:
  void serve(std::string const& answer) const;

  int socket_;
  int port_ = 0;
  std::thread serving_;
};

}  // namespace postgres_tests
