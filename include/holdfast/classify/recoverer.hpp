#pragma once

#include "holdfast/base/failure.hpp"
#include "holdfast/classify/recovery.hpp"

#include <optional>

namespace holdfast {

/// What became of something that was in doubt.
enum class resolved {
  happened,        ///< it was committed: nothing is to be repeated
  did_not_happen,  ///< it may be repeated
  still_in_doubt,  ///< nobody can tell yet, or ever
};

/// The seam by which a connector carries out the steps that only it can. Each answers nothing if it
/// succeeded, or why it did not; a step that a connector does not offer fails as it stands here,
/// with a failure that is never repeated. Steps may block within the attempt's deadline; they must
/// not throw.
class recoverer {
 public:
  recoverer() = default;
  recoverer(recoverer const&) = default;
  recoverer& operator=(recoverer const&) = default;
  virtual ~recoverer() = default;

  [[nodiscard]] virtual std::optional<failure> reconnect();
  /// Where it fails, what is told is that the secret was refused, and not why there is no other.
  [[nodiscard]] virtual std::optional<failure> refresh_credentials();
  [[nodiscard]] virtual std::optional<failure> reprepare();
  /// Rolls back; what follows runs from BEGIN.
  [[nodiscard]] virtual std::optional<failure> restart_transaction();
  [[nodiscard]] virtual resolved resolve_outcome();
  /// @param why what the record is put aside for
  [[nodiscard]] virtual std::optional<failure> skip_record(failure const& why);
};

/// What the guard is to do once the steps are done.
enum class recovery_end {
  repeat,     ///< make the call again, if the retry policy allows it
  succeeded,  ///< what was in doubt had happened
  skipped,    ///< the record is put aside: go on with the next
  failed,     ///< hand `why` to the caller
};

struct recovery_result {
  recovery_end end = recovery_end::failed;
  failure why{};  ///< the failure, or that of the step that failed
};

/// Carries out recoveries for one call: what may be done once is done once. Waiting is left to the
/// guard, which has been told how long by its retry policy before it asks for the rest.
///
/// Not thread-safe. Cost: that of the steps.
class recovery {
 public:
  /// @param by must outlive the recovery
  explicit recovery(recoverer& by) noexcept : by_{&by} {}

  [[nodiscard]] recovery_result after(failure const& seen);

 private:
  [[nodiscard]] std::optional<recovery_result> carry_out(recovery_step step, failure const& seen);
  [[nodiscard]] recovery_result resolve(failure const& seen);
  [[nodiscard]] std::optional<failure> once(bool& done, failure const& seen,
                                            std::optional<failure> (recoverer::*step)());

  recoverer* by_;
  bool refreshed_ = false;
  bool reprepared_ = false;
};

}  // namespace holdfast
