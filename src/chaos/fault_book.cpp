#include "fault_book.hpp"

#include "byte_pattern.hpp"

#include <algorithm>

namespace holdfast {
namespace {

std::string pattern_of(proxy_fault const& fault) {
  if (!fault.pattern.empty()) return fault.pattern;
  if (!fault.containing.empty()) return fault.containing;
  return bytes_of_hex(fault.pattern_hex).value_or(std::string{});
}

duration closes_at(armed_fault const& each) {
  return is_off(each.fault.until) ? duration::max() : each.added + each.fault.until;
}

}  // namespace

bool armed_fault::in_force(duration now) const noexcept {
  if (now < opens() || now >= closes_at(*this)) return false;
  return !fault.times || strikes < *fault.times;
}

std::uint64_t fault_book::add(proxy_fault fault, duration now) {
  std::string pattern = pattern_of(fault);
  faults_.push_back(std::make_shared<armed_fault>(
      armed_fault{++last_id_, std::move(fault), std::move(pattern), now}));
  ++version_;
  return last_id_;
}

std::size_t fault_book::clear() {
  std::size_t const cleared = faults_.size();
  faults_.clear();
  ++version_;
  return cleared;
}

bool fault_book::remove(std::uint64_t id) {
  std::size_t const removed =
      std::erase_if(faults_, [&](auto const& each) { return each->id == id; });
  if (removed > 0) ++version_;
  return removed > 0;
}

bool fault_book::listens(duration now) {
  bool listens = true;
  for (auto const& each : faults_) {
    if (each->fault.kind != proxy_fault_kind::refuse) continue;
    if (now < each->opens() || now >= closes_at(*each)) continue;
    listens = false;
    if (each->strikes == 0) count_strike(*each);
  }
  return listens;
}

std::optional<duration> fault_book::next_change(duration now) const {
  std::optional<duration> next;
  for (auto const& each : faults_) {
    if (each->fault.kind != proxy_fault_kind::refuse) continue;
    for (duration const at : {each->opens(), closes_at(*each)}) {
      if (at > now && at != duration::max()) next = std::min(next.value_or(at), at);
    }
  }
  return next;
}

void fault_book::report(proxy_stats& into) const {
  into.strikes = strikes_;
  into.faults.clear();
  for (auto const& each : faults_)
    into.faults.push_back({each->id, each->fault.kind, each->strikes});
}

}  // namespace holdfast
