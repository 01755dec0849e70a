#pragma once

#include "holdfast/base/enum_names.hpp"
#include "holdfast/base/time.hpp"
#include "holdfast/core/event.hpp"
#include "holdfast/drive/fork_safe_lock.hpp"

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string_view>
#include <thread>
#include <variant>
#include <vector>

namespace spdlog::sinks {
class sink;
}

namespace holdfast {

class log_repeats;
struct log_record;
struct repeated_trouble;

/// How a line is written.
enum class log_format {
  json,   ///< one JSON object, for machines
  human,  ///< the same facts in words, for a terminal
};

template <>
struct names_of<log_format> {
  using enum log_format;
  static constexpr std::array<named_value<log_format>, 2> table{{{json, "json"}, {human, "human"}}};
};

/// How urgent a line is.
enum class log_level {
  debug,     ///< of interest to whoever looks for a fault
  info,      ///< works as intended: an attempt failed, a call recovered, a circuit closes
  warn,      ///< a call failed or was refused; policies that don't do what they say
  error,     ///< a circuit opened, or a failure of severity high
  critical,  ///< a failure of severity critical
};

template <>
struct names_of<log_level> {
  using enum log_level;
  static constexpr std::array<named_value<log_level>, 5> table{
      {{debug, "debug"}, {info, "info"}, {warn, "warn"}, {error, "error"}, {critical, "critical"}}};
};

/// One fact of a line. `name` is a word of the program's own: not time, level, event or left_out,
/// and no name twice in a line. Numbers that are not finite are told as null.
struct log_field {
  std::string_view name;
  std::variant<std::string_view, std::int64_t, double> value;
};

struct event_log_options {
  log_format format = log_format::json;
  /// The same trouble (operation, event, category, code and reason) is told once in so long, and
  /// then how often it was repeated. 0 tells everything. >= 0.
  duration repeat_window = std::chrono::seconds{10};
  /// So many kinds of trouble are told apart within a window; all further ones count as one for
  /// each kind of event, and are told as repeated by `other`. >= 0; memory: 500 bytes each.
  std::size_t most_remembered = 1000;
  /// False leaves out refusals by a circuit that is open for certain: each costs a third of a
  /// microsecond less then, and they are counted by guard_stats::refusals alone.
  bool certain_refusals = true;
};

/// Writes what guards tell, one line an event; docs/observability.md lists the fields. A call whose
/// first attempt succeeds makes no event, and so no line.
///
///     auto const log = std::make_shared<holdfast::event_log>(holdfast::event_log_options{}, sink);
///     guarded.on_event([log](event const& what) { log->on_event(what); }, log->interest());
///
/// - Lines. At most `longest_line` bytes, valid UTF-8, and nothing in them moves a cursor or turns
///   the direction of text: controls (C0, DEL, C1), line separators, marks and overrides of
///   direction, and bytes that are no UTF-8 are escaped. Texts are cut at `longest_text` bytes and
///   end in "…"; fields that find no room are counted in `left_out`.
/// - Secrets. All texts pass `redact` before they are escaped. Of a failure_context the names are
///   told; detail and hint, which may hold values of a row, are not.
/// - Levels. `call_failed` by severity: low and medium warn, high error, critical critical.
///   `breaker_changed`: error where a circuit opens, warn where a probe failed, where it would
///   open, or where somebody overrides it; info where it recovers. `call_refused`,
///   `unbounded_call`, `unhedged_call`, `amplification`: warn. `attempt_failed`, `call_recovered`,
///   `hedge_refused`: info. `hedge_started`: debug. What the sink's own level leaves out is not
///   made.
/// - Repeats. See event_log_options; a change of a breaker is always told. That a window has ended
///   is found by the next event that the sink's level lets in, by `tell` and by `flush`; an event
///   looks at 16 windows at most. Windows are measured by the time in the lines. A clock that is
///   set back by less than a window may make one twice as long; by more, it ends it.
/// - Failures. What the sink throws, a full disk, or want of memory loses lines and is counted by
///   `dropped`; it reaches nobody's call.
///
/// The sink is given a format of its own, whole lines; each line is flushed at once, so that
/// nothing is lost with the process, and no failure stays unseen. Lines about calls that the sink
/// itself makes are dropped, and counted.
///
/// Threads: all of it, at any time. Lines are made under no lock and written under one, so a sink
/// of kind `_st` is enough if nobody else writes to it. In the child of a fork the counts of
/// repeats start anew, and where another thread was writing at that moment, all lines are dropped.
/// Cost: a repeated event about 150 nanoseconds; a line 1 to 10 microseconds, and what the sink
/// takes.
class event_log final : public event_sink {
 public:
  /// What time of day it is. Called under no lock, by all threads.
  using wall_clock = std::function<std::chrono::system_clock::time_point()>;

  static constexpr std::size_t longest_line = 4096;  ///< with its end; PIPE_BUF of Linux
  static constexpr std::size_t longest_text = 1024;  ///< of one field, escaped

  /// @param to    not null
  /// @param clock the system's where it is empty
  /// Errors: what the sink throws when its format is set; std::bad_alloc.
  event_log(event_log_options options, std::shared_ptr<spdlog::sinks::sink> to,
            wall_clock clock = {});
  /// Tells all repeats that were counted, also of windows that have not ended.
  ~event_log() override;

  void on_event(event const& what) override;
  [[nodiscard]] event_interest interest() const noexcept override;

  /// Writes a line about something that is no event of a guard: an order of an administrator, the
  /// start of a program. Never counted as a repeat.
  /// @param event what happened, in one word; with the fields `time` and `level` it leads the line
  void tell(log_level level, std::string_view event, std::span<log_field const> fields = {});

  /// Tells the repeats of all windows that have ended, and flushes the sink.
  void flush();

  /// Lines that are not known to have been written.
  [[nodiscard]] std::uint64_t dropped() const noexcept {
    return dropped_.load(std::memory_order_relaxed);
  }

 private:
  using time_point = std::chrono::system_clock::time_point;

  template <class Work>
  void or_drop(Work const& work);
  template <class Use>
  void with_repeats(Use const& use);
  void tell_those_over(std::size_t most, time_point now);
  void tell_repeats(std::vector<repeated_trouble> const& ended, time_point now);
  [[nodiscard]] bool takes(log_level level) const;
  void write(log_record const& what);
  template <class Use>
  [[nodiscard]] bool reach_sink(Use const& use);

  event_log_options const options_;
  std::shared_ptr<spdlog::sinks::sink> const sink_;
  wall_clock const clock_;

  fork_safe_lock remembering_;  ///< of the next two
  std::unique_ptr<log_repeats> repeats_;
  int forks_;

  fork_safe_lock writing_;  ///< of the sink and the next one
  bool is_sink_lost_ = false;
  std::atomic<std::thread::id> writer_{};  ///< who is in the sink
  std::atomic<std::uint64_t> dropped_{0};
};

}  // namespace holdfast
