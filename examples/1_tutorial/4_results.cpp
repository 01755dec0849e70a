// 4. Results by value: failures without exceptions, by `expected` or by a type of your own.

#include <holdfast/holdfast.hpp>

#include <cstdio>
#include <string>
#include <system_error>

/// What a client library of yours returns.
struct reply {
  int status = 0;
  std::string body;
};

/// Tells guards when a reply is a failure, and what a reply looks like where no attempt ran.
template <>
struct holdfast::outcome_traits<reply> {
  static constexpr bool reports_failure = true;

  static std::optional<failure> failure_in(reply const& seen) {
    if (seen.status < 400) return std::nullopt;
    return classify_http(seen.status);
  }
  static reply refused(failure const& why) { return {503, describe(why)}; }
};

namespace {

reply get_page() {
  static int calls = 0;
  return ++calls == 1 ? reply{503, "try again"} : reply{200, "hello"};
}

holdfast::expected<int, std::error_code> read_port() {
  return holdfast::unexpected{std::make_error_code(std::errc::permission_denied)};
}

}  // namespace

int main() {
  using namespace std::chrono_literals;
  holdfast::guard const page{"page", holdfast::retry{.initial_delay = 10ms, .idempotent = true}};
  holdfast::guard const port{"port", holdfast::breaker{}, holdfast::retry{.initial_delay = 10ms}};

  reply const answer = page(get_page);
  std::printf("%d %s\n", answer.status, answer.body.c_str());

  auto const number = port(read_port);  // not retried: it would be denied again
  if (!number) std::printf("%s\n", number.error().message().c_str());
}
