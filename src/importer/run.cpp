#include "holdfast/importer/run.hpp"

#include <algorithm>

namespace holdfast {

std::string_view name_of(run_ending ending) noexcept {
  switch (ending) {
    case run_ending::finished: return "finished";
    case run_ending::interrupted: return "interrupted";
    case run_ending::gave_up: return "gave_up";
    case run_ending::source_stopped: return "source_stopped";
    case run_ending::target_stopped: return "target_stopped";
  }
  return "?";
}

void run_machine::on_record(std::uint64_t bytes, instant now) noexcept {
  progressed_ = now;
  if (records_ == 0) oldest_ = now;
  ++records_;
  bytes_ += bytes;
}

void run_machine::on_source_stopped() noexcept {
  source_done_ = true;
  source_ending_ = run_ending::source_stopped;
}

void run_machine::on_source_refused(duration retry_after, instant now) noexcept {
  source_ready_ = later(now, retry_after);
}

void run_machine::on_written(instant now) noexcept {
  progressed_ = now;
  records_ = 0;
  bytes_ = 0;
}

void run_machine::on_target_refused(duration retry_after, instant now) noexcept {
  target_ready_ = later(now, retry_after);
}

run_step run_machine::next(instant now) noexcept {
  if (ended_) return {run_action::end, {}};
  if (must_write(now)) {
    if (now >= target_ready_) return {run_action::write, {}};
    if (interrupted_) return end(run_ending::interrupted);
    return wait_or_give_up(target_ready_, now);
  }
  if (source_done_) return end(source_ending_);
  if (interrupted_) return end(run_ending::interrupted);
  if (now < source_ready_) return wait_or_give_up(source_ready_, now);
  return {run_action::read, {}};
}

bool run_machine::must_write(instant now) const noexcept {
  if (records_ == 0) return false;
  bool const idle = source_done_ || interrupted_ || now < source_ready_;
  bool const full = records_ >= limits_.batch_records || bytes_ >= limits_.batch_bytes.value;
  return idle || full || elapsed(oldest_, now) >= limits_.batch_age;
}

run_step run_machine::wait_or_give_up(instant ready, instant now) noexcept {
  instant const last_chance = later(progressed_, limits_.give_up_after);
  if (now >= last_chance) return end(run_ending::gave_up);
  return {run_action::wait, std::min(ready, last_chance)};
}

run_step run_machine::end(run_ending ending) noexcept {
  ended_ = true;
  ending_ = ending;
  return {run_action::end, {}};
}

}  // namespace holdfast
