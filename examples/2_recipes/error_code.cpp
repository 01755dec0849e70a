// A guard around code that reports by std::error_code: the result is made of it, and that is all.

#include <holdfast/holdfast.hpp>

#include <cerrno>
#include <cstdio>
#include <system_error>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace legacy {

std::error_code last_error() { return {errno, std::system_category()}; }

/// Code that was there before: connects within `patience`, and returns why it could not.
std::error_code ping(std::uint16_t port, std::chrono::microseconds patience) {
  int const socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (socket < 0) return last_error();
  timeval limit{};
  limit.tv_sec = std::chrono::floor<std::chrono::seconds>(patience).count();
  limit.tv_usec = (patience % std::chrono::seconds{1}).count();
  ::setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);  // connect() keeps to it
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(port);
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  bool const made = ::connect(socket, reinterpret_cast<sockaddr const*>(&to), sizeof to) == 0;
  std::error_code const seen = made ? std::error_code{} : last_error();
  ::close(socket);
  return seen == std::errc::operation_in_progress ? make_error_code(std::errc::timed_out) : seen;
}

}  // namespace legacy

int main() {
  using namespace std::chrono_literals;
  holdfast::guard const scale{"scale", holdfast::retry{.initial_delay = 10ms}, holdfast::breaker{},
                              holdfast::attempt_timeout{2s}};

  holdfast::story story;
  auto const answer = scale.with({.story = &story})(
      [](holdfast::attempt const& now) -> holdfast::expected<void, std::error_code> {
        auto const left = holdfast::elapsed(std::chrono::steady_clock::now(), now.deadline());
        auto const patience = std::chrono::ceil<std::chrono::microseconds>(left);
        if (auto const code = legacy::ping(1, patience)) return holdfast::unexpected{code};
        return {};
      });

  std::printf("attempts: %d\n", story.attempts);
  std::printf("%s\n", answer ? "there" : answer.error().message().c_str());
}
