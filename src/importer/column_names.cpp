#include "holdfast/importer/column_names.hpp"

#include "holdfast/base/excerpt.hpp"

#include <algorithm>

namespace holdfast {
namespace {

std::string lower_case(std::string text) {
  std::ranges::transform(text, text.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return text;
}

std::string as_utf8(std::string_view text) {
  std::string good;
  while (!text.empty()) {
    std::size_t const length = utf8_length(text);
    good += length == 0 ? "\xef\xbf\xbd" : text.substr(0, length);
    text.remove_prefix(std::max<std::size_t>(length, 1));
  }
  return good;
}

}  // namespace

std::string const& column_names::add(std::string_view wanted) {
  std::string const base =
      wanted.empty() ? "column_" + std::to_string(names_.size() + 1) : as_utf8(wanted);
  std::string name = base;
  for (std::size_t next = 2; !taken_.insert(lower_case(name)).second; ++next) {
    name = base + "_" + std::to_string(next);
  }
  return names_.emplace_back(std::move(name));
}

void column_names::cut(std::size_t count) {
  while (names_.size() > count) {
    taken_.erase(lower_case(names_.back()));
    names_.pop_back();
  }
}

std::string without_nul(std::string_view name) {
  std::string visible;
  for (char const each : name) {
    if (each == '\0') {
      visible += "\xEF\xBF\xBD";
    } else {
      visible += each;
    }
  }
  return visible;
}

}  // namespace holdfast
