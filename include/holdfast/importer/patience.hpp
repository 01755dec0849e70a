#pragma once

#include "holdfast/base/expected.hpp"
#include "holdfast/base/problem.hpp"
#include "holdfast/drive/timekeeper.hpp"
#include "holdfast/importer/run.hpp"
#include "holdfast/importer/target.hpp"

#include <functional>
#include <stop_token>

namespace holdfast {

/// How a target was left that did not do what it was asked.
struct unmet_request {
  run_ending ending = run_ending::gave_up;  ///< or interrupted, or target_stopped
  problem why;
};

/// What a target is asked for: one try.
using target_question = std::function<target_answer()>;

/// Asks a target until it does what it is asked: a refusal is a wait, which ends after
/// `run_limits::give_up_after` without success, or by a stop request, after one last try.
class patience {
 public:
  /// Hears why nothing moves, and until when: before each nap, so about once a second.
  using watcher = std::function<void(problem const& why, instant until, instant now)>;

  patience(run_limits const& limits, std::stop_token stop, timekeeper& time, watcher watch);

  /// Blocks. Not for more than one question at a time.
  [[nodiscard]] expected<void, unmet_request> insist(target_question const& ask) const;

 private:
  void nap(instant until, problem const& why) const;

  run_limits limits_;
  std::stop_token stop_;
  timekeeper& time_;
  watcher watch_;
};

}  // namespace holdfast
