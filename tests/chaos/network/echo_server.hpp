#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <thread>
#include <vector>

namespace holdfast {

/// A server on a free loopback port that sends back what it gets, all in one thread, and remembers
/// what that was. A received '!' makes it end the connection behind the echo.
class echo_server {
 public:
  echo_server();
  echo_server(echo_server const&) = delete;
  echo_server& operator=(echo_server const&) = delete;
  ~echo_server();

  [[nodiscard]] std::string address() const { return "127.0.0.1:" + std::to_string(port_); }
  /// Bytes received so far, over all connections.
  [[nodiscard]] std::uint64_t received() const { return received_; }
  [[nodiscard]] int open() const { return open_; }
  [[nodiscard]] int accepted() const { return accepted_; }

 private:
  void serve();

  std::uint16_t port_ = 0;
  int listener_ = -1;
  std::array<int, 2> wake_{-1, -1};
  std::atomic<std::uint64_t> received_{0};
  std::atomic<int> open_{0};
  std::atomic<int> accepted_{0};
  std::thread thread_;
};

/// A blocking client whose calls end after five seconds.
class test_client {
 public:
  /// @param address "127.0.0.1:port" or "unix:/path"
  explicit test_client(std::string const& address);
  test_client(test_client const&) = delete;
  test_client& operator=(test_client const&) = delete;
  ~test_client();

  /// The errno of connecting; 0 for success.
  [[nodiscard]] int connect_error() const noexcept { return connect_error_; }
  /// 0, or the errno.
  int send(std::string const& bytes);
  void end_sending();

  struct received {
    std::string bytes;
    bool end = false;  ///< the server has ended the stream
    int error = 0;     ///< errno; EAGAIN where time ran out
  };
  /// Reads so many bytes, or up to the end, an error, or so many milliseconds of silence.
  received receive(std::size_t most, int milliseconds = 5000);
  [[nodiscard]] int handle() const noexcept { return handle_; }

 private:
  int handle_ = -1;
  int connect_error_ = 0;
};

/// Waits, five seconds at most, until this holds; whether it does.
template <class Condition>
bool eventually(Condition holds) {
  for (int i = 0; i < 500 && !holds(); ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds{10});
  }
  return holds();
}

}  // namespace holdfast
