#include "holdfast/config/parse.hpp"

#include "holdfast/base/excerpt.hpp"
#include "holdfast/base/units.hpp"
#include "source_text.hpp"
#include "tree_builder.hpp"

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <system_error>

#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

namespace holdfast {
namespace {

unexpected<problems> only(problem found) { return unexpected{problems{std::move(found)}}; }

problem too_large(std::string const& source, parse_limits const& limits) {
  return {{source}, "the file is too large", "allowed: " + to_text(byte_count{limits.bytes})};
}

problem unreadable(std::string const& path, std::error_code why) {
  return {{path}, "can't be read: " + why.message(), "check the path and its permissions"};
}

/// yaml-cpp keeps every token of a bracketed part in memory, 90 bytes each, before it tells of the
/// first one; so what makes tokens is counted beforehand. Texts may hold some of these as well.
bool has_too_many_tokens(std::string_view text, parse_limits const& limits) {
  constexpr std::string_view marks = "[]{},:?&*!\"'";
  auto const count =
      std::count_if(text.begin(), text.end(), [&](char c) { return marks.find(c) != marks.npos; });
  return static_cast<std::size_t>(count) / 4 > limits.nodes;
}

/// Runs the parser over the text; what it throws becomes the last problem.
void parse_into(tree_builder& builder, source_text& source, problems& found) {
  try {
    std::istringstream stream{std::string{source.text()}};
    YAML::Parser parser{stream};
    while (parser.HandleNextDocument(builder)) {
    }
  } catch (parsing_ends const&) {
    return;
  } catch (YAML::Exception const& error) {
    text_position where{*source.name()};
    if (!error.mark.is_null()) {
      where = source.at(static_cast<std::size_t>(error.mark.line),
                        static_cast<std::size_t>(error.mark.column));
    }
    found.push_back({where, "this is no valid YAML: " + excerpt(error.msg, 120),
                     "check brackets, quotes and indentation here and just above"});
  }
}

}  // namespace

expected<config_node, problems> parse_yaml(std::string_view text, std::string source,
                                           parse_limits const& limits) {
  if (text.size() > limits.bytes) return only(too_large(source, limits));
  source_text readable{text, std::move(source)};
  if (has_too_many_tokens(text, limits)) {
    return only({{*readable.name()},
                 "there are too many brackets, quotes, commas and colons",
                 "allowed: " + std::to_string(4 * limits.nodes) + " in all"});
  }
  if (auto bad = readable.bad_character()) return only(*std::move(bad));

  problems found;
  tree_builder builder{readable, limits, found};
  parse_into(builder, readable, found);
  if (!found.empty()) return unexpected{std::move(found)};
  config_node root = builder.take_root();
  root.source = readable.name();
  return root;
}

expected<config_node, problems> read_yaml_file(std::string const& path,
                                               parse_limits const& limits) {
  std::error_code error;
  if (std::filesystem::is_directory(path, error)) {
    return only(unreadable(path, std::make_error_code(std::errc::is_a_directory)));
  }
  errno = 0;
  std::ifstream file{path, std::ios::binary};
  if (!file) return only(unreadable(path, {errno, std::generic_category()}));

  std::string text;
  std::string block(std::min<std::size_t>(limits.bytes + 1, 64 * 1024), '\0');
  while (file && text.size() <= limits.bytes) {
    file.read(block.data(), static_cast<std::streamsize>(block.size()));
    text.append(block, 0, static_cast<std::size_t>(file.gcount()));
  }
  if (file.bad()) return only(unreadable(path, {errno, std::generic_category()}));
  return parse_yaml(text, path, limits);
}

}  // namespace holdfast
