#include "holdfast/core/call_window.hpp"

namespace holdfast::core {
namespace {

std::variant<count_window, time_window> made(breaker_window const& options) {
  if (options.kind == window_kind::count) return count_window{options.calls};
  return time_window{options.span, options.buckets};
}

}  // namespace

call_window::call_window(breaker_window const& options) : kept_{made(options)} {}

void call_window::add(bool failed, bool slow, instant at) noexcept {
  if (auto* const timed = std::get_if<time_window>(&kept_)) {
    timed->add({.calls = 1, .failures = failed ? 1U : 0U, .slow = slow ? 1U : 0U}, at);
  } else {
    std::get_if<count_window>(&kept_)->add(failed, slow);
  }
}

void call_window::credit(std::uint64_t successes, instant at) noexcept {
  if (auto* const timed = std::get_if<time_window>(&kept_)) {
    timed->add({.calls = successes}, at);
  } else {
    std::get_if<count_window>(&kept_)->credit(successes);
  }
}

void call_window::advance(instant now) noexcept {
  if (auto* const timed = std::get_if<time_window>(&kept_)) timed->advance(now);
}

void call_window::clear() noexcept {
  std::visit([](auto& kept) { kept.clear(); }, kept_);
}

window_totals const& call_window::totals() const noexcept {
  return std::visit([](auto const& kept) -> window_totals const& { return kept.totals(); }, kept_);
}

window_totals call_window::totals_at(instant now) const noexcept {
  auto const* const timed = std::get_if<time_window>(&kept_);
  return timed != nullptr ? timed->totals_at(now) : totals();
}

window_snapshot call_window::snapshot() const {
  return std::visit([](auto const& kept) { return kept.snapshot(); }, kept_);
}

void call_window::restore(window_snapshot const& from, instant now) noexcept {
  if (from.kind == window_kind::time) {
    if (auto* const timed = std::get_if<time_window>(&kept_)) timed->restore(from, now);
  } else {
    if (auto* const counted = std::get_if<count_window>(&kept_)) counted->restore(from);
  }
}

}  // namespace holdfast::core
