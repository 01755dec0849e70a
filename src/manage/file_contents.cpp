#include "manage/file_contents.hpp"

#include "manage/settings_reading.hpp"

#include <algorithm>
#include <tuple>

namespace holdfast {

std::vector<file_entry const*> resilience_file::contents::layers_of(std::string_view name) const {
  std::vector<file_entry const*> layers;
  add_layer(defaults, layers);
  // "a.b.c" is matched by "a.*" and by "a.b.*"; the pattern "a.b.*" by "a.*" and by itself.
  for (auto dot = name.find('.'); dot < longest_name; dot = name.find('.', dot + 1)) {
    auto const pattern = entries.find(std::string{name.substr(0, dot + 1)} + '*');
    if (pattern != entries.end() && pattern->first != name) add_layer(pattern->second, layers);
  }
  if (auto const own = entries.find(name); own != entries.end()) add_layer(own->second, layers);
  return layers;
}

std::string_view resilience_file::contents::section_of(config_node const& node) const noexcept {
  auto const begins_later = [](config_node const& place, section_start const& each) {
    return std::tie(place.line, place.column) < std::tie(each.line, each.column);
  };
  auto const next = std::upper_bound(sections.begin(), sections.end(), node, begins_later);
  return next == sections.begin() ? std::string_view{} : std::string_view{std::prev(next)->name};
}

void resilience_file::contents::add_layer(file_entry const& each,
                                          std::vector<file_entry const*>& to) const {
  for (std::string const& name : each.uses) {
    if (auto const used = policies.find(name); used != policies.end()) to.push_back(&used->second);
  }
  to.push_back(&each);
}

}  // namespace holdfast
