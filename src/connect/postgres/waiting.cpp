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

/// Of poll(2): -1 waits for ever. Rounded up, so that a deadline is never met too early.
int milliseconds_until(instant deadline) {
  if (deadline == never_reached) return -1;
  auto const left = std::chrono::ceil<std::chrono::milliseconds>(elapsed(now(), deadline)).count();
  return static_cast<int>(std::min<std::int64_t>(left, std::numeric_limits<int>::max()));
}

}  // namespace

void stop_waker::waking::operator()() const noexcept {
  std::uint64_t const one = 1;
  // The counter can't be full, and whoever is gone needs no waking.
  [[maybe_unused]] auto const written = ::write(descriptor, &one, sizeof one);
}

stop_waker::~stop_waker() {
  callback_.reset();
  if (descriptor_ >= 0) ::close(descriptor_);
}

void stop_waker::watch(std::stop_token const& stop) {
  if (stop == stop_) return;
  callback_.reset();
  stop_ = stop;
  if (!stop.stop_possible()) return;
  if (descriptor_ < 0) {
    descriptor_ = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (descriptor_ < 0) return;  // no descriptor is left: then a stop is looked for now and then
  }
  std::uint64_t old = 0;
  [[maybe_unused]] auto const drained = ::read(descriptor_, &old, sizeof old);
  callback_.emplace(stop, waking{descriptor_});
}

wait_end stop_waker::wait(int socket, short events, instant deadline, bool heed_stop) const {
  bool const stoppable = heed_stop && stop_.stop_possible();
  bool const wakes = stoppable && callback_.has_value();
  std::array<pollfd, 2> watched{{{socket, events, 0}, {descriptor_, POLLIN, 0}}};
  for (;;) {
    if (stoppable && stop_.stop_requested()) return wait_end::stopped;
    constexpr duration longest_blindness = std::chrono::milliseconds{50};
    instant const next =
        stoppable && !wakes ? std::min(deadline, later(now(), longest_blindness)) : deadline;
    int const ready = ::poll(watched.data(), wakes ? 2 : 1, milliseconds_until(next));
    if (ready > 0 && watched[0].revents != 0) return wait_end::ready;
    if (ready < 0 && errno != EINTR) return wait_end::ready;
    if (deadline != never_reached && now() >= deadline) return wait_end::timed_out;
  }
}

}  // namespace holdfast::postgres
