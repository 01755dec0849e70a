#include "page_text.hpp"

#include <algorithm>

#include <nlohmann/json.hpp>

namespace holdfast {
namespace {

using json = nlohmann::ordered_json;

/// As JSON text; bytes that are no UTF-8 are replaced.
std::string dumped(json const& value) {
  return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

/// Of the record itself; what is nested is left as it is.
void numbers_to_text(json& record) {
  for (auto& value : record) {
    if (value.is_number()) value = value.dump();
  }
}

void null_nested(json& record) {
  for (auto& value : record) {
    if (value.is_structured()) value = nullptr;
  }
}

/// A copy is no changed record.
bool is_changed(page_record const& record) {
  return record.flaw == page_flaw::null_nested || record.flaw == page_flaw::text_numbers ||
         record.flaw == page_flaw::unknown_field;
}

std::string flawed(std::string_view text, page_flaw flaw) {
  json record = json::parse(text.begin(), text.end());
  if (flaw == page_flaw::null_nested) null_nested(record);
  if (flaw == page_flaw::text_numbers) numbers_to_text(record);
  if (flaw == page_flaw::unknown_field) record["chaos_unknown"] = true;
  return dumped(record);
}

json link(page_address const& address, std::uint64_t limit, std::uint64_t offset) {
  std::string text{address.path};
  text += "?limit=" + std::to_string(limit) + "&offset=" + std::to_string(offset);
  if (!address.others.empty()) text.append("&").append(address.others);
  return text;
}

std::string meta_of(page_content const& page, page_address const& address) {
  json const previous =
      page.offset == 0 ? json{}
                       : link(address, page.limit, page.offset - std::min(page.offset, page.limit));
  json const next = page.has_next ? link(address, page.limit, page.offset + page.limit) : json{};
  return dumped({{"limit", page.limit},
                 {"next", next},
                 {"offset", page.offset},
                 {"previous", previous},
                 {"total_count", page.total_count}});
}

}  // namespace

std::string page_text(page_content const& page, record_set const& records, std::string_view key,
                      page_address const& address) {
  std::string body = "{" + dumped(std::string{key}) + ": [";
  for (page_record const& each : page.records) {
    if (body.back() != '[') body += ", ";
    std::string_view const text = records[each.number];
    is_changed(each) ? body += flawed(text, *each.flaw) : body += text;
  }
  return body + "], \"page_meta\": " + meta_of(page, address) + "}";
}

}  // namespace holdfast
