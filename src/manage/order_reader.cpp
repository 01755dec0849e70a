#include "holdfast/manage/order_reader.hpp"

#include "holdfast/base/excerpt.hpp"
#include "holdfast/base/units.hpp"
#include "holdfast/redact/redact.hpp"
#include "holdfast/state/wall_text.hpp"

#include <cstddef>
#include <utility>

namespace holdfast {
namespace {

constexpr std::size_t most_text_bytes = 80;  // those of order_record

}  // namespace

void order_reader::refuse(std::string_view field, std::string what, std::string remedy) {
  found_.push_back({{std::string{field}, 0, 0}, std::move(what), std::move(remedy)});
}

std::string order_reader::text(std::string_view field, std::string_view given) {
  std::string kept = redacted(given);
  if (kept.size() > most_text_bytes) {
    refuse(field, "it has " + std::to_string(kept.size()) + " bytes",
           "say it in " + std::to_string(most_text_bytes) + " bytes: no more are kept");
  }
  return kept;
}

std::string order_reader::reason(std::string_view field, order_kind what, std::string_view given) {
  bool const says_nothing = given.find_first_not_of(" \t\r\n") == std::string_view::npos;
  if (says_nothing && needs_a_reason(what)) {
    refuse(field, "why?", "say it: it stands in the history, for who looks next");
  }
  return text(field, given);
}

std::optional<wall_time> order_reader::end_after(std::string_view field, std::string_view length) {
  auto const value = parse_duration(length);
  if (!value) {
    refuse(field, "'" + excerpt(length) + "' is no duration",
           "write a number and a unit: 90s, 10m, 2h; or off");
    return std::nullopt;
  }
  if (is_off(*value)) return std::nullopt;
  if (*value <= duration::zero()) {
    refuse(field, "it would be over at once", "more than 0s; or off");
    return std::nullopt;
  }
  return later(now_, *value);
}

std::optional<wall_time> order_reader::end_at(std::string_view field, std::string_view time) {
  auto const at = parse_utc(time);
  if (!at) {
    refuse(field, "'" + excerpt(time) + "' is no time", "write it in UTC: 2026-12-01T10:00:00Z");
  } else if (*at <= now_) {
    refuse(field, utc_text(*at) + " has passed", "it is " + utc_text(now_));
  }
  return at;
}

problems order_reader::take_problems() noexcept { return std::move(found_); }

}  // namespace holdfast
