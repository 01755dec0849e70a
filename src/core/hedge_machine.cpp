#include "holdfast/core/hedge_machine.hpp"

#include <algorithm>

namespace holdfast::core {

duration hedge_delay(hedge const& options, latency_quantile const& known) noexcept {
  if (options.quantile == off) return options.delay;
  if (known.samples() < static_cast<std::uint32_t>(options.min_samples)) return options.delay;
  return std::max(options.min_delay, known.value());
}

hedge_machine::hedge_machine(hedge const& options, duration delay) noexcept
    : delay_{std::max(duration::zero(), delay)}, hedges_left_{std::max(0, options.max_hedges)} {}

hedge_step hedge_machine::started(instant now) noexcept {
  if (started_ > 0) --hedges_left_;
  ++started_;
  ++running_;
  due_ = has_hedges() ? later(now, delay_) : never_reached;
  return at(now);
}

hedge_step hedge_machine::refused(instant now) noexcept {
  if (is_over()) return race_over{winner_};
  --hedges_left_;
  due_ = has_hedges() ? later(now, delay_) : never_reached;
  // With nothing left to wait for, another delay would be a pause before a retry: not ours to make.
  if (running_ == 0 && last_failed_ != nobody) return end(last_failed_);
  return at(now);
}

hedge_step hedge_machine::failed(int attempt, hedge_failure how, instant now,
                                 duration hold_off) noexcept {
  if (is_over()) return race_over{winner_};
  --running_;
  last_failed_ = attempt;
  bool const at_once = hold_off <= duration::zero();
  if (how == hedge_failure::fatal) return end(attempt);
  if (running_ == 0 && !(has_hedges() && at_once)) return end(attempt);
  if (has_hedges()) due_ = later(now, std::max(duration::zero(), hold_off));
  return at(now);
}

hedge_step hedge_machine::succeeded(int attempt) noexcept {
  if (is_over()) return race_over{winner_};
  --running_;
  return end(attempt);
}

hedge_step hedge_machine::at(instant now) const noexcept {
  if (is_over()) return race_over{winner_};
  if (due_ != never_reached && now >= due_) return call_now{};
  return wait{due_};
}

hedge_step hedge_machine::end(int attempt) noexcept {
  winner_ = attempt;
  due_ = never_reached;
  return race_over{attempt};
}

}  // namespace holdfast::core
