#include "holdfast/validate/check.hpp"

#include "holdfast/base/excerpt.hpp"

#include <array>
#include <charconv>
#include <cmath>

namespace holdfast {
namespace {

template <class Number>
std::string shown_number(Number number) {
  std::array<char, 32> room{};
  auto const end = std::to_chars(room.data(), room.data() + room.size(), number).ptr;
  return {room.data(), end};
}

std::string shown(value const& of) {
  switch (of.kind) {
    case value_kind::null: return "nothing";
    case value_kind::boolean: return of.boolean ? "true" : "false";
    case value_kind::integer: return shown_number(of.integer);
    case value_kind::real: return shown_number(of.real);
    case value_kind::text: return excerpt(of.text);
  }
  return "?";
}

/// "1 .. 5", ">= 1" or "<= 5".
template <class Number>
std::string bounds(Number least, Number most, bool has_least, bool has_most) {
  if (!has_most) return ">= " + shown_number(least);
  if (!has_least) return "<= " + shown_number(most);
  return shown_number(least) + " .. " + shown_number(most);
}

/// Words a broken rule for people: fills `what` and `allowed`.
struct wording {
  finding& to;

  void operator()(required_rule const&) const { to.what = "is missing, and required"; }
  void operator()(kind_rule const& wanted) const {
    to.what = "'" + to.shown + "' has the wrong type";
    to.allowed = name_of(wanted.kind);
  }
  void operator()(range_rule const& range) const {
    to.what = to.shown + " is out of range";
    to.allowed =
        bounds(range.least, range.most, std::isfinite(range.least), std::isfinite(range.most));
  }
  void operator()(length_rule const& length) const {
    to.what = "'" + to.shown + "' has a length that is out of range";
    to.allowed =
        bounds(length.least, length.most, length.least != 0, length.most != length_rule{}.most) +
        " characters";
  }
};

finding broken(schema const& by, std::size_t at, rule const& demanded, value const& judged) {
  finding found{at, by.fields[at].name, demanded, {}, {}, shown(judged)};
  std::visit(wording{found}, demanded);
  return found;
}

}  // namespace

std::vector<finding> check(schema const& by, std::span<value const> record) {
  std::vector<finding> found;
  for (std::size_t at = 0; at < by.fields.size(); ++at) {
    value const judged = at < record.size() ? record[at] : value{};
    for (rule const& demanded : by.fields[at].rules) {
      if (keeps(demanded, judged)) continue;
      found.push_back(broken(by, at, demanded, judged));
      break;
    }
  }
  return found;
}

std::string describe(finding const& found) {
  std::string text = found.name + ": " + found.what;
  return found.allowed.empty() ? text : text + "; allowed: " + found.allowed;
}

}  // namespace holdfast
