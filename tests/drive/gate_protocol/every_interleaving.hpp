#pragma once

#include <cstddef>
#include <cstring>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <unordered_set>
#include <vector>

namespace holdfast {

/// What walking through every interleaving of a protocol's steps has found.
struct explored {
  std::size_t states = 0;
  std::size_t ends = 0;                 ///< states in which nobody has a step left
  std::optional<std::string> broken{};  ///< what a state has broken; the walk stops at the first
};

/// Walks through every state that a protocol can reach from `first`, by depth. A protocol is a
/// plain value, all of whose bytes count (no padding), with
///   void steps(std::vector<Protocol>& next) const;      // every state that one step leads to
///   std::string_view broken() const;                    // an invariant that does not hold; or
///   empty std::string_view broken_at_end() const;             // the same where no step is left
/// Memory: the bytes of every state. Tests keep below a few million.
template <class Protocol>
explored every_interleaving(Protocol const& first) {
  static_assert(std::has_unique_object_representations_v<Protocol>);
  auto const bytes_of = [](Protocol const& state) {
    std::string bytes(sizeof(Protocol), '\0');
    std::memcpy(bytes.data(), &state, sizeof(Protocol));
    return bytes;
  };
  explored found;
  std::unordered_set<std::string> known{bytes_of(first)};
  std::vector<Protocol> to_visit{first};
  std::vector<Protocol> next;
  while (!to_visit.empty()) {
    Protocol const state = to_visit.back();
    to_visit.pop_back();
    ++found.states;
    next.clear();
    state.steps(next);
    std::string_view broken = state.broken();
    if (next.empty()) {
      ++found.ends;
      if (broken.empty()) broken = state.broken_at_end();
    }
    if (!broken.empty()) {
      found.broken = broken;
      return found;
    }
    for (Protocol const& each : next) {
      if (known.insert(bytes_of(each)).second) to_visit.push_back(each);
    }
  }
  return found;
}

}  // namespace holdfast
