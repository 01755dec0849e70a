#include "holdfast/core/count_window.hpp"

#include <algorithm>
#include <bit>
#include <utility>

namespace holdfast::core {
namespace {

constexpr std::size_t word_bits = 64;

constexpr std::uint64_t bit_of(std::size_t at) noexcept {
  return std::uint64_t{1} << (at % word_bits);
}

bool test(std::vector<std::uint64_t> const& words, std::size_t at) noexcept {
  return (words[at / word_bits] & bit_of(at)) != 0;
}

/// Clears the bits [from, to) and answers how many were set.
std::uint64_t clear_range(std::vector<std::uint64_t>& words, std::size_t from,
                          std::size_t to) noexcept {
  std::uint64_t cleared = 0;
  while (from < to) {
    std::size_t const end = std::min(to, (from / word_bits + 1) * word_bits);
    std::uint64_t const low = ~std::uint64_t{0} << (from % word_bits);
    std::uint64_t const high = ~std::uint64_t{0} >> (word_bits - 1 - (end - 1) % word_bits);
    std::uint64_t& word = words[from / word_bits];
    cleared += static_cast<std::uint64_t>(std::popcount(word & low & high));
    word &= ~(low & high);
    from = end;
  }
  return cleared;
}

}  // namespace

count_window::count_window(int calls)
    : size_{static_cast<std::size_t>(calls)},
      failed_((size_ + word_bits - 1) / word_bits),
      slow_(failed_.size()) {}

void count_window::make_room(std::size_t from, std::size_t to) noexcept {
  totals_.failures -= clear_range(failed_, from, to);
  totals_.slow -= clear_range(slow_, from, to);
}

void count_window::add(bool failed, bool slow) noexcept {
  std::size_t const at = next_;
  credit(1);
  if (failed) failed_[at / word_bits] |= bit_of(at);
  if (slow) slow_[at / word_bits] |= bit_of(at);
  totals_.failures += failed ? 1 : 0;
  totals_.slow += slow ? 1 : 0;
}

void count_window::credit(std::uint64_t successes) noexcept {
  std::uint64_t const all = size_;
  auto const count = static_cast<std::size_t>(std::min(successes, all));
  std::size_t const end = next_ + count;
  make_room(next_, std::min(end, size_));
  if (end > size_) make_room(0, end - size_);
  next_ = end >= size_ ? end - size_ : end;
  totals_.calls = std::min(all, totals_.calls + count);
}

void count_window::clear() noexcept {
  std::fill(failed_.begin(), failed_.end(), 0U);
  std::fill(slow_.begin(), slow_.end(), 0U);
  next_ = 0;
  totals_ = {};
}

window_snapshot count_window::snapshot() const {
  window_snapshot copy{.kind = window_kind::count, .calls = totals_.calls};
  auto const calls = static_cast<std::size_t>(totals_.calls);
  copy.failed.resize((calls + word_bits - 1) / word_bits);
  copy.slow.resize(copy.failed.size());
  std::size_t at = (next_ + size_ - calls) % size_;
  for (std::size_t i = 0; i < calls; ++i) {
    if (test(failed_, at)) copy.failed[i / word_bits] |= bit_of(i);
    if (test(slow_, at)) copy.slow[i / word_bits] |= bit_of(i);
    at = at + 1 == size_ ? 0 : at + 1;
  }
  return copy;
}

void count_window::restore(window_snapshot const& from) noexcept {
  clear();
  // A snapshot may come from outside: it holds no more calls than it has bits for.
  auto const held = std::min({static_cast<std::size_t>(from.calls), from.failed.size() * word_bits,
                              from.slow.size() * word_bits});
  for (std::size_t i = held - std::min(held, size_); i < held; ++i) {
    add(test(from.failed, i), test(from.slow, i));
  }
}

}  // namespace holdfast::core
