#include "manage/problem_list.hpp"

#include "holdfast/config/load.hpp"
#include "holdfast/manage/resilience_file.hpp"

#include <string_view>
#include <utility>

namespace holdfast {

void problem_list::add(problems const& found, std::string const& path) {
  for (problem const& each : found) add(each, path, true);
}

void problem_list::add_inherited(problems const& found, std::string const& path) {
  for (problem const& each : found) add(each, path, false);
}

void problem_list::add(problem const& found) { add(found, {}, true); }

bool problem_list::is_long() const noexcept {
  return told_.size() >= resilience_file::most_problems;
}

problems problem_list::take(std::size_t most) {
  problems all;
  all.reserve(told_.size());
  for (told& each : told_) {
    if (each.more > 0) {
      each.first.what += "; the same in " + std::to_string(each.more) +
                         (each.more == 1 ? " operation more" : " operations more");
    }
    all.push_back(std::move(each.first));
  }
  sort_by_position(all);
  if (all.size() <= most) return all;
  std::size_t const left = all.size() - most;
  std::string const source = all.front().where.source;
  all.resize(most);
  all.push_back({{source}, "and " + std::to_string(left) + " problems more", {}});
  return all;
}

void problem_list::add(problem const& found, std::string const& path, bool of_a_part) {
  std::string_view text = found.what;
  if (text.starts_with(path)) text.remove_prefix(path.size());
  std::string key = std::to_string(found.where.line) + ':' + std::to_string(found.where.column);
  key.append(text);
  auto const [at, is_new] = known_.emplace(std::move(key), told_.size());
  if (is_new) {
    told_.push_back({found, of_a_part});
  } else if (!of_a_part && !told_[at->second].of_a_part) {
    ++told_[at->second].more;
  }
}

}  // namespace holdfast
