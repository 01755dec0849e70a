#include "holdfast/core/budget_machine.hpp"

#include <algorithm>
#include <cmath>

namespace holdfast::core {
namespace {

/// Parts of a token. The largest capacity, a million tokens, just fits a signed 64-bit number.
constexpr std::int64_t token = 1'000'000'000'000;

std::int64_t parts_of(double tokens) noexcept {
  return std::llround(tokens * static_cast<double>(token));
}

/// Parts that each nanosecond adds: a whole number, so no time is ever paid for twice.
std::int64_t parts_per_nanosecond(budget const& options) noexcept {
  return std::llround(options.per_second * 1000);
}

bool is_limited(budget const& options) noexcept { return options.capacity != off; }

std::int64_t capacity_of(budget const& options) noexcept {
  return is_limited(options) ? parts_of(options.capacity) : 0;
}

}  // namespace

budget_machine::budget_machine(budget const& options) noexcept
    : options_{&options}, held_{capacity_of(options)} {}

void budget_machine::credit(std::uint64_t first_attempts) noexcept {
  std::int64_t const each = parts_of(options_->per_call);
  if (each == 0) return;
  // More calls than fill the whole budget add nothing more; so the product can't overflow.
  auto const enough = static_cast<std::uint64_t>(capacity_of(*options_) / each + 1);
  add(static_cast<std::int64_t>(std::min(first_attempts, enough)) * each);
}

bool budget_machine::withdraw(instant now) noexcept {
  if (!is_limited(*options_)) return true;
  refill(now);
  if (held_ < token) return false;
  held_ -= token;
  ++taken_;
  return true;
}

void budget_machine::give_back() noexcept {
  if (taken_ == 0) return;
  --taken_;
  add(token);
}

double budget_machine::tokens(instant now) const noexcept {
  if (!is_limited(*options_)) return off;
  return static_cast<double>(held_at(now)) / static_cast<double>(token);
}

void budget_machine::restore(budget_snapshot const& from, instant now) noexcept {
  held_ = std::clamp(from.held, std::int64_t{0}, capacity_of(*options_));
  refilled_ = std::min(from.refilled, now);
  taken_ = from.taken;
}

void budget_machine::reconfigure(budget const& options, instant now) noexcept {
  refill(now);
  std::int64_t const most = capacity_of(options);
  held_ = is_limited(*options_) ? std::min(held_, most) : most;
  options_ = &options;
}

std::int64_t budget_machine::held_at(instant now) const noexcept {
  std::int64_t const rate = parts_per_nanosecond(*options_);
  std::int64_t const missing = capacity_of(*options_) - held_;
  if (rate == 0 || missing <= 0) return held_;
  // Compared before it is multiplied: a long silence would overflow.
  std::int64_t const passed = elapsed(refilled_, now).count();
  return passed > missing / rate ? held_ + missing : held_ + passed * rate;
}

void budget_machine::refill(instant now) noexcept {
  held_ = held_at(now);
  refilled_ = std::max(refilled_, now);
}

void budget_machine::add(std::int64_t parts) noexcept {
  held_ = std::min(capacity_of(*options_), held_ + parts);
}

retry_step charge(retry_step decided, budget_machine& tokens, instant now) noexcept {
  if (std::holds_alternative<stop>(decided) || tokens.withdraw(now)) return decided;
  return stop{stop_reason::no_budget};
}

}  // namespace holdfast::core
