#pragma once

#include "holdfast/drive/blocking_call.hpp"
#include "holdfast/drive/manual_time.hpp"
#include "holdfast/drive/operation.hpp"
#include "holdfast/drive/thread_block.hpp"

#include <cstddef>
#include <optional>
#include <utility>
#include <vector>

namespace holdfast {

/// A failure of the dependency that nobody retries.
inline failure broken() { return {.category = category::transient, .advice = advice::never}; }

/// A call that has begun and is ended by hand, so that a test can put anything between. One that is
/// not ended is abandoned.
class open_call {
 public:
  explicit open_call(operation& guarded, bool takes_attempt = true)
      : guarded_{guarded},
        here_{progress_.begin(guarded, guarded.gate().word(), nullptr, takes_attempt)} {}
  open_call(open_call const&) = delete;
  open_call& operator=(open_call const&) = delete;
  ~open_call() {
    if (admitted()) abandon();
  }

  [[nodiscard]] bool admitted() const noexcept { return here_.word != 0; }
  [[nodiscard]] attempt current() const noexcept { return progress_.current(); }
  [[nodiscard]] refusal const& refused() const noexcept { return progress_.refused(); }

  void succeed() { progress_.succeeded(guarded_, std::exchange(here_, {})); }
  void fail() { here_ = progress_.again_after(guarded_, broken(), here_); }
  void abandon() { progress_.abandon(guarded_, std::exchange(here_, {})); }

 private:
  operation& guarded_;
  blocking_call progress_;
  entry here_;
};

inline void succeed(operation& guarded) { open_call{guarded}.succeed(); }
inline void fail(operation& guarded) { open_call{guarded}.fail(); }

/// Several threads played by one: each has a block of its own, and the test says whose turn it is.
class played_threads {
 public:
  explicit played_threads(std::size_t count) : own_{this_thread_block} {
    while (blocks().size() < count) {
      this_thread_block = &no_thread_block.block;
      blocks().push_back(&joined_thread_block());
    }
    become(0);
  }
  played_threads(played_threads const&) = delete;
  played_threads& operator=(played_threads const&) = delete;
  ~played_threads() { this_thread_block = own_; }

  void become(std::size_t which) noexcept { this_thread_block = blocks()[which]; }

 private:
  // Kept for the whole process: a block is given back by a thread that ends, and none does.
  static std::vector<thread_block*>& blocks() {
    static std::vector<thread_block*> all;
    return all;
  }

  thread_block* own_;
};

/// An operation on a clock of its own, and what its gate has to say.
class played_gate {
 public:
  explicit played_gate(operation_options options) : guarded_{on_own_clock(std::move(options))} {}

  manual_time& time() noexcept { return time_; }
  operation& guarded() noexcept { return guarded_; }
  holdfast::gate& gate() noexcept { return guarded_.gate(); }

  void succeed(int times = 1) {
    for (int i = 0; i < times; ++i) holdfast::succeed(guarded_);
  }
  void fail(int times = 1) {
    for (int i = 0; i < times; ++i) holdfast::fail(guarded_);
  }

  [[nodiscard]] breaker_stats stats() {
    changes changed;
    breaker_stats const seen = gate().stats(time_.now(), changed);
    guarded_.emit(changed);
    return seen;
  }
  [[nodiscard]] breaker_state state() { return gate().state(); }
  [[nodiscard]] double tokens() {
    changes changed;
    return gate().budget_tokens(time_.now(), changed);
  }
  [[nodiscard]] bool withdraw() {
    changes changed;
    return gate().withdraw(time_.now(), changed);
  }
  void reset() {
    changes changed;
    gate().reset("by the test", time_.now(), changed);
    guarded_.emit(changed);
  }
  void force(breaker_state override, instant until = never_reached) {
    changes changed;
    gate().force(override, "by the test", until, time_.now(), changed);
    guarded_.emit(changed);
  }

 private:
  operation_options on_own_clock(operation_options options) {
    if (options.name.empty()) options.name = "played";
    options.surroundings = {.time = &time_, .seed = 1};
    return options;
  }

  manual_time time_;
  operation guarded_;
};

}  // namespace holdfast
