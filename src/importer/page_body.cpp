#include "importer/page_body.hpp"

#include "importer/json_strict.hpp"
#include "importer/json_text.hpp"

#include <algorithm>
#include <utility>

#include <simdjson.h>

namespace holdfast {
namespace {

namespace ondemand = simdjson::ondemand;
using simdjson::error_code;

failure unreadable(std::string_view what) {
  failure seen;
  seen.category = category::transient;
  seen.advice = advice::after_backoff;
  seen.text = what;
  return seen;
}

failure other_shape(std::string_view what) {
  failure seen = unreadable(what);
  seen.category = category::data;
  return seen;
}

bool is_html(std::string_view content_type) {
  std::string type{content_type};
  std::ranges::transform(type, type.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return type.find("html") != std::string::npos;
}

/// A number that counts something; nothing for null, negative numbers and all else.
std::optional<std::uint64_t> count_in(ondemand::value of) {
  std::uint64_t count = 0;
  if (of.get_uint64().get(count) != simdjson::SUCCESS) return std::nullopt;
  return count;
}

error_code read_meta(ondemand::object from, page_meta& into) {
  for (auto found : from) {
    ondemand::field field;
    std::string_view key;
    if (auto const error = std::move(found).get(field)) return error;
    if (auto const error = field.unescaped_key().get(key)) return error;
    std::string const name{key};
    if (name == "offset") into.offset = count_in(field.value());
    if (name == "limit") into.limit = count_in(field.value());
    if (into.limit == 0U) into.limit.reset();  // says nothing of how many may come
    if (name == "total_count") into.total_count = count_in(field.value());
    if (name == "next") {
      std::string_view next;
      if (field.value().get_string().get(next) == simdjson::SUCCESS) into.next = next;
    }
  }
  return simdjson::SUCCESS;
}

/// Where the elements of a list stand in the text that begins at `text`.
error_code read_list(ondemand::array list, char const* text, page_body& into) {
  into.records.clear();
  for (auto found : list) {
    ondemand::value element;
    if (auto const error = found.get(element)) return error;
    std::string_view raw;
    if (auto const error = simdjson::to_json_string(element).get(raw)) return error;
    raw = trimmed_json(raw);
    into.records.emplace_back(static_cast<std::size_t>(raw.data() - text), raw.size());
  }
  return simdjson::SUCCESS;
}

/// What was met on the way through a page's members.
struct members {
  bool meta = false;
  int lists = 0;
};

error_code read_member(ondemand::field field, char const* text, std::string const& items,
                       page_body& into, members& met) {
  std::string_view key;
  if (auto const error = field.unescaped_key().get(key)) return error;
  std::string const name{key};
  ondemand::json_type type{};
  if (auto const error = field.value().type().get(type)) return error;
  if (name == "page_meta" && type == ondemand::json_type::object) {
    met.meta = true;
    ondemand::object meta;
    if (auto const error = field.value().get_object().get(meta)) return error;
    return read_meta(meta, into.meta);
  }
  if (type != ondemand::json_type::array || (!items.empty() && name != items)) {
    return simdjson::SUCCESS;
  }
  ++met.lists;
  ondemand::array list;
  if (auto const error = field.value().get_array().get(list)) return error;
  return read_list(list, text, into);
}

error_code read_members(std::string const& padded, std::size_t size, std::string const& items,
                        page_body& into, members& met) {
  ondemand::parser parser;
  ondemand::document document;
  simdjson::padded_string_view const view{padded.data(), size, padded.size()};
  if (auto const error = parser.iterate(view).get(document)) return error;
  ondemand::object object;
  if (auto const error = document.get_object().get(object)) return error;
  for (auto found : object) {
    ondemand::field field;
    if (auto const error = std::move(found).get(field)) return error;
    if (auto const error = read_member(field, padded.data(), items, into, met)) return error;
  }
  return simdjson::SUCCESS;
}

}  // namespace

expected<page_body, failure> read_page_body(std::string text, std::string_view content_type,
                                            std::string const& items) {
  auto const first = text.find_first_not_of(" \t\r\n");
  if (is_html(content_type) || (first != std::string::npos && text[first] == '<')) {
    return unexpected(unreadable("an HTML page came in place of JSON"));
  }
  // The parser reads no further than it must; a page that is cut anywhere is to be asked for again.
  if (!is_json(text)) return unexpected(unreadable("the page is no JSON, or was cut short"));
  if (text[first] != '{') return unexpected(other_shape("the page is JSON, but no object"));

  page_body page;
  members met;
  std::size_t const size = text.size();
  text.append(simdjson::SIMDJSON_PADDING, '\0');
  if (read_members(text, size, items, page, met) != simdjson::SUCCESS) {
    return unexpected(unreadable("the page can't be read as JSON"));
  }
  if (!met.meta) return unexpected(other_shape("the page has no page_meta"));
  if (met.lists != 1) {
    return unexpected(other_shape(met.lists == 0 ? "the page has no list of records"
                                                 : "the page has more than one list"));
  }
  text.resize(size);
  page.text = std::move(text);
  return page;
}

}  // namespace holdfast
