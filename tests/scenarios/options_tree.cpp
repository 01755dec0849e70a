#include "scenarios/options_tree.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace holdfast::scenarios {
namespace {

/// Deeper than any options of ours.
constexpr int most_depth = 4;

config_node node_at(node_kind kind, tree_line const& where, std::uint32_t column) {
  config_node made;
  made.kind = kind;
  made.line = where.line;
  made.column = column;
  made.source = where.source;
  return made;
}

config_node scalar(std::string_view text, tree_line const& where, std::uint32_t column) {
  config_node made = node_at(node_kind::scalar, where, column);
  made.text = text;
  return made;
}

config_node list_of(std::string_view items, tree_line const& where, std::uint32_t column) {
  config_node made = node_at(node_kind::list, where, column);
  for (std::size_t from = 0; from <= items.size() && !items.empty();) {
    std::size_t const end = std::min(items.find(',', from), items.size());
    made.items.push_back(
        scalar(items.substr(from, end - from), where, column + static_cast<std::uint32_t>(from)));
    from = end + 1;
  }
  return made;
}

void add_member(config_node& to, std::string_view name, std::uint32_t column, config_node value) {
  std::uint32_t const line = value.line;
  to.members.push_back({std::string{name}, line, column, std::move(value)});
}

/// "count(5)" or "time(10s,10)"; nothing where it is neither.
bool add_window(config_node& to, std::string_view text, tree_line const& where,
                std::uint32_t column) {
  std::size_t const open = text.find('(');
  if (open == std::string_view::npos || text.back() != ')') return false;
  std::string_view const kind = text.substr(0, open);
  config_node given = list_of(text.substr(open + 1, text.size() - open - 2), where,
                              column + static_cast<std::uint32_t>(open) + 1);
  std::array<std::string_view, 2> const names =
      kind == "count" ? std::array<std::string_view, 2>{"calls"}
                      : std::array<std::string_view, 2>{"span", "buckets"};
  std::size_t const most = kind == "count" ? 1 : 2;
  if ((kind != "count" && kind != "time") || given.items.empty() || given.items.size() > most) {
    return false;
  }
  config_node window = empty_map(where, column);
  add_member(window, "kind", column, scalar(kind, where, column));
  for (std::size_t i = 0; i < given.items.size(); ++i) {
    add_member(window, names[i], column, std::move(given.items[i]));
  }
  add_member(to, "window", column, std::move(window));
  return true;
}

config_node value_of(named_word const& given, tree_line const& where) {
  std::string_view const text = given.value;
  if (text.size() >= 2 && text.front() == '[' && text.back() == ']') {
    return list_of(text.substr(1, text.size() - 2), where, given.value_column + 1);
  }
  if (text.find(',') != std::string_view::npos) return list_of(text, where, given.value_column);
  return scalar(text, where, given.value_column);
}

config_node* member_of(config_node& map, std::string_view name) {
  auto const at = std::find_if(map.members.begin(), map.members.end(),
                               [&](config_member const& each) { return each.name == name; });
  return at == map.members.end() ? nullptr : &at->value;
}

}  // namespace

config_node empty_map(tree_line const& where, std::uint32_t column) {
  return node_at(node_kind::map, where, column);
}

void add_option(config_node& to, named_word const& given, std::uint32_t column,
                tree_line const& where, problems& found) {
  auto const report = [&](std::string what, std::string remedy) {
    found.push_back({where.at(column), std::move(what), std::move(remedy)});
  };
  if (!given.has_value) {
    report("expected name=value, found '" + std::string{given.name} + "'", {});
    return;
  }
  config_node* inside = &to;
  std::string_view name = given.name;
  for (int depth = 0; depth < most_depth; ++depth) {
    std::size_t const dot = name.find('.');
    if (dot == std::string_view::npos) break;
    config_node* next = member_of(*inside, name.substr(0, dot));
    if (next == nullptr) {
      add_member(*inside, name.substr(0, dot), column, empty_map(where, column));
      next = &inside->members.back().value;
    }
    inside = next;
    name.remove_prefix(dot + 1);
  }
  if (inside->kind != node_kind::map || member_of(*inside, name) != nullptr) {
    report(std::string{given.name} + " is given twice", "give each field once");
    return;
  }
  if (inside == &to && name == "window") {
    if (add_window(to, given.value, where, given.value_column)) return;
    report("window is '" + std::string{given.value} + "'",
           "count(5), time(10s) or time(10s,10); or window.kind=…");
    return;
  }
  add_member(*inside, name, column, value_of(given, where));
}

}  // namespace holdfast::scenarios
