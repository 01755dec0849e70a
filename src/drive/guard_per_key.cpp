#include "holdfast/drive/guard_per_key.hpp"

#include "drive/key_table.hpp"
#include "drive/option_problems.hpp"
#include "holdfast/core/key_limits_fields.hpp"

#include <utility>

namespace holdfast {
namespace {

key_limits const& checked(std::string_view name, key_limits const& limits) {
  constexpr std::size_t longest_name = 120;
  std::vector<std::string> problems;
  add_problems("key_limits", limits, problems);
  if (problems.empty() &&
      name.size() + 1 + static_cast<std::size_t>(limits.max_key_length) > longest_name) {
    problems.push_back(
        "key_limits.max_key_length: with the name (" + std::to_string(name.size()) +
        " bytes) and a dot it makes names beyond 120 bytes; allowed: a shorter name, "
        "or shorter keys");
  }
  throw_if_any("guard_per_key \"" + std::string{name} + "\"", problems);
  return limits;
}

}  // namespace

std::string guard_per_key::name_of_other(std::string_view name) {
  // An empty name is told as one, and not taken for ".other".
  return name.empty() ? std::string{} : std::string{name} + ".other";
}

guard_per_key::guard_per_key(operation_options const& options, key_limits const& limits)
    : table_{table_of(options.name, limits, [&] {
        operation_options of_other = options;
        of_other.name = name_of_other(options.name);
        return shared_operation{of_other};
      }())} {}

void guard_per_key::reconfigure(operation_options const& next) const { table_->reconfigure(next); }

std::shared_ptr<key_table> guard_per_key::table_of(std::string_view name, key_limits const& limits,
                                                   shared_operation other) {
  auto table =
      std::make_shared<key_table>(std::string{name}, checked(name, limits), std::move(other));
  table->watch();
  return table;
}

guard guard_per_key::operator[](std::string_view key) const {
  return guard{table_->handle_of(key)};
}

guard guard_per_key::other() const { return guard{table_->other()}; }

std::vector<guard> guard_per_key::guards() const {
  std::vector<guard> all;
  for (shared_operation& each : table_->handles()) all.emplace_back(std::move(each));
  return all;
}

key_stats guard_per_key::stats() const { return table_->stats(); }

pinned_guard guard_per_key::find(std::string_view key) const { return table_->find(key); }

void guard_per_key::listen(std::shared_ptr<event_sink> const& sink,
                           std::shared_ptr<call_durations> const& durations) const {
  table_->listen({sink, durations});
}

}  // namespace holdfast
