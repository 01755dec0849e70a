#include "manage/linted.hpp"

#include <utility>

namespace holdfast {

linted::linted(resilience_file const& file, std::string name)
    : file_{&file},
      name_{std::move(name)},
      settings_{file.settings_for(name_)},
      worst_case_{worst_case_of(settings_)} {
  for (field_origin& each : file.origins(name_)) {
    if (!each.is_default()) origins_.emplace(each.path, std::move(each));
  }
}

budget const& linted::paying() const {
  auto const shared = file_->budgets().find(settings_.budget);
  return shared == file_->budgets().end() ? policies().budget : shared->second;
}

bool linted::sets(std::string_view path) const { return origin_of(path) != nullptr; }

text_position linted::place_of(std::string_view path) const {
  if (field_origin const* const exact = origin_of(path)) return exact->where;
  std::string_view const policy = path.substr(0, path.find('.'));
  if (field_origin const* const near = origin_of(policy)) return near->where;
  text_position const named = file_->place_of(name_);
  return named.line > 0 ? named : text_position{file_->source(), 0, 0};
}

field_origin const* linted::origin_of(std::string_view path) const {
  auto const at = origins_.lower_bound(path);
  if (at == origins_.end() || !at->first.starts_with(path)) return nullptr;
  bool const whole = at->first.size() == path.size() || at->first[path.size()] == '.';
  return whole ? &at->second : nullptr;
}

}  // namespace holdfast
