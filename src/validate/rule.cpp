#include "holdfast/validate/rule.hpp"

#include <algorithm>
#include <cmath>

namespace holdfast {
namespace {

/// Whether a < b, exactly: an integer of 64 bits may have no double.
bool is_less(std::int64_t a, double b) {
  if (b >= 0x1p63) return true;
  if (!(b > -0x1p63)) return false;
  double const whole = std::floor(b);
  auto const floor = static_cast<std::int64_t>(whole);
  return a < floor || (a == floor && whole < b);
}

bool is_less(double a, std::int64_t b) {
  if (a >= 0x1p63) return false;
  if (a < -0x1p63) return true;
  return static_cast<std::int64_t>(std::floor(a)) < b;
}

bool in_range(range_rule const& range, value const& judged) {
  if (judged.kind == value_kind::integer) {
    return !is_less(judged.integer, range.least) && !is_less(range.most, judged.integer);
  }
  if (judged.kind != value_kind::real) return true;
  return judged.real >= range.least && judged.real <= range.most;
}

bool has_length(length_rule const& length, value const& judged) {
  if (judged.kind != value_kind::text) return true;
  std::uint64_t const bytes = judged.text.size();
  std::uint64_t const at_least = bytes / 4 + (bytes % 4 != 0 ? 1 : 0);
  if (bytes <= length.most && at_least >= length.least) return true;
  if (bytes < length.least || at_least > length.most) return false;
  auto const characters =
      static_cast<std::uint64_t>(std::count_if(judged.text.begin(), judged.text.end(), [](char c) {
        return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
      }));
  return characters >= length.least && characters <= length.most;
}

bool is_of_kind(kind_rule const& wanted, value const& judged) {
  if (judged.kind == value_kind::null || judged.kind == wanted.kind) return true;
  return wanted.kind == value_kind::real && judged.kind == value_kind::integer;
}

struct judgement {
  value const& judged;
  bool operator()(required_rule const&) const { return judged.kind != value_kind::null; }
  bool operator()(kind_rule const& wanted) const { return is_of_kind(wanted, judged); }
  bool operator()(range_rule const& range) const { return in_range(range, judged); }
  bool operator()(length_rule const& length) const { return has_length(length, judged); }
};

struct naming {
  std::string_view operator()(required_rule const&) const { return "required"; }
  std::string_view operator()(kind_rule const&) const { return "type"; }
  std::string_view operator()(range_rule const&) const { return "range"; }
  std::string_view operator()(length_rule const&) const { return "length"; }
};

}  // namespace

std::string_view name_of(rule const& of) noexcept { return std::visit(naming{}, of); }

bool keeps(rule const& demanded, value const& judged) noexcept {
  return std::visit(judgement{judged}, demanded);
}

}  // namespace holdfast
