#include "holdfast/core/budget.hpp"

#include <algorithm>
#include <limits>

namespace holdfast::core {
namespace {

constexpr std::int64_t token = 1'000'000;

std::int64_t millionths(double tokens) noexcept {
  return static_cast<std::int64_t>(tokens * static_cast<double>(token));
}

}  // namespace

budget_machine::budget_machine(budget const& options) noexcept
    : capacity_{options.capacity == off ? 0 : millionths(options.capacity)},
      per_second_{millionths(options.per_second)},
      per_call_{millionths(options.per_call)},
      held_{capacity_},
      limited_{options.capacity != off} {}

void budget_machine::credit(std::uint64_t first_attempts) noexcept {
  if (per_call_ == 0) return;
  // More calls than fill the whole budget add nothing more; so the product can't overflow.
  auto const enough = static_cast<std::uint64_t>(capacity_ / per_call_ + 1);
  add(static_cast<std::int64_t>(std::min(first_attempts, enough)) * per_call_);
}

bool budget_machine::withdraw(instant now) noexcept {
  if (!limited_) return true;
  refill(now);
  if (held_ < token) return false;
  held_ -= token;
  return true;
}

void budget_machine::give_back() noexcept { add(token); }

double budget_machine::tokens(instant now) noexcept {
  if (!limited_) return off;
  refill(now);
  return static_cast<double>(held_) / static_cast<double>(token);
}

// A full budget starts to fill when the first token leaves it. Below that, the clock advances only
// by what whole millionths cost, so frequent asking loses no fraction.
void budget_machine::refill(instant now) noexcept {
  if (held_ >= capacity_ || per_second_ == 0) {
    refilled_ = std::max(refilled_, now);
    return;
  }
  double const per_nanosecond = static_cast<double>(per_second_) / 1e9;
  double const grown = static_cast<double>(elapsed(refilled_, now).count()) * per_nanosecond;
  if (grown >= static_cast<double>(capacity_ - held_)) {
    held_ = capacity_;
    refilled_ = now;
    return;
  }
  auto const whole = static_cast<std::int64_t>(grown);
  add(whole);
  refilled_ += duration{static_cast<duration::rep>(static_cast<double>(whole) / per_nanosecond)};
}

void budget_machine::add(std::int64_t millionths_more) noexcept {
  held_ = std::min(capacity_, held_ + millionths_more);
}

retry_step charge(retry_step decided, budget_machine& tokens, instant now) noexcept {
  if (std::holds_alternative<stop>(decided) || tokens.withdraw(now)) return decided;
  return stop{stop_reason::no_budget};
}

}  // namespace holdfast::core
