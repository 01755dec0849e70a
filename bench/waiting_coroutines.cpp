// A million coroutines that wait in the backoff of a guarded call, beside a million that wait for a
// timer of their own: memory, time, and the order in which they wake up.

#include "bench/resident_bytes.hpp"
#include "holdfast/asio.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <ctime>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <sys/wait.h>
#include <unistd.h>

namespace {

using namespace std::chrono_literals;
namespace asio = boost::asio;
using asio::awaitable;

using holdfast::instant;

constexpr int count = 1'000'000;

double processor_seconds() {
  timespec spent{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &spent);
  return static_cast<double>(spent.tv_sec) + static_cast<double>(spent.tv_nsec) * 1e-9;
}

/// Who woke up when. A guarded coroutine says how long to wait, and its pause begins a little
/// later: what lies within a millisecond is in order.
struct wake_order {
  void note(instant due) {
    ++woken;
    if (due < last - 1ms) ++out_of_order;
    last = std::max(last, due);
  }
  instant last{};
  int woken = 0;
  int out_of_order = 0;
};

/// When the coroutine of this number is due: each 20 us after another one, in no order.
instant due_of(int number) {
  static instant const begun = std::chrono::steady_clock::now();
  return begun + 12s + 20us * static_cast<std::int64_t>((number * 7919LL) % count);
}

awaitable<void> bare(int number, wake_order& order) {
  asio::steady_timer timer{co_await asio::this_coro::executor};
  timer.expires_at(due_of(number));
  co_await timer.async_wait(asio::use_awaitable);
  order.note(due_of(number));
}

/// Says itself when it wants to be tried again.
struct told_to_wait {
  std::chrono::nanoseconds length{};
};
holdfast::failure failure_of(told_to_wait const& why) {
  return {.category = holdfast::category::transient,
          .advice = holdfast::advice::after_wait,
          .retry_after = why.length};
}
using answer = holdfast::expected<int, told_to_wait>;

awaitable<answer> guarded(holdfast::guard const& by, int number, wake_order& order) {
  auto const attempt = [number, &order](holdfast::attempt const& a) -> awaitable<answer> {
    if (a.number() == 1) {
      co_return holdfast::unexpected{
          told_to_wait{due_of(number) - std::chrono::steady_clock::now()}};
    }
    order.note(due_of(number));
    co_return number;
  };
  return by(attempt);
}

template <class Start>
void measure(char const* name, Start const& start) {
  pid_t const child = fork();  // of its own: the allocator has not seen the other one
  if (child != 0) {
    waitpid(child, nullptr, 0);
    return;
  }
  wake_order order;
  static_cast<void>(due_of(0));
  asio::io_context context{1};
  double const before = bench::resident_bytes();
  double const began = processor_seconds();
  for (int i = 0; i < count; ++i) {
    start(context, i, order);
    if (i % 1000 == 0) context.poll();
  }
  context.poll();
  double const waiting = bench::resident_bytes() - before;
  double const started = processor_seconds() - began;
  context.run();
  double const all = processor_seconds() - began;
  std::printf(
      "%-8s %4.0f bytes each; %.2f us each to wait, %.2f in all; %d woken, %d out of order\n", name,
      waiting / count, started * 1e6 / count, all * 1e6 / count, order.woken, order.out_of_order);
  std::fflush(stdout);
  _exit(0);
}

}  // namespace

int main() {
  measure("bare", [](asio::io_context& context, int number, wake_order& order) {
    asio::co_spawn(context, bare(number, order), asio::detached);
  });
  measure("guarded", [](asio::io_context& context, int number, wake_order& order) {
    static holdfast::guard const by{
        "waiting", holdfast::retry{.max_attempts = 2, .idempotent = true},
        holdfast::budget{.capacity = holdfast::off}, holdfast::breaker{.failure_threshold = 0}};
    asio::co_spawn(context, guarded(by, number, order), asio::detached);
  });
  return 0;
}
