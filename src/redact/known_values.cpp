#include "redact/known_values.hpp"

#include <algorithm>

namespace holdfast::redact_detail {
namespace {

constexpr std::uint64_t key_of(std::uint32_t from, char by) noexcept {
  // One is added so that no key is 0, which marks a free place.
  return ((std::uint64_t{from} << 8U) | static_cast<unsigned char>(by)) + 1;
}

constexpr std::size_t hash_of(std::uint64_t key) noexcept {
  return static_cast<std::size_t>((key * 0x9E3779B97F4A7C15ULL) >> 20U);
}

constexpr unsigned window_of(std::string_view text, std::size_t at) noexcept {
  auto const bits = [&](std::size_t i) { return static_cast<unsigned char>(text[i]) & 0x1FU; };
  return (bits(at) << 10U) | (bits(at + 1) << 5U) | bits(at + 2);
}

/// Where a mark ends that begins in [from, at] and goes beyond `at`; 0 where there is none.
std::size_t end_of_mark(std::string_view text, std::size_t from, std::size_t at) noexcept {
  std::size_t const first = at + 1 > redacted_mark.size() ? at + 1 - redacted_mark.size() : 0;
  for (std::size_t begin = std::max(from, first); begin <= at; ++begin) {
    if (text[begin] == redacted_mark.front() && text.substr(begin).starts_with(redacted_mark)) {
      return begin + redacted_mark.size();
    }
  }
  return 0;
}

void add(std::vector<span>& taken, span next) {
  while (!taken.empty() && taken.back().end >= next.begin) {
    next.begin = std::min(next.begin, taken.back().begin);
    taken.pop_back();
  }
  taken.push_back(next);
}

}  // namespace

known_values::known_values(std::span<std::string const> forms) : nodes_(1), edges_(64) {
  for (std::string const& form : forms) insert(form);
  link();
}

void known_values::insert(std::string_view form) {
  if (form.size() < 3) return;
  unsigned const window = window_of(form, 0);
  may_begin_[window / 64] |= std::uint64_t{1} << (window % 64);
  std::uint32_t at = 0;
  for (char const c : form) {
    std::uint32_t next = child(at, c);
    if (next == 0) {
      next = static_cast<std::uint32_t>(nodes_.size());
      nodes_.push_back({0, nodes_[at].depth + 1, 0});
      if (nodes_.size() * 2 > edges_.size()) grow();
      connect(key_of(at, c), next);
    }
    at = next;
  }
  nodes_[at].taken = static_cast<std::uint32_t>(form.size());
}

void known_values::grow() {
  std::vector<edge> before(edges_.size() * 2);
  before.swap(edges_);
  for (edge const& each : before) {
    if (each.from_by != 0) connect(each.from_by, each.to);
  }
}

void known_values::connect(std::uint64_t from_by, std::uint32_t to) noexcept {
  std::size_t place = hash_of(from_by) & (edges_.size() - 1);
  while (edges_[place].from_by != 0) place = (place + 1) & (edges_.size() - 1);
  edges_[place] = {from_by, to};
}

/// Fallbacks lead to nodes of less depth, so nodes are linked by depth.
void known_values::link() {
  std::vector<edge> by_depth;
  for (edge const& each : edges_) {
    if (each.from_by != 0) by_depth.push_back(each);
  }
  std::ranges::sort(by_depth, {}, [this](edge const& each) { return nodes_[each.to].depth; });
  for (edge const& each : by_depth) {
    auto const from = static_cast<std::uint32_t>((each.from_by - 1) >> 8U);
    char const by = static_cast<char>((each.from_by - 1) & 0xFFU);
    node& linked = nodes_[each.to];
    linked.fallback = from == 0 ? 0 : step(nodes_[from].fallback, by);
    linked.taken = std::max(linked.taken, nodes_[linked.fallback].taken);
  }
}

std::uint32_t known_values::child(std::uint32_t from, char by) const noexcept {
  std::uint64_t const wanted = key_of(from, by);
  std::size_t place = hash_of(wanted) & (edges_.size() - 1);
  while (edges_[place].from_by != 0) {
    if (edges_[place].from_by == wanted) return edges_[place].to;
    place = (place + 1) & (edges_.size() - 1);
  }
  return 0;
}

std::uint32_t known_values::step(std::uint32_t from, char by) const noexcept {
  for (;;) {
    std::uint32_t const next = child(from, by);
    if (next != 0 || from == 0) return next;
    from = nodes_[from].fallback;
  }
}

std::size_t known_values::next_beginning(std::string_view text, std::size_t at) const noexcept {
  for (; at + 3 <= text.size(); ++at) {
    unsigned const window = window_of(text, at);
    if (((may_begin_[window / 64] >> (window % 64)) & 1U) != 0) return at;
  }
  return text.size();
}

std::vector<span> known_values::find(std::string_view text, text_end end) const {
  std::vector<span> taken;
  std::uint32_t state = 0;
  std::size_t after_mark = 0;
  for (std::size_t at = 0; at < text.size();) {
    if (state == 0) {
      at = next_beginning(text, at);
      if (at >= text.size()) break;
    }
    std::size_t const mark = state == 0 || text[at] == redacted_mark.front()
                                 ? end_of_mark(text, state == 0 ? after_mark : at, at)
                                 : 0;
    if (mark != 0) {
      state = 0;
      at = after_mark = mark;
      continue;
    }
    state = step(state, text[at++]);
    std::size_t const bytes = nodes_[state].taken;
    if (bytes > 0) add(taken, {at - bytes, at});
  }
  std::size_t const begun = nodes_[state].depth;
  if (end == text_end::cut && begun >= least_beginning)
    add(taken, {text.size() - begun, text.size()});
  return taken;
}

}  // namespace holdfast::redact_detail
