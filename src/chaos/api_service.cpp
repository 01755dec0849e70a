#include "api_service.hpp"

#include "api_request.hpp"
#include "holdfast/redact/redact.hpp"
#include "page_text.hpp"

#include <iostream>

namespace holdfast {
namespace {

constexpr std::string_view stats_path = "/chaos/stats";

exchange refuse(int status, std::string_view why, answer_context const& context) {
  return plain_answer(status, json_type, R"({"error_message": ")" + std::string{why} + "\"}",
                      context);
}

/// "12.345s #17 GET /molecule.json?limit=20 server_error" on standard error.
void write_log_line(duration since_start, std::uint64_t number, request_line const& request,
                    fault_kind kind) {
  auto const now = std::chrono::floor<std::chrono::milliseconds>(since_start);
  std::string line = to_text(duration{now}) + " #" + std::to_string(number) + " ";
  line.append(request.method).append(" ").append(request.target).append(" ");
  line.append(enum_name(kind)).append("\n");
  std::clog << redacted(line) << std::flush;
}

}  // namespace

api_service::api_service(api_options options, chaos_plan plan, record_set records)
    : options_{std::move(options)},
      records_{std::move(records)},
      engine_{std::move(plan), options_.seed, records_.size()} {}

std::optional<fault_engine::outage_state> api_service::connect(duration since_start) {
  tally_.add_connection();
  auto const away = engine_.outage_at(since_start);
  if (!away || away->kind == outage_kind::unavailable) return std::nullopt;
  tally_.add_turned_away();
  if (options_.log) write_log_line(since_start, 0, {"connect", "-"}, fault_kind::outage);
  return away;
}

exchange api_service::respond(request_line const& request, duration since_start, wall_time now) {
  answer_context const context{now, request.keep_alive, std::string{request.target}};
  if (request.method != "GET") return refuse(405, "only GET is served", context);
  if (request.target == stats_path) return plain_answer(200, json_type, to_json(tally_), context);
  return page(request, since_start, context);
}

exchange api_service::page(request_line const& request, duration since_start,
                           answer_context const& context) {
  auto const asked = parse_target(request.target);
  if (!asked) return refuse(400, asked.error(), context);
  if (asked->path != options_.path) return refuse(404, "there is no such resource", context);
  if (asked->hop) return redirect(*asked->hop + 1, context);

  fault_verdict const verdict = engine_.judge(asked->page, since_start);
  tally_.add(verdict);
  if (options_.log) write_log_line(since_start, verdict.number, request, verdict.kind);
  bool const sends_page = !verdict.page.records.empty() || !fails(verdict.kind);
  std::string const body = sends_page ? page_text(verdict.page, records_, options_.records_key,
                                                  {options_.path, asked->others})
                                      : std::string{};
  return answer(verdict, engine_.plan().faults, body, context);
}

}  // namespace holdfast
