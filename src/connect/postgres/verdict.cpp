#include "connect/postgres/verdict.hpp"

#include "holdfast/classify/sqlstate.hpp"
#include "holdfast/redact/redact.hpp"

#include <string>

namespace holdfast::postgres {
namespace {

std::string_view field_of(PGresult const* answer, int which) noexcept {
  char const* const text = PQresultErrorField(answer, which);
  return text == nullptr ? std::string_view{} : std::string_view{text};
}

/// Messages of libpq end with a newline, and may have several lines.
std::string_view first_line(std::string_view text) noexcept {
  return text.substr(0, text.find('\n'));
}

void tell(failure_context* context, PGresult const* answer, phase how_far) {
  if (context == nullptr) return;
  context->how_far = how_far;
  if (answer == nullptr) return;
  context->server = {.severity = field_of(answer, PG_DIAG_SEVERITY_NONLOCALIZED),
                     .schema = field_of(answer, PG_DIAG_SCHEMA_NAME),
                     .table = field_of(answer, PG_DIAG_TABLE_NAME),
                     .column = field_of(answer, PG_DIAG_COLUMN_NAME),
                     .data_type = field_of(answer, PG_DIAG_DATATYPE_NAME),
                     .constraint = field_of(answer, PG_DIAG_CONSTRAINT_NAME),
                     .routine = field_of(answer, PG_DIAG_SOURCE_FUNCTION),
                     .detail = field_of(answer, PG_DIAG_MESSAGE_DETAIL),
                     .hint = field_of(answer, PG_DIAG_MESSAGE_HINT)};
}

bool is_final(std::string_view severity) noexcept {
  return severity == "FATAL" || severity == "PANIC";
}

}  // namespace

failure failure_in(PGresult const* answer, circumstances const& around) {
  std::string_view const sqlstate = field_of(answer, PG_DIAG_SQLSTATE);
  if (sqlstate.empty()) return link_failure(PQresultErrorMessage(answer), around);
  tell(around.context, answer, around.how_far);
  std::string const message = redacted(field_of(answer, PG_DIAG_MESSAGE_PRIMARY));
  return classify_sqlstate({.sqlstate = sqlstate,
                            .how_far = around.how_far,
                            .fatal = is_final(field_of(answer, PG_DIAG_SEVERITY_NONLOCALIZED)),
                            .message = message,
                            .source_function = field_of(answer, PG_DIAG_SOURCE_FUNCTION),
                            .cancelled_by_caller = around.cut == wait_end::stopped,
                            .behind_pooler = around.behind_pooler});
}

failure link_failure(std::string_view why, circumstances const& around) {
  tell(around.context, nullptr, around.how_far);
  std::string const message = redacted(first_line(why));
  failure seen = classify_sqlstate({.sqlstate = around.last_word,
                                    .how_far = around.how_far,
                                    .fatal = !around.last_word.empty(),
                                    .message = message});
  bool const known = seen.category != category::in_doubt;
  if (known && around.cut == wait_end::stopped) {
    failure const given_up = plain_failure(category::cancelled);
    seen.category = given_up.category;
    seen.severity = given_up.severity;
    seen.fault = given_up.fault;
    seen.advice = advice::never;
  }
  if (known && around.cut == wait_end::timed_out) seen.category = category::timeout;
  return seen;
}

failure not_sent(std::string_view sqlstate, std::string_view why) {
  return classify_sqlstate({.sqlstate = sqlstate, .how_far = phase::not_sent, .message = why});
}

}  // namespace holdfast::postgres
