#include "serve/responder.hpp"

#include "holdfast/base/excerpt.hpp"
#include "holdfast/telemetry/exposition.hpp"
#include "serve/order_text.hpp"
#include "serve/served_json.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <string>
#include <utility>

namespace holdfast {
namespace {

constexpr std::string_view json_type = "application/json";
constexpr std::string_view problem_type = "application/problem+json";
constexpr std::size_t circuits_by_default = 1000;
constexpr std::size_t most_circuits = 100'000;
constexpr std::size_t events_by_default = 50;
constexpr std::size_t most_events = 1000;

constexpr std::string_view overview =
    "/livez                        whether the process lives\n"
    "/readyz                       whether work may be sent to it; ?verbose, ?exclude=OPERATION\n"
    "/health                       the same with reasons, as JSON\n"
    "/metrics                      for Prometheus\n"
    "/breakers                     all circuits; ?state=open, ?limit=N, ?after=OPERATION\n"
    "/breakers/OPERATION           one of them\n"
    "/breakers/OPERATION/events    what happened last; ?limit=N\n"
    "POST /breakers/OPERATION/{open,close,reset,disable,observe_only}    an order; needs the "
    "token\n";

[[nodiscard]] web_answer plain(unsigned status, std::string text) {
  return {.status = status, .body = std::move(text)};
}

[[nodiscard]] web_answer json_page(std::string text) {
  return {.content_type = json_type, .body = std::move(text)};
}

[[nodiscard]] web_answer wrong(unsigned status, std::string_view title, std::string_view detail) {
  return {
      .status = status, .content_type = problem_type, .body = problem_json(status, title, detail)};
}

[[nodiscard]] web_answer wrong_method(std::string_view allowed) {
  web_answer made = wrong(405, "method not allowed", "allowed here: " + std::string{allowed});
  made.allow = allowed;
  return made;
}

[[nodiscard]] web_answer nothing_here() {
  return wrong(404, "not found", "there is no such page; / lists those that there are");
}

[[nodiscard]] web_answer failed(failure const& why) {
  bool const unknown = why.category == category::not_found;
  if (!unknown) return wrong(503, "not available", why.text.view());
  return wrong(404, "not found",
               std::string{why.text.view()} + "; /breakers lists those there are");
}

[[nodiscard]] bool reads(std::string_view method) noexcept {
  return method == "GET" || method == "HEAD";
}

/// The number that a query gives, within bounds; the default where it gives none. Nothing where it
/// is none.
[[nodiscard]] std::optional<std::size_t> number_in(request_target const& target,
                                                   std::string_view name, std::size_t by_default,
                                                   std::size_t most) {
  auto const given = target.values_of(name);
  if (given.empty()) return by_default;
  std::string_view const text = given.back();
  std::size_t number = 0;
  auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size() || number == 0) return std::nullopt;
  return std::min(number, most);
}

[[nodiscard]] web_answer wrong_number(std::string_view name) {
  return wrong(400, "bad request", std::string{name} + ": allowed: a number from 1 on");
}

[[nodiscard]] web_answer wrong_state() {
  std::string known;
  for (auto const& each : names_of<breaker_state>::table) {
    known.append(known.empty() ? "" : ", ").append(each.name);
  }
  return wrong(400, "bad request", "state: allowed: " + known);
}

[[nodiscard]] std::string_view token_in(std::string_view authorization) noexcept {
  constexpr std::string_view scheme = "bearer ";
  if (authorization.size() <= scheme.size()) return {};
  bool const fits = std::ranges::equal(
      authorization.substr(0, scheme.size()), scheme, {},
      [](char each) { return each >= 'A' && each <= 'Z' ? static_cast<char>(each + 32) : each; });
  return fits ? authorization.substr(scheme.size()) : std::string_view{};
}

[[nodiscard]] bool is_json(std::string_view content_type) noexcept {
  std::string_view const type = content_type.substr(0, content_type.find(';'));
  return type == json_type || type.starts_with("application/json ");
}

}  // namespace

responder::responder(served& what, server_options const& options, std::function<wall_time()> clock)
    : what_{what},
      token_{options.token},
      hosts_{options.address, options.hosts},
      clock_{std::move(clock)} {}

std::optional<web_answer> responder::answer_at_once(web_request const& asked) const {
  bool const asks_for_life = asked.target == "/livez" || asked.target.starts_with("/livez?");
  if (!asked.has_one_host || !hosts_.accepts(asked.host)) {
    return wrong(421, "misdirected request",
                 "this server does not answer to that host; allow its name where it is started");
  }
  if (!parse_target(asked.target)) return wrong(400, "bad request", "the path can't be read");
  if (asks_for_life && reads(asked.method)) return plain(200, "ok\n");
  return std::nullopt;
}

web_answer responder::answer(web_request const& asked) {
  if (auto at_once = answer_at_once(asked)) return *std::move(at_once);
  return answer_checked(asked, *parse_target(asked.target));
}

web_answer responder::answer_checked(web_request const& asked, request_target const& target) {
  auto const& path = target.path;
  bool const of_breakers = !path.empty() && path[0] == "breakers";
  if (of_breakers && path.size() == 3 && path[2] != "events") {
    return take_order(asked, path[1], path[2]);
  }
  if (!reads(asked.method)) return wrong_method("GET, HEAD");
  if (path.empty()) return plain(200, std::string{overview});
  if (of_breakers) {
    if (path.size() == 1) return show_circuits(target);
    if (path.size() == 2) return show_circuit(path[1]);
    if (path.size() == 3) return show_events(path[1], target);
    return nothing_here();
  }
  if (path.size() > 1) return nothing_here();
  if (path[0] == "readyz") return show_readiness(target);
  if (path[0] == "health") return show_health();
  if (path[0] == "metrics") return show_metrics(asked);
  return nothing_here();
}

web_answer responder::show_readiness(request_target const& target) {
  health_report const seen = what_.health();
  auto const excluded = target.values_of("exclude");
  bool ready = !draining_.load(std::memory_order_relaxed);
  std::string text = ready ? "" : "[-] draining: no more work is to be sent here\n";
  for (std::string const& each : seen.reasons)
    text.append("[-] ").append(excerpt(each, 300)) += '\n';
  bool all_count = true;
  for (operation_health const& each : seen.operations) {
    bool const counts = std::ranges::find(excluded, each.operation) == excluded.end();
    bool const fails = each.status == health_status::fail;
    all_count = all_count && counts;
    if (counts && fails) ready = false;
    text.append(fails ? "[-] " : "[+] ").append(excerpt(each.operation, 120)).append(": ");
    text.append(counts ? enum_name(each.status) : "excluded");
    if (!each.reason.empty()) text.append(": ").append(excerpt(each.reason, 200));
    text += '\n';
  }
  if (all_count && !seen.ready) ready = false;  // for a reason of the process itself
  std::string const verdict = ready ? "ok\n" : "not ready\n";
  bool const told = target.has("verbose") || !ready;
  return plain(ready ? 200 : 503, told ? text + verdict : verdict);
}

web_answer responder::show_health() {
  health_report seen = what_.health();
  if (draining_.load(std::memory_order_relaxed)) {
    seen.status = health_status::fail;
    seen.reasons.emplace_back("draining: no more work is to be sent here");
  }
  return {.status = seen.status == health_status::fail ? 503U : 200U,
          .content_type = "application/health+json",
          .body = health_json(seen)};
}

web_answer responder::show_metrics(web_request const& asked) {
  exposition_format const format = negotiated_exposition(asked.accept);
  exposition page{format};
  what_.write_metrics(page);
  return {.content_type = content_type_of(format), .body = std::move(page).finish()};
}

web_answer responder::show_circuits(request_target const& target) {
  auto const limit = number_in(target, "limit", circuits_by_default, most_circuits);
  if (!limit) return wrong_number("limit");
  auto all = what_.circuits();
  if (!all) return failed(all.error());
  auto const states = target.values_of("state");
  for (std::string_view const each : states) {
    if (!enum_value<breaker_state>(each)) return wrong_state();
  }
  auto const after = target.values_of("after");
  std::erase_if(*all, [&](circuit_view const& each) {
    bool const wanted =
        states.empty() || std::ranges::find(states, enum_name(each.state)) != states.end();
    return !wanted || (!after.empty() && each.operation <= after.back());
  });
  if (all->size() > *limit) all->resize(*limit);
  return json_page(circuits_json(*all));
}

web_answer responder::show_circuit(std::string_view operation) {
  auto const found = what_.circuit(operation);
  if (!found) return failed(found.error());
  return json_page(circuit_json(*found));
}

web_answer responder::show_events(std::string_view operation, request_target const& target) {
  auto const limit = number_in(target, "limit", events_by_default, most_events);
  if (!limit) return wrong_number("limit");
  auto const found = what_.events(operation, *limit);
  if (!found) return failed(found.error());
  return json_page(events_json(operation, *found));
}

// From the least that a stranger may learn to the most.
web_answer responder::take_order(web_request const& asked, std::string_view operation,
                                 std::string_view action) {
  auto const what = enum_value<order_kind>(action);
  if (!what) return nothing_here();
  if (asked.method != "POST") return wrong_method("POST");
  if (!hosts_.accepts_origin(asked.origin)) {
    return wrong(403, "forbidden", "orders are not taken from pages of another origin");
  }
  if (token_.empty()) {
    return wrong(403, "forbidden", "orders are off: the server was started without a token");
  }
  if (!(token_ == token_in(asked.authorization))) {
    web_answer refused = wrong(401, "unauthorized",
                               "an order needs the server's token: Authorization: Bearer TOKEN");
    refused.challenges = true;
    return refused;
  }
  if (!asked.body.empty() && !is_json(asked.content_type)) {
    return wrong(415, "unsupported media type", "send application/json");
  }
  auto const order = understand_order(operation, *what, asked.body, clock_());
  if (!order) return wrong(400, "bad request", describe(order.error()));
  if (auto const done = what_.obey(*order); !done) return failed(done.error());
  auto const now = what_.circuit(operation);
  if (!now) return failed(now.error());
  return json_page(circuit_json(*now));
}

}  // namespace holdfast
