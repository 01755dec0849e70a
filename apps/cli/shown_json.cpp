#include "shown_json.hpp"

#include "holdfast/redact/redact.hpp"

#include <nlohmann/json.hpp>

namespace holdfast::cli {
namespace {

using json = nlohmann::ordered_json;

/// What we build has a handful of levels.
void redact_texts(json& in) {  // NOLINT(misc-no-recursion)
  if (in.is_string()) {
    in = redacted(in.get_ref<std::string const&>());
  } else if (in.is_structured()) {
    for (json& each : in) redact_texts(each);
  }
}

}  // namespace

std::string shown_as_line(json made) {
  redact_texts(made);
  return made.dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace holdfast::cli
