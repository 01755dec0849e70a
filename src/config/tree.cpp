#include "holdfast/config/tree.hpp"

#include <charconv>

namespace holdfast {
namespace {

/// The item of a list that "[2]" names; null where there is none.
config_node const* item_at(config_node const& list, std::string_view bracketed) noexcept {
  std::size_t index = 0;
  auto const* const last = bracketed.data() + bracketed.size();
  auto const [end, error] = std::from_chars(bracketed.data() + 1, last, index);
  if (error != std::errc{} || end == last || *end != ']') return nullptr;
  return index < list.items.size() ? &list.items[index] : nullptr;
}

}  // namespace

std::string_view name_of(node_kind value) noexcept {
  switch (value) {
    case node_kind::null: return "nothing";
    case node_kind::scalar: return "a single value";
    case node_kind::list: return "a list";
    case node_kind::map: return "a map";
  }
  return "?";
}

config_node const* config_node::find(std::string_view name) const noexcept {
  for (config_member const& each : members) {
    if (each.name == name) return &each.value;
  }
  return nullptr;
}

text_position config_node::where() const {
  return {source ? *source : std::string{}, line, column};
}

config_node const& deepest(config_node const& from, std::string_view path) noexcept {
  config_node const* at = &from;
  while (!path.empty()) {
    if (path.front() == '.') path.remove_prefix(1);
    std::size_t const size = std::min(path.find_first_of(".[", 1), path.size());
    std::string_view const step = path.substr(0, size);
    config_node const* const next = step.starts_with('[') ? item_at(*at, step) : at->find(step);
    if (next == nullptr) break;
    at = next;
    path.remove_prefix(size);
  }
  return *at;
}

}  // namespace holdfast
