#pragma once

#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace holdfast::testing {

/// What a server does after it has sent its bytes.
enum class then {
  keep,   ///< waits for the next request on the same connection
  close,  ///< hangs up in good order
  reset,  ///< hangs up so that the other side sees a reset
  hold,   ///< says nothing more until the server is gone
};

/// One answer, byte for byte.
struct scripted_answer {
  std::string bytes;
  holdfast::testing::then then = then::keep;
};

/// One request as it came in.
struct seen_request {
  int connection = 0;  ///< number of its connection, from 1
  std::string text;    ///< start line, headers, empty line, body
};

/// A whole answer with a length.
std::string answer(std::string const& status, std::string const& body,
                   std::string const& headers = {});

/// A server on a free port of loopback that gives its answers in order, then the last one for ever,
/// each connection in a thread of its own. Ends promptly when destroyed.
class scripted_server {
 public:
  explicit scripted_server(std::vector<scripted_answer> script);
  scripted_server(scripted_server const&) = delete;
  scripted_server& operator=(scripted_server const&) = delete;
  ~scripted_server();

  [[nodiscard]] std::string url(std::string const& path = "/") const;
  [[nodiscard]] std::vector<seen_request> requests() const;

 private:
  void run();
  void serve(int connection, int number);
  bool answer_next(int connection, int number);
  bool wait_readable(int socket) const;
  std::string read_request(int connection) const;
  scripted_answer next_answer();

  std::vector<scripted_answer> script_;
  int port_ = 0;  // before the listener, which sets it
  int listener_ = -1;
  int ended_[2] = {-1, -1};  // a pipe whose closing end wakes the thread
  mutable std::mutex mutex_;
  std::size_t next_ = 0;
  std::vector<seen_request> requests_;
  std::thread thread_;
};

/// The number of a port on which nobody listens.
int closed_port();

}  // namespace holdfast::testing
