#include "holdfast/importer/table_schema.hpp"

#include <algorithm>
#include <utility>

namespace holdfast {
namespace {

char lower(char c) noexcept { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

}  // namespace

bool same_name(std::string_view a, std::string_view b) noexcept {
  return std::ranges::equal(a, b, {}, lower, lower);
}

bool same_names(std::vector<std::string> const& a, std::vector<std::string> const& b) noexcept {
  auto const contains = [](std::vector<std::string> const& names, std::string const& name) {
    return std::ranges::any_of(names, [&](auto const& each) { return same_name(each, name); });
  };
  return a.size() == b.size() &&
         std::ranges::all_of(a, [&](auto const& name) { return contains(b, name); });
}

table_schema::table_schema(std::string table, std::vector<std::string> key,
                           std::optional<table_shape> existing, std::size_t column_limit)
    : table_{std::move(table)},
      key_{std::move(key)},
      applied_{std::move(existing)},
      column_limit_{column_limit} {
  if (applied_) columns_ = applied_->columns;
  spell_key();
}

void table_schema::spell_key() {
  for (std::string& name : key_) {
    if (auto const column = find(name)) name = columns_[*column].name;
  }
}

bool table_schema::in_key(std::size_t column) const noexcept {
  return std::ranges::any_of(
      key_, [&](std::string const& name) { return same_name(name, columns_[column].name); });
}

std::optional<std::size_t> table_schema::find(std::string_view name) const noexcept {
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    if (same_name(columns_[i].name, name)) return i;
  }
  return std::nullopt;
}

std::optional<std::size_t> table_schema::add(table_column wanted) {
  auto column = find(wanted.name);
  if (!column) {
    if (columns_.size() >= column_limit_) return std::nullopt;
    column = columns_.size();
    columns_.push_back(std::move(wanted));
    spell_key();
  }
  columns_[*column].fed = true;
  return column;
}

void table_schema::widen(std::size_t column, column_type to) {
  bool const one_key_of_two = to == column_type::number && in_key(column);
  columns_[column].type = one_key_of_two ? column_type::text : to;
}

bool table_schema::declare(std::size_t column, column_type type) {
  table_column& declared = columns_[column];
  if (declared.type != type && (!declared.widens || join(declared.type, type) != type))
    return false;
  declared.type = type;
  declared.widens = false;
  return true;
}

std::optional<column_type> table_schema::applied_type(std::size_t column) const noexcept {
  if (!applied_) return std::nullopt;
  auto const& there = applied_->columns;
  std::string const& name = columns_[column].name;
  if (column < there.size() && same_name(there[column].name, name)) return there[column].type;
  auto const found = std::ranges::find_if(
      there, [&](table_column const& each) { return same_name(each.name, name); });
  return found == there.end() ? std::nullopt : std::optional{found->type};
}

bool table_schema::is_applied() const noexcept {
  if (!applied_ || applied_->columns.size() < columns_.size()) return false;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    if (applied_type(i) != columns_[i].type) return false;
  }
  return true;
}

void table_schema::set_applied() {
  if (!applied_) {
    if (columns_.empty()) return;
    applied_ = table_shape{.name = table_, .ours = true};
    if (!key_.empty()) applied_->keys.push_back(key_);
  }
  std::vector<table_column> added;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    if (!applied_type(i)) added.push_back(columns_[i]);
  }
  for (table_column& there : applied_->columns) there = columns_[*find(there.name)];
  applied_->columns.insert(applied_->columns.end(), added.begin(), added.end());
}

void table_schema::merge(table_shape now) {
  for (table_column const& there : now.columns) {
    auto const known = find(there.name);
    if (!known) {
      columns_.push_back(there);
      continue;
    }
    table_column& column = columns_[*known];
    column.computed = there.computed;
    column_type const both = join(column.type, there.type);
    bool const can_change = there.widens && (column.widens || both == column.type);
    column.type = can_change ? both : there.type;
    column.widens = column.widens && there.widens;
  }
  applied_ = std::move(now);
  spell_key();
}

std::string describe_columns(std::vector<table_column> const& columns) {
  std::string text;
  for (table_column const& column : columns) {
    if (!text.empty()) text += ", ";
    text += column.name + ' ';
    text += name_of(column.type);
  }
  return text;
}

}  // namespace holdfast
