#include "holdfast/config/reading.hpp"

#include "holdfast/base/excerpt.hpp"
#include "holdfast/config/suggest.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace holdfast {
namespace {

std::string joined(std::string const& path, std::string_view name) {
  return path.empty() ? excerpt(name) : path + "." + excerpt(name);
}

std::string sentence(std::string const& path, std::string const& what) {
  return path.empty() ? what : path + ": " + what;
}

/// The text of an unquoted scalar, or nothing after having said that a `wanted` was expected.
std::optional<std::string_view> plain_text(config_reading const& from, std::string_view wanted) {
  if (from.node.kind == node_kind::scalar && !from.node.quoted) return from.node.text;
  std::string what = from.shown() + " is no " + std::string{wanted};
  if (from.node.quoted) return from.report(what, "write it without quotes"), std::nullopt;
  return from.report(what), std::nullopt;
}

std::optional<std::string_view> any_text(config_reading const& from) {
  if (!from.is(node_kind::scalar)) return std::nullopt;
  return from.node.text;
}

template <class Integer>
std::optional<Integer> read_integer(config_reading const& from, std::string_view wanted) {
  auto const text = plain_text(from, wanted);
  if (!text) return std::nullopt;
  Integer value = 0;
  auto const* const last = text->data() + text->size();
  auto const [end, error] = std::from_chars(text->data(), last, value);
  if (error == std::errc::result_out_of_range && end == last) {
    from.report(from.shown() + " is out of range", "allowed: numbers of 64 bits");
    return std::nullopt;
  }
  if (error == std::errc{} && end == last) return value;
  from.report(from.shown() + " is no " + std::string{wanted});
  return std::nullopt;
}

bool is_number(std::string_view text) {
  double value = 0;
  auto const* const last = text.data() + text.size();
  auto const [end, error] = std::from_chars(text.data(), last, value);
  return error == std::errc{} && end == last;
}

}  // namespace

void config_reading::report(std::string const& what, std::string remedy) const {
  found.push_back({node.where(), sentence(path, what), std::move(remedy)});
}

void config_reading::report_not_allowed(std::string const& what, std::string const& allowed) const {
  report(what, "allowed: " + allowed);
}

void config_reading::report(field_problem const& contradiction) const {
  config_reading const field{deepest(node, contradiction.field), joined(path, contradiction.field),
                             found};
  if (contradiction.allowed.empty()) return field.report(contradiction.found);
  field.report_not_allowed(contradiction.found, contradiction.allowed);
}

void config_reading::report_missing(std::string_view name, std::string_view help) const {
  found.push_back({node.where(), sentence(joined(path, name), "is missing, and required"),
                   std::string{name} + ": " + std::string{help}});
}

void config_reading::report_unknown_keys(std::span<std::string_view const> known) const {
  for (config_member const& each : node.members) {
    if (std::find(known.begin(), known.end(), each.name) != known.end()) continue;
    problem unknown{{node.where().source, each.line, each.column},
                    sentence(joined(path, each.name), "unknown key"),
                    {}};
    if (auto const meant = nearest_word(each.name, known)) {
      unknown.what += "; did you mean " + std::string{*meant} + "?";
    } else {
      unknown.remedy = "known keys: " + list_of_words(known);
    }
    found.push_back(std::move(unknown));
  }
}

std::string config_reading::shown() const {
  if (node.kind != node_kind::scalar) return std::string{name_of(node.kind)};
  return "'" + excerpt(node.text) + "'";
}

bool config_reading::is(node_kind wanted) const {
  if (node.kind == wanted) return true;
  report("expected " + std::string{name_of(wanted)} + ", found " + shown());
  return false;
}

config_reading config_reading::member(config_node const& value, std::string_view name) const {
  return {value, joined(path, name), found, partial};
}

config_reading config_reading::item(config_node const& value, std::size_t index) const {
  return {value, path + "[" + std::to_string(index) + "]", found, partial};
}

std::optional<std::int64_t> read_signed(config_reading const& from) {
  return read_integer<std::int64_t>(from, "whole number");
}

std::optional<std::uint64_t> read_unsigned(config_reading const& from) {
  return read_integer<std::uint64_t>(from, "whole number of 0 or more");
}

std::optional<double> read_real(config_reading const& from) {
  if (from.node.kind == node_kind::scalar && from.node.text == "off") return off;
  auto const text = plain_text(from, "number");
  if (!text) return std::nullopt;
  double value = 0;
  auto const* const last = text->data() + text->size();
  auto const [end, error] = std::from_chars(text->data(), last, value);
  if (error == std::errc{} && end == last && std::isfinite(value)) return value;
  from.report(from.shown() +
              (error == std::errc::result_out_of_range ? " is out of range" : " is no number"));
  return std::nullopt;
}

std::optional<bool> read_flag(config_reading const& from) {
  auto const text = plain_text(from, "flag");
  if (!text) return std::nullopt;
  if (*text == "true") return true;
  if (*text == "false") return false;
  from.report_not_allowed(from.shown() + " is no flag", "true, false");
  return std::nullopt;
}

std::optional<std::string> read_string(config_reading const& from) {
  auto const text = any_text(from);
  if (!text) return std::nullopt;
  return std::string{*text};
}

std::optional<duration> read_duration(config_reading const& from) {
  auto const text = any_text(from);
  if (!text) return std::nullopt;
  if (auto const value = parse_duration(*text)) return value;
  if (is_number(*text)) {
    std::string const number = excerpt(*text);
    from.report(from.shown() + " has no unit",
                "write " + number + "s, " + number + "ms, …; units: ns, us, ms, s, m, h, d");
  } else {
    from.report_not_allowed(from.shown() + " is no duration",
                            "a number of 0 or more and one of ns, us, ms, s, m, h, d; or off");
  }
  return std::nullopt;
}

std::optional<byte_count> read_bytes(config_reading const& from) {
  auto const text = any_text(from);
  if (!text) return std::nullopt;
  if (auto const value = parse_bytes(*text)) return value;
  std::string const what = is_number(*text) ? " has no unit" : " is no size";
  from.report_not_allowed(from.shown() + what,
                          "a whole number and one of B, KiB, MiB, GiB, kB, MB, GB");
  return std::nullopt;
}

std::optional<std::size_t> read_choice(config_reading const& from,
                                       std::span<std::string_view const> words) {
  auto const text = any_text(from);
  if (!text) return std::nullopt;
  auto const at = std::find(words.begin(), words.end(), *text);
  if (at != words.end()) return static_cast<std::size_t>(at - words.begin());
  auto const meant = nearest_word(*text, words);
  std::string const hint = meant ? "; did you mean " + std::string{*meant} + "?" : "";
  from.report_not_allowed(from.shown() + " is not known here" + hint, list_of_words(words));
  return std::nullopt;
}

}  // namespace holdfast
