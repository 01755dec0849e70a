#include "holdfast/drive/ticker.hpp"

#include "drive/stay_loaded.hpp"
#include "holdfast/base/signals_blocked.hpp"
#include "holdfast/drive/tick_listeners.hpp"

#include <algorithm>
#include <ctime>

#include <pthread.h>

namespace holdfast {
namespace {

enum class ticker_state : int { absent, running, asleep };

}  // namespace

/// What the thread and those who need it share. Never destroyed: the thread outlives main.
class ticker_thread {
 public:
  static ticker_thread& only() {
    // NOLINTNEXTLINE(*-avoid-non-const-global-variables)
    static auto* const the_thread = new ticker_thread;
    return *the_thread;
  }

  void need(duration length) noexcept {
    shorten(length);
    needed_.store(true);
    auto seen = state_.load();
    if (seen == state::running) return;
    if (!state_.compare_exchange_strong(seen, state::running)) return;
    if (seen == state::asleep) return state_.notify_one();
    if (!start()) state_.store(state::absent);
  }

  tick_listeners& listeners() noexcept { return listeners_; }

 private:
  using state = ticker_state;
  static constexpr duration awake_without_need = std::chrono::seconds{1};

  ticker_thread();
  void shorten(duration length) noexcept;
  [[nodiscard]] bool start() noexcept;
  void run() noexcept;
  [[nodiscard]] bool look(instant now) noexcept;
  void sleep_until_needed() noexcept;

  std::atomic<state> state_{state::absent};
  std::atomic<bool> needed_{false};
  std::atomic<duration::rep> length_{ticker::longest_tick.count()};
  tick_listeners listeners_;
};

// In a forked child the thread is missing: ticks of zero make the next call ask for a new one.
ticker_thread::ticker_thread() {
  stay_loaded();
  auto const hold = [] { static_cast<void>(only().listeners_.lock().lock()); };
  auto const release = [] { only().listeners_.lock().unlock(); };
  auto const release_in_child = [] {
    only().listeners_.lock().unlock();
    only().state_.store(state::absent);
    ticker::published_.store(0);
  };
  pthread_atfork(hold, release, release_in_child);
}

void ticker_thread::shorten(duration length) noexcept {
  auto const wanted = std::clamp(length, ticker::shortest_tick, ticker::longest_tick).count();
  auto present = length_.load(std::memory_order_relaxed);
  while (wanted < present && !length_.compare_exchange_weak(present, wanted)) {
  }
}

bool ticker_thread::start() noexcept {
  pthread_attr_t attributes;
  if (pthread_attr_init(&attributes) != 0) return false;
  pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
  pthread_t made{};
  signals_blocked const blocked;
  int const error = pthread_create(
      &made, &attributes,
      [](void* self) -> void* {
        static_cast<ticker_thread*>(self)->run();
        return nullptr;
      },
      this);
  pthread_attr_destroy(&attributes);
  if (error == 0) pthread_setname_np(made, "holdfast-ticks");
  return error == 0;
}

void ticker_thread::run() noexcept {
  instant last_needed = std::chrono::steady_clock::now();
  for (;;) {
    instant const now = std::chrono::steady_clock::now();
    ticker::published_.store(tick_of_instant(now), std::memory_order_relaxed);
    bool const busy = look(now);
    if (needed_.exchange(false) || busy) last_needed = now;
    if (elapsed(last_needed, now) >= awake_without_need) {
      sleep_until_needed();
      last_needed = std::chrono::steady_clock::now();
      continue;
    }
    timespec const pause{0, static_cast<long>(length_.load(std::memory_order_relaxed))};
    clock_nanosleep(CLOCK_MONOTONIC, 0, &pause, nullptr);
  }
}

// What listeners find is told by this thread, to code of users: meanwhile nobody must take the last
// tick for the time.
bool ticker_thread::look(instant now) noexcept {
  tick_listeners::look const found = listeners_.look_at(now);
  if (found.to_tell == nullptr) return found.busy;
  ticker::published_.store(0);
  tick_listeners::tell(found.to_tell);
  ticker::published_.store(tick_of_instant(std::chrono::steady_clock::now()));
  return found.busy;
}

void ticker_thread::sleep_until_needed() noexcept {
  ticker::published_.store(0);
  length_.store(ticker::longest_tick.count());
  state_.store(state::asleep);
  // Whoever needed ticks before it could see that we sleep would not have woken us.
  auto expected = state::asleep;
  if (needed_.load() && state_.compare_exchange_strong(expected, state::running)) return;
  state_.wait(state::asleep);
}

duration ticker::tick_for(duration stretch) noexcept {
  return std::clamp(stretch / 4, shortest_tick, longest_tick);
}

void ticker::need(duration length) noexcept { ticker_thread::only().need(length); }
void ticker::add(tick_listener& listener) { ticker_thread::only().listeners().add(listener); }
void ticker::remove(tick_listener& listener) noexcept {
  ticker_thread::only().listeners().remove(listener);
}

}  // namespace holdfast
