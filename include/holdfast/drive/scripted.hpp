#pragma once

#include "holdfast/base/expected.hpp"
#include "holdfast/base/failure.hpp"
#include "holdfast/base/time.hpp"
#include "holdfast/classify/exceptions.hpp"
#include "holdfast/drive/attempt.hpp"
#include "holdfast/drive/manual_time.hpp"

#include <algorithm>
#include <concepts>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace holdfast {

/// Thrown by a scripted callable that is called more often than its script says. A guard takes it
/// for a mistake in the program: it is neither retried nor counted against the dependency.
class script_ended : public std::logic_error {
 public:
  using std::logic_error::logic_error;
};

/// What a scripted callable was told by one attempt.
struct scripted_call {
  int number = 0;                    ///< of the attempt; 0 where it was called without one
  instant deadline = never_reached;  ///< when the attempt was to have ended
};

/// A callable that plays a script, one outcome a call, in the order in which they were added:
///
///     holdfast::manual_time time;
///     holdfast::scripted<int> lookup{time};
///     lookup.fails(busy, 2).takes(3s).returns(42);
///     EXPECT_EQ(guarded(lookup), 42);
///     EXPECT_EQ(lookup.calls(), 3);
///
/// A handle: copies play, and count, the same script. Thread-safe.
/// @tparam Result what it returns: void, a value, a result type such as expected<T, failure>
template <class Result>
class scripted {
 public:
  static_assert(!std::is_reference_v<Result>, "a script returns values; use does(…) with a lambda");

  scripted() : script_{std::make_shared<script>()} {}

  /// @param time what `takes` moves on; must outlive the script
  explicit scripted(manual_time& time) : scripted{} { script_->time = &time; }

  /// The next call returns this; or the next `times` calls, where it can be copied.
  template <class Value = Result>
    requires std::constructible_from<Result, Value>
  scripted& returns(Value value) {
    // Kept by a pointer, since a step can be copied and a value perhaps not.
    auto kept = std::make_shared<Result>(std::move(value));
    return add([kept](attempt const*) -> Result { return std::move(*kept); });
  }
  template <class Value = Result>
    requires std::constructible_from<Result, Value> && std::copy_constructible<Result>
  scripted& returns(Value value, int times) {
    return add([kept = Result(std::move(value))](attempt const*) -> Result { return kept; }, times);
  }

  /// The next call just returns.
  scripted& returns(int times = 1)
    requires std::is_void_v<Result>
  {
    return add([](attempt const*) {}, times);
  }

  /// The next `times` calls fail so: by their result where it can carry a failure, else by a
  /// `failure_error`.
  scripted& fails(failure const& why, int times = 1) {
    if constexpr (std::constructible_from<Result, unexpected<failure>>) {
      return add([why](attempt const*) -> Result { return Result{unexpected<failure>{why}}; },
                 times);
    } else {
      return throws(failure_error{why}, times);
    }
  }

  /// The next `times` calls throw this exception.
  template <class Error>
  scripted& throws(Error const& error, int times = 1) {
    return add([error](attempt const*) -> Result { throw error; }, times);
  }

  /// The next `times` calls do what `call` does. It takes nothing or an `attempt const&`.
  template <class Call>
    requires std::invocable<Call&> || std::invocable<Call&, attempt const&>
  scripted& does(Call call, int times = 1) {
    return add(
        [call = std::move(call)](attempt const* present) mutable -> Result {
          if constexpr (std::invocable<Call&>) {
            return std::invoke(call);
          } else {
            if (present == nullptr) throw std::logic_error{"this step needs an attempt"};
            return std::invoke(call, *present);
          }
        },
        times);
  }

  /// The calls that were added last take this long, on the clock of the script, before their
  /// outcome.
  scripted& takes(duration length) {
    std::scoped_lock const lock{script_->mutex};
    if (script_->time == nullptr || script_->added_last == 0) {
      throw std::logic_error{"takes() needs a script with a manual_time, and an outcome before it"};
    }
    auto& steps = script_->steps;
    for (std::size_t i = steps.size() - std::min(script_->added_last, steps.size());
         i < steps.size(); ++i) {
      steps[i].length = length;
    }
    return *this;
  }

  Result operator()(attempt const& present) const {
    return play(&present, {present.number(), present.deadline()});
  }
  Result operator()() const { return play(nullptr, {}); }

  /// How often it was called.
  [[nodiscard]] int calls() const { return static_cast<int>(attempts().size()); }

  /// What each call was told.
  [[nodiscard]] std::vector<scripted_call> attempts() const {
    std::scoped_lock const lock{script_->mutex};
    return script_->made;
  }

  /// Outcomes that nobody has called for.
  [[nodiscard]] int left() const {
    std::scoped_lock const lock{script_->mutex};
    return static_cast<int>(script_->steps.size());
  }

 private:
  struct step {
    std::function<Result(attempt const*)> outcome;
    duration length{};
  };
  struct script {
    std::mutex mutex;
    manual_time* time = nullptr;
    std::deque<step> steps;
    std::size_t added_last = 0;
    std::vector<scripted_call> made;
  };

  scripted& add(std::function<Result(attempt const*)> outcome, int times = 1) {
    std::scoped_lock const lock{script_->mutex};
    for (int i = 0; i < times; ++i) script_->steps.push_back({outcome});
    script_->added_last = static_cast<std::size_t>(std::max(times, 0));
    return *this;
  }

  [[nodiscard]] step next_step(scripted_call const& call) const {
    std::scoped_lock const lock{script_->mutex};
    script_->made.push_back(call);
    auto& steps = script_->steps;
    if (steps.empty()) {
      std::string const made = std::to_string(script_->made.size());
      throw script_ended{"call " + made + " of a scripted callable: its script has ended before"};
    }
    step next = std::move(steps.front());
    steps.pop_front();
    return next;
  }

  Result play(attempt const* present, scripted_call const& call) const {
    step const next = next_step(call);
    if (next.length > duration::zero()) script_->time->advance(next.length);
    return next.outcome(present);
  }

  std::shared_ptr<script> script_;
};

}  // namespace holdfast
