#include "connect/postgres/waiting.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <limits>

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

namespace holdfast::postgres {
namespace {

/// Where no descriptor is left, a stop or a wake-up is looked for so often.
constexpr duration longest_blindness = std::chrono::milliseconds{50};

/// Of poll(2): -1 waits for ever. Rounded up, so that a deadline is never met too early.
int milliseconds_until(instant deadline, instant from) {
  if (deadline == never_reached) return -1;
  auto const left = std::chrono::ceil<std::chrono::milliseconds>(elapsed(from, deadline)).count();
  return static_cast<int>(std::min<std::int64_t>(left, std::numeric_limits<int>::max()));
}

int new_descriptor() noexcept { return ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK); }

void ring(int descriptor) noexcept {
  std::uint64_t const one = 1;
  // The counter can't be full, and whoever is gone needs no waking.
  [[maybe_unused]] auto const written = ::write(descriptor, &one, sizeof one);
}

void drain(int descriptor) noexcept {
  std::uint64_t old = 0;
  [[maybe_unused]] auto const read = ::read(descriptor, &old, sizeof old);
}

}  // namespace

task<looked_up> waiter::look_up(std::string const& /*host*/, instant /*deadline*/) {
  co_return looked_up{};
}

task<bool> pauses_until(waiter& by, instant until) {
  wait_terms const terms{.deadline = until};
  for (;;) {
    wait_end const end = co_await waiter::wait(by, terms);
    if (end != wait_end::ready) co_return end == wait_end::timed_out;  // else a wake-up came late
  }
}

void blocking_waiter::waking::operator()() const noexcept { ring(descriptor); }

blocking_waiter::~blocking_waiter() {
  callback_.reset();
  if (stop_descriptor_ >= 0) ::close(stop_descriptor_);
  if (wake_descriptor_ >= 0) ::close(wake_descriptor_);
}

void blocking_waiter::watch(std::stop_token const& stop) {
  if (stop == stop_) return;
  callback_.reset();
  stop_ = stop;
  if (!stop.stop_possible()) return;
  if (stop_descriptor_ < 0) {
    stop_descriptor_ = new_descriptor();
    if (stop_descriptor_ < 0) return;
  }
  drain(stop_descriptor_);
  callback_.emplace(stop, waking{stop_descriptor_});
}

void blocking_waiter::wake() noexcept {
  woken_ = true;
  int const descriptor = wake_descriptor_;
  if (descriptor >= 0) ring(descriptor);
}

std::optional<wait_end> blocking_waiter::wait_at_once(wait_terms const& terms) {
  bool const is_gone = terms.events != 0 && terms.socket < 0;
  if (is_gone) return wait_end::ready;
  bool const stoppable = terms.heed_stop && stop_.stop_possible();
  bool const wakeable = terms.socket < 0;
  if (wakeable && wake_descriptor_ < 0) wake_descriptor_ = new_descriptor();
  bool const blind = (stoppable && !callback_) || (wakeable && wake_descriptor_ < 0);
  bool const plain = !stoppable && !wakeable;
  std::array<pollfd, 3> watched{{{terms.socket, terms.events, 0},
                                 {stoppable ? stop_descriptor_ : -1, POLLIN, 0},
                                 {wakeable ? wake_descriptor_.load() : -1, POLLIN, 0}}};
  for (instant from = terms.began;; from = instant{}) {
    if (stoppable && stop_.stop_requested()) return wait_end::stopped;
    if (wakeable && woken_.exchange(false)) {
      if (wake_descriptor_ >= 0) drain(wake_descriptor_);
      return wait_end::ready;
    }
    if (from == instant{} && terms.deadline != never_reached) from = now();
    instant const next =
        blind ? std::min(terms.deadline, later(now(), longest_blindness)) : terms.deadline;
    int const ready =
        ::poll(watched.data(), plain ? 1 : watched.size(), milliseconds_until(next, from));
    if (ready > 0 && watched[0].revents != 0) return wait_end::ready;
    if (ready < 0 && errno != EINTR) return wait_end::ready;
    if (terms.deadline != never_reached && now() >= terms.deadline) return wait_end::timed_out;
  }
}

void blocking_waiter::suspend(wait_terms const& /*terms*/, std::coroutine_handle<> /*who*/) {
  expects(false, "who blocks is never suspended");
}

wait_end blocking_waiter::ended() const noexcept { return wait_end::ready; }

}  // namespace holdfast::postgres
