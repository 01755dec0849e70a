#pragma once

#include "holdfast/base/field.hpp"
#include "holdfast/base/time.hpp"
#include "holdfast/base/units.hpp"

#include <cstdint>
#include <string_view>

namespace holdfast {

/// When a batch is written, and when a run gives up. Plain data.
struct run_limits {
  std::int64_t batch_records = 5000;  ///< Records of a batch. 1..10000.
  byte_count batch_bytes = 32_MiB;    ///< A batch this large is written; one record may pass it.
  duration batch_age = std::chrono::seconds{1};       ///< A batch this old is written.
  duration give_up_after = std::chrono::minutes{10};  ///< Without any progress. 0 = at once.
};

template <>
struct fields_of<run_limits> {
  static constexpr auto table = std::tuple{
      field("batch", &run_limits::batch_records, {1, 10000}, "records written in one transaction"),
      field("batch_bytes", &run_limits::batch_bytes, {1_KiB, 1_GiB},
            "bytes of records after which a batch is written"),
      field("batch_age", &run_limits::batch_age,
            {std::chrono::milliseconds{10}, std::chrono::hours{1}},
            "age after which a batch is written"),
      field("give_up_after", &run_limits::give_up_after,
            {duration::zero(), std::chrono::hours{24 * 365}, true},
            "time without progress after which the run stops"),
  };
};

/// How a run ended.
enum class run_ending {
  finished,        ///< the source was read to its end and all of it is in the ledger
  interrupted,     ///< asked to stop; what was read is committed where the target let us
  gave_up,         ///< refused for longer than `give_up_after`
  source_stopped,  ///< the source can't go on; all that was good before is committed
  target_stopped,  ///< the target can't go on; the last batch was rolled back
};
[[nodiscard]] std::string_view name_of(run_ending ending) noexcept;

/// What the driver does next.
enum class run_action {
  read,   ///< ask the source for a record
  write,  ///< commit the batch
  wait,   ///< until `until`, or until an interrupt: the source or the target refused
  end,    ///< as `ending()` says
};

struct run_step {
  run_action action = run_action::read;
  instant until{};  ///< with `wait`

  friend bool operator==(run_step const&, run_step const&) = default;
};

/// Decides when to read, write, wait and end. No I/O, no clock: the driver tells what happened and
/// when, then asks for the next step.
///
/// A refusal is a wait, not an error: it ends the run only after `give_up_after` without progress,
/// which is a record read or a batch committed. What was read is written before any wait for the
/// source, and before every ending that the target did not cause.
class run_machine {
 public:
  run_machine(run_limits const& limits, instant started) noexcept
      : limits_{limits}, progressed_{started} {}

  /// A record was read; it added `bytes` to the batch (0 for one that is skipped).
  void on_record(std::uint64_t bytes, instant now) noexcept;
  void on_source_end() noexcept { source_ending_ = run_ending::finished, source_done_ = true; }
  void on_source_stopped() noexcept;
  /// Not now: ask again at `now` + `retry_after`.
  void on_source_refused(duration retry_after, instant now) noexcept;

  void on_written(instant now) noexcept;
  void on_target_refused(duration retry_after, instant now) noexcept;
  /// @param how  or gave_up or interrupted, where it was waited for in vain
  void on_target_stopped(run_ending how = run_ending::target_stopped) noexcept { end(how); }

  /// Stop as soon as what was read is committed. A target that refuses now is not waited for.
  void on_interrupt() noexcept { interrupted_ = true; }

  [[nodiscard]] run_step next(instant now) noexcept;

  /// Meaningful once `next` has said `end`.
  [[nodiscard]] run_ending ending() const noexcept { return ending_; }
  [[nodiscard]] std::int64_t records_waiting() const noexcept { return records_; }

 private:
  [[nodiscard]] bool must_write(instant now) const noexcept;
  [[nodiscard]] run_step wait_or_give_up(instant ready, instant now) noexcept;
  run_step end(run_ending ending) noexcept;

  run_limits limits_;
  instant progressed_;        ///< last record read or batch committed
  instant oldest_{};          ///< when the first record of the batch was read
  std::int64_t records_ = 0;  ///< in the batch
  std::uint64_t bytes_ = 0;   ///< in the batch
  instant source_ready_ = instant::min();
  instant target_ready_ = instant::min();
  bool source_done_ = false;
  bool interrupted_ = false;
  bool ended_ = false;
  run_ending source_ending_ = run_ending::finished;
  run_ending ending_ = run_ending::finished;
};

}  // namespace holdfast
