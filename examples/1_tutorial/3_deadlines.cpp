// 3. Deadlines: how long one attempt may take, and how long the whole call.

#include <holdfast/holdfast.hpp>

#include <cstdio>
#include <system_error>

namespace {

/// Stands for a client that waits for an answer until a deadline. None comes.
int query(holdfast::manual_time& clock, holdfast::instant deadline) {
  holdfast::duration const patience = deadline - clock.now();
  clock.advance(patience);
  std::printf("waited for %s\n", holdfast::to_text(patience).c_str());
  throw std::system_error{std::make_error_code(std::errc::timed_out)};
}

}  // namespace

int main() {
  using namespace std::chrono_literals;
  holdfast::manual_time clock;
  holdfast::retry const pacing{
      .max_attempts = 10,
      .backoff = holdfast::backoff::constant,
      .initial_delay = 100ms,
      .jitter = holdfast::jitter::none,
      .idempotent = true};  // a query that timed out may have run; a second does no harm
  holdfast::guard const lookup{"lookup", pacing, holdfast::attempt_timeout{200ms},
                               holdfast::total_timeout{1s},
                               holdfast::surroundings{.time = &clock, .seed = 1}};

  holdfast::instant const began = clock.now();
  try {
    lookup([&](holdfast::attempt const& attempt) { return query(clock, attempt.deadline()); });
  } catch (std::system_error const& error) {
    std::printf("%s after %s\n", error.code().message().c_str(),
                holdfast::to_text(clock.now() - began).c_str());
  }
}
