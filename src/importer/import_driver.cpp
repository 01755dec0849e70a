#include "importer/import_driver.hpp"

#include "holdfast/importer/fingerprint.hpp"

#include <algorithm>
#include <utility>

namespace holdfast {
namespace {

constexpr duration show_every = std::chrono::milliseconds{100};
constexpr duration longest_nap = std::chrono::seconds{1};
constexpr std::uint64_t kept_record_bytes = 1024 * 1024;

}  // namespace

import_driver::import_driver(import_job& job, run_limits const& limits, std::stop_token const& stop,
                             import_observer& observer, timekeeper& time)
    : job_{job},
      limits_{limits},
      stop_{stop},
      observer_{observer},
      time_{time},
      started_{time.now()},
      machine_{limits, started_} {
  report_.source = job.feed_.source;
  report_.table = job.feed_.table;
}

source_report import_driver::run() {
  if (begin()) {
    step_through();
    if (machine_.ending() == run_ending::finished) finish();
  }
  return report();
}

bool import_driver::begin() {
  if (!insist([&] { return job_.target_.begin(job_.feed_, run_); })) return false;
  report_.resumed = run_.resumed;
  resumed_at_ = run_.next_position;
  if (run_.resumed && !run_.checkpoint.empty()) {
    bool const goes_on = job_.source_.resume(run_.checkpoint, run_.next_position);
    if (goes_on) read_to_ = run_.next_position;
  }
  history_.emplace(job_.target_.history(run_));
  if (job_.schema_.applied()) observer_.on_columns(job_.schema_);
  return true;
}

void import_driver::step_through() {
  for (;;) {
    if (stop_.stop_requested()) machine_.on_interrupt();
    instant const now = time_.now();
    if (now >= next_show_) show(now);
    run_step const step = machine_.next(now);
    switch (step.action) {
      case run_action::read: read(); break;
      case run_action::write: write(); break;
      case run_action::wait: wait(step.until); break;
      case run_action::end: return;
    }
  }
}

void import_driver::read() {
  record_.clear();
  if (record_.bytes.capacity() > kept_record_bytes) record_.bytes.shrink_to_fit();
  read_result result = job_.source_.read(record_);
  switch (result.status) {
    case read_status::record:
      refusal_ = {};
      take(fingerprint_of(record_.raw()), time_.now());
      return;
    case read_status::end: machine_.on_source_end(); return;
    case read_status::refused:
      refuse(result);
      machine_.on_source_refused(result.retry_after, time_.now());
      return;
    case read_status::stopped:
      if (stop_.stop_requested()) {
        machine_.on_interrupt();
        return;
      }
      report_.why = std::move(result.why);
      machine_.on_source_stopped();
      return;
  }
}

void import_driver::refuse(read_result& result) {
  refusal_ = std::move(result.why);
  if (!result.seen) return;
  if (result.seen->category != category::rejected) {
    last_failure_ = describe(*result.seen);
  } else if (!last_failure_.empty() && refusal_.what.find(last_failure_) == std::string::npos) {
    refusal_.what += "; last failure: " + last_failure_;
  }
}

/// What the ledger holds of the record. A target that can't tell now is waited for.
std::optional<std::optional<ledger_mark>> import_driver::look_up(std::uint64_t fingerprint) {
  auto known = history_->find(record_.position, fingerprint);
  if (known) return *known;
  auto const ask = [&] {
    known = history_->find(record_.position, fingerprint);
    return known ? target_answer{} : job_.target_.answer_to(known.error());
  };
  if (insist(ask)) {
    refusal_ = {};
    return *known;
  }
  machine_.on_target_stopped(report_.ending);
  return std::nullopt;
}

void import_driver::take(std::uint64_t fingerprint, instant now) {
  ++read_here_;
  read_to_ = record_.position + 1;
  auto const known = look_up(fingerprint);
  if (!known) return;
  bool const before_resume = record_.position < resumed_at_;
  bool const again = *known && !before_resume && (*known)->may_be_judged_again() &&
                     record_.rejected == rejection::none;
  if (*known && before_resume) {
    ++report_.skipped;
    batch_.add_skipped(record_.position, **known);
  } else if (*known && !again) {
    batch_.add_known(record_.position, **known);
  } else {
    if (before_resume) ++report_.changed;
    intake_verdict verdict{record_.rejected, std::move(record_.detail)};
    if (verdict.why == rejection::none) {
      verdict = job_.intake_.take(record_, job_.source_.columns());
      if (!job_.intake_.conflicts().empty()) return stop_at_conflict();
    }
    batch_.add_new(record_, fingerprint, verdict.why, std::move(verdict.detail), *known);
  }
  machine_.on_record(*known && !again ? 0 : record_.bytes.size(), now);
}

// What was read before is written: where the run stops does not depend on where batches end.
void import_driver::stop_at_conflict() {
  report_.why = job_.intake_.conflicts().front();
  report_.why.where = {job_.feed_.source, record_.line, 0};
  machine_.on_source_stopped();
}

void import_driver::write() {
  if (!batch_.nothing_to_write()) {
    bool const reshaped = !job_.schema_.is_applied();
    auto result =
        job_.target_.write(job_.feed_, job_.schema_, batch_, job_.source_.checkpoint(), run_);
    if (result.status == target_status::refused) {
      refusal_ = std::move(result.why);
      machine_.on_target_refused(result.retry_after, time_.now());
      return;
    }
    if (result.status == target_status::stopped) {
      target_failed(std::move(result.why));
      return;
    }
    if (reshaped) observer_.on_columns(job_.schema_);
  }
  refusal_ = {};
  batch_.clear(limits_.batch_bytes.value);
  machine_.on_written(time_.now());
}

void import_driver::wait(instant until) {
  instant const now = time_.now();
  waiting_until_ = until;
  show(now);
  static_cast<void>(time_.sleep_until(std::min(until, later(now, longest_nap)), stop_));
}

bool import_driver::insist(target_question const& ask) {
  patience const waiting{limits_, stop_, time_,
                         [this](problem const& why, instant until, instant now) {
                           refusal_ = why;
                           waiting_until_ = until;
                           show(now);
                         }};
  auto done = waiting.insist(ask);
  if (done) return true;
  report_.ending = done.error().ending;
  report_.why = std::move(done.error().why);
  return false;
}

void import_driver::finish() {
  report_.ending = run_ending::finished;
  if (read_to_ < resumed_at_) report_.gone = resumed_at_ - read_to_;
  // A source without one good record may have a header: its table is made of that.
  if (!job_.schema_.applied()) job_.intake_.follow(job_.source_.columns());
  bool const reshaped = !job_.schema_.is_applied();
  if (!insist([&] { return job_.target_.finish(job_.feed_, job_.schema_, run_); })) return;
  if (reshaped) observer_.on_columns(job_.schema_);
  refusal_ = {};
}

source_report import_driver::report() {
  if (machine_.ending() != run_ending::finished) {
    report_.ending = machine_.ending();
    bool const waited = report_.ending == run_ending::gave_up && !refusal_.what.empty();
    if (waited) report_.why = refusal_;
  }
  refusal_ = {};
  instant const now = time_.now();
  show(now);
  report_.totals = run_.totals;
  report_.stats = job_.source_.stats();
  report_.target_retries = job_.target_.retries();
  report_.took = elapsed(started_, now);
  if (auto const rows = job_.target_.rows_in(job_.feed_.table)) report_.rows_in_table = *rows;
  std::uint64_t const stored = run_.stored_by_others.value_or(0) + run_.totals.stored;
  if (run_.stored_by_others && report_.rows_in_table && *report_.rows_in_table < stored) {
    report_.missing_rows = stored - *report_.rows_in_table;
  }
  return std::move(report_);
}

void import_driver::target_failed(problem why) {
  report_.why = std::move(why);
  machine_.on_target_stopped();
}

void import_driver::show(instant now) {
  next_show_ = later(now, show_every);
  observer_.on_progress(present(), now);
}

progress import_driver::present() const {
  progress seen;
  seen.totals = run_.totals;
  seen.read_here = read_here_;
  seen.skipped_here = report_.skipped;
  seen.target_retries = job_.target_.retries();
  seen.source = job_.source_.stats();
  seen.waiting_for = refusal_.what;
  seen.waiting_until = waiting_until_;
  return seen;
}

}  // namespace holdfast
