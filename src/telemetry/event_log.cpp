#include "holdfast/telemetry/event_log.hpp"

#include "holdfast/base/contract.hpp"
#include "telemetry/event_facts.hpp"
#include "telemetry/log_record.hpp"
#include "telemetry/log_repeats.hpp"
#include "telemetry/log_text.hpp"

#include <limits>
#include <type_traits>
#include <utility>

#include <cxxabi.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/sink.h>

namespace holdfast {
namespace {

constexpr std::size_t most_ended_at_once = 16;

[[nodiscard]] spdlog::level::level_enum in_their_words(log_level level) noexcept {
  switch (level) {
    case log_level::debug: return spdlog::level::debug;
    case log_level::info: return spdlog::level::info;
    case log_level::warn: return spdlog::level::warn;
    case log_level::error: return spdlog::level::err;
    case log_level::critical: break;
  }
  return spdlog::level::critical;
}

/// The line as it is, and its end.
[[nodiscard]] std::unique_ptr<spdlog::formatter> as_it_is() {
  return std::make_unique<spdlog::pattern_formatter>("%v", spdlog::pattern_time_type::utc, "\n");
}

[[nodiscard]] log_fact fact_of(log_field const& given) {
  return std::visit(
      [&](auto const& value) -> log_fact {
        if constexpr (std::is_same_v<decltype(value), std::string_view const&>) {
          return {given.name, shown_text(value)};
        } else {
          return {given.name, value};
        }
      },
      given.value);
}

/// Notes who is in the sink, for as long as it is.
class presence {
 public:
  explicit presence(std::atomic<std::thread::id>& of) noexcept : of_{of} {
    of_.store(std::this_thread::get_id(), std::memory_order_relaxed);
  }
  presence(presence const&) = delete;
  presence& operator=(presence const&) = delete;
  ~presence() { of_.store({}, std::memory_order_relaxed); }

 private:
  std::atomic<std::thread::id>& of_;
};

}  // namespace

event_log::event_log(event_log_options options, std::shared_ptr<spdlog::sinks::sink> to,
                     wall_clock clock)
    : options_{options},
      sink_{std::move(to)},
      clock_{clock ? std::move(clock) : wall_clock{&std::chrono::system_clock::now}} {
  expects(sink_ != nullptr, "an event_log has a sink");
  sink_->set_formatter(as_it_is());
  count_forks();
  repeats_ = std::make_unique<log_repeats>(options_.repeat_window, options_.most_remembered);
  forks_ = forks_so_far();
}

event_log::~event_log() {
  or_drop([&] {
    time_point const now = clock_();
    std::vector<repeated_trouble> ended;
    with_repeats([&](log_repeats& kept) { kept.end_all(now, ended); });
    tell_repeats(ended, now);
  });
}

event_interest event_log::interest() const noexcept {
  event_interest const all;
  return options_.certain_refusals ? all : all.without_certain_refusals();
}

void event_log::on_event(event const& what) {
  log_level const level = level_of(what);
  if (!takes(level)) return;
  or_drop([&] {
    time_point const now = clock_();
    bool is_told = what.kind == event_kind::breaker_changed;
    std::vector<repeated_trouble> ended;
    with_repeats([&](log_repeats& kept) {
      kept.end_those_over(now, most_ended_at_once, ended);
      if (!is_told) is_told = kept.is_first(trouble_of(what), level, now, ended);
    });
    tell_repeats(ended, now);
    if (is_told) write(record_of(what, now));
  });
}

void event_log::tell(log_level level, std::string_view event, std::span<log_field const> fields) {
  if (!takes(level)) return;
  or_drop([&] {
    time_point const now = clock_();
    tell_those_over(most_ended_at_once, now);
    log_record line{.at = now, .level = level, .event = shown_text(event)};
    line.facts.reserve(fields.size());
    for (log_field const& each : fields) line.facts.push_back(fact_of(each));
    write(line);
  });
}

void event_log::flush() {
  or_drop([&] { tell_those_over(std::numeric_limits<std::size_t>::max(), clock_()); });
  static_cast<void>(reach_sink([&] { sink_->flush(); }));
}

// ----- Repeats

// The parent of a fork tells what was counted before it. A memory that another thread was changing
// at that moment is not even fit to be freed.
template <class Use>
void event_log::with_repeats(Use const& use) {
  lock_holder const held{remembering_};
  if (held.torn()) static_cast<void>(repeats_.release());
  if (repeats_ == nullptr || forks_ != forks_so_far()) {
    repeats_ = std::make_unique<log_repeats>(options_.repeat_window, options_.most_remembered);
    forks_ = forks_so_far();
  }
  use(*repeats_);
}

void event_log::tell_those_over(std::size_t most, time_point now) {
  std::vector<repeated_trouble> ended;
  with_repeats([&](log_repeats& kept) { kept.end_those_over(now, most, ended); });
  tell_repeats(ended, now);
}

void event_log::tell_repeats(std::vector<repeated_trouble> const& ended, time_point now) {
  for (repeated_trouble const& each : ended) {
    if (takes(each.level)) or_drop([&] { write(record_of(each, now)); });
  }
}

// ----- Writing

bool event_log::takes(log_level level) const { return sink_->should_log(in_their_words(level)); }

void event_log::write(log_record const& what) {
  std::string const line = line_of(what, options_.format);
  spdlog::details::log_msg const message{what.at, spdlog::source_loc{}, "holdfast",
                                         in_their_words(what.level), line};
  bool const is_written = reach_sink([&] {
    sink_->log(message);
    sink_->flush();
  });
  if (!is_written) dropped_.fetch_add(1, std::memory_order_relaxed);
}

// Nobody may enter the sink twice, nor after a thread that a fork has left behind in it: its own
// locks would be waited for without end.
template <class Use>
bool event_log::reach_sink(Use const& use) {
  if (writer_.load(std::memory_order_relaxed) == std::this_thread::get_id()) return false;
  lock_holder const held{writing_};
  if (held.torn()) is_sink_lost_ = true;
  if (is_sink_lost_) return false;
  presence const inside{writer_};
  try {
    use();
    return true;
  } catch (abi::__forced_unwind const&) {
    throw;  // the thread is being cancelled
  } catch (...) {
    return false;
  }
}

// Whatever goes wrong with a line ends here: nobody's call may notice.
template <class Work>
void event_log::or_drop(Work const& work) {
  try {
    work();
  } catch (abi::__forced_unwind const&) {
    throw;
  } catch (...) {
    dropped_.fetch_add(1, std::memory_order_relaxed);
  }
}

}  // namespace holdfast
