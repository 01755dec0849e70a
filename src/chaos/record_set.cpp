#include "holdfast/chaos/record_set.hpp"

#include <fstream>
#include <sstream>
#include <system_error>

#include <nlohmann/json.hpp>

namespace holdfast {
namespace {

constexpr std::size_t shown_problems = 5;
constexpr std::string_view blanks = " \t\r";

/// The part of a line without blanks at its ends.
std::string_view trimmed(std::string_view line) {
  auto const first = line.find_first_not_of(blanks);
  if (first == std::string_view::npos) return {};
  return line.substr(first, line.find_last_not_of(blanks) - first + 1);
}

bool is_object(std::string_view text) {
  return text.front() == '{' && nlohmann::json::accept(text.begin(), text.end());
}

problems one(std::string const& source, std::string what, std::string remedy) {
  return {{{source, 0, 0}, std::move(what), std::move(remedy)}};
}

}  // namespace

expected<record_set, problems> record_set::parse(std::string text, std::string const& source) {
  record_set set;
  problems found;
  set.text_ = std::move(text);
  std::string_view const all = set.text_;
  std::uint64_t line_number = 0;
  for (std::size_t begin = 0; begin < all.size() && found.size() < shown_problems;) {
    std::size_t const end = std::min(all.find('\n', begin), all.size());
    std::string_view const line = trimmed(all.substr(begin, end - begin));
    ++line_number;
    begin = end + 1;
    if (line.empty()) continue;
    if (is_object(line)) {
      set.lines_.emplace_back(static_cast<std::size_t>(line.data() - all.data()), line.size());
    } else {
      found.push_back({{source, line_number, 0}, "is no JSON object", "one object a line"});
    }
  }
  if (!found.empty()) return unexpected{std::move(found)};
  if (set.lines_.empty()) return unexpected{one(source, "holds no record", "one object a line")};
  return set;
}

expected<record_set, problems> record_set::read(std::string const& path) {
  std::ifstream file{path, std::ios::binary | std::ios::ate};
  if (!file) {
    return unexpected{one(path, "can't be opened: " + std::generic_category().message(errno),
                          "name a readable JSON Lines file")};
  }
  auto const size = static_cast<std::int64_t>(file.tellg());
  if (size < 0 || size == std::numeric_limits<std::int64_t>::max()) {
    return unexpected{one(path, "is no file that can be read", "name a JSON Lines file")};
  }
  if (static_cast<std::uint64_t>(size) > most.value) {
    return unexpected{one(path, "is larger than " + to_text(most), "serve a part of it")};
  }
  std::string text(static_cast<std::size_t>(size), '\0');
  file.seekg(0);
  if (!file.read(text.data(), size)) {
    return unexpected{one(path, "can't be read", "name a readable JSON Lines file")};
  }
  return parse(std::move(text), path);
}

}  // namespace holdfast
