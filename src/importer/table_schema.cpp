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
                           std::optional<table_shape> existing)
    : table_{std::move(table)}, key_{std::move(key)}, applied_{std::move(existing)} {
  if (applied_) columns_ = applied_->columns;
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
  if (auto const there = find(wanted.name)) return there;
  if (columns_.size() >= column_limit) return std::nullopt;
  columns_.push_back(std::move(wanted));
  return columns_.size() - 1;
}

bool table_schema::declare(std::size_t column, column_type type) {
  table_column& declared = columns_[column];
  if (declared.type != type && (!declared.widens || join(declared.type, type) != type))
    return false;
  declared.type = type;
  declared.widens = false;
  return true;
}

bool table_schema::is_applied() const noexcept {
  auto const same = [](table_column const& a, table_column const& b) {
    return a.name == b.name && a.type == b.type;
  };
  return applied_ && std::ranges::equal(applied_->columns, columns_, same);
}

void table_schema::set_applied() {
  if (!applied_) {
    applied_ = table_shape{.ours = true};
    if (!key_.empty()) applied_->keys.push_back(key_);
  }
  applied_->columns = columns_;
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
