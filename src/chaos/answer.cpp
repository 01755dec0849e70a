#include "answer.hpp"

#include "api_request.hpp"
#include "broken_body.hpp"

#include <array>
#include <cstdio>

namespace holdfast {
namespace {

constexpr std::uint64_t most_hops = 1000;

constexpr std::string_view maintenance_html =
    "<!DOCTYPE html>\n<html><head><title>Down for maintenance</title></head>\n"
    "<body><h1>We will be back soon</h1><p>The service is being maintained.</p></body></html>\n";
constexpr std::string_view proxy_html =
    "<!DOCTYPE html>\n<html><head><title>502 Proxy Error</title></head>\n"
    "<body><h1>Proxy Error</h1><p>The proxy server received an invalid response from an upstream "
    "server.</p></body></html>\n";
constexpr std::string_view portal_html =
    "<!DOCTYPE html>\n<html><head><title>Welcome</title></head>\n"
    "<body><p>Please sign in to use this network.</p></body></html>\n";
constexpr std::string_view unavailable_json =
    R"({"error_message": "The service is temporarily unavailable."})";
constexpr std::string_view throttled_json =
    R"({"error_message": "Too many requests, please slow down."})";
constexpr std::string_view timeout_json = R"({"error_message": "The upstream server timed out."})";
constexpr std::string_view error_json =
    R"({"error_message": "Sorry, this request could not be processed. Please try again later.", )"
    R"("traceback": "Traceback (most recent call last):\n  File \"resources.py\", line 217, in )"
    R"(dispatch\n    response = method(request)\nDatabaseError: connection already closed"})";

std::string retry_after_text(retry_hint const& hint, wall_time now) {
  auto const whole = std::chrono::ceil<std::chrono::seconds>(hint.after);
  if (!hint.as_date) return std::to_string(whole.count());
  return http_date(std::chrono::ceil<std::chrono::seconds>(now + hint.after));
}

/// As PubChem words it: green below half of the quota, yellow to three quarters, then red.
std::string throttling_text(quota_use const& used) {
  std::string_view colour = "Green";
  if (used.share >= 0.5) colour = "Yellow";
  if (used.share > 0.75) colour = "Red";
  if (used.blocked) colour = "Black";
  auto const percent = std::to_string(static_cast<int>(used.share * 100));
  return "Request Count status: " + std::string{colour} + " (" + percent +
         "%), Request Time status: Green (0%), Service status: Green (0%)";
}

/// The head that all answers of a verdict share.
http_head head_of(int status, std::string_view type, fault_verdict const& verdict,
                  answer_context const& context) {
  http_head head{status, context.now};
  head.field("Content-Type", type);
  if (verdict.retry_after) {
    head.field("Retry-After", retry_after_text(*verdict.retry_after, context.now));
  }
  if (verdict.used) head.field("X-Throttling-Control", throttling_text(*verdict.used));
  head.field("Connection", context.keep_alive ? "keep-alive" : "close");
  return head;
}

exchange_end end_of(answer_context const& context) {
  return context.keep_alive ? exchange_end::keep : exchange_end::close;
}

exchange whole(http_head head, std::string_view body, answer_context const& context) {
  head.field("Content-Length", std::to_string(body.size()));
  return {{send_bytes{head.text() + std::string{body}}}, end_of(context)};
}

exchange error_answer(int status, std::string_view type, std::string_view body,
                      fault_verdict const& verdict, answer_context const& context) {
  return whole(head_of(status, type, verdict, context), body, context);
}

/// A head that announces the whole page, and a part of it.
exchange cut_short(fault_verdict const& verdict, std::string const& page, exchange_end end,
                   answer_context const& context) {
  auto head = head_of(200, json_type, verdict, context);
  head.field("Content-Length", std::to_string(page.size()));
  return {{send_bytes{head.text() + std::string{beginning(page, verdict.cut)}}}, end};
}

exchange cut_in_chunk(fault_verdict const& verdict, std::string const& page,
                      answer_context const& context) {
  auto head = head_of(200, json_type, verdict, context);
  head.field("Transfer-Encoding", "chunked");
  return {{send_bytes{head.text() + unfinished_chunks(page, verdict.cut)}}, exchange_end::close};
}

exchange gzip_broken(fault_verdict const& verdict, std::string const& page,
                     answer_context const& context) {
  auto head = head_of(200, json_type, verdict, context);
  head.field("Content-Encoding", "gzip");
  return whole(std::move(head), undecodable_gzip(page, verdict.cut), context);
}

exchange dripped(fault_verdict const& verdict, request_faults const& faults,
                 std::string const& page, answer_context const& context) {
  auto head = head_of(200, json_type, verdict, context);
  head.field("Content-Length", std::to_string(page.size()));
  return {{send_bytes{head.text()}, drip_bytes{page, faults.drip_bytes, faults.drip_pause}},
          end_of(context)};
}

exchange endless(fault_verdict const& verdict, request_faults const& faults,
                 answer_context const& context) {
  auto const head = head_of(200, json_type, verdict, context);
  std::string const filling(std::size_t{16} << 10U, ' ');
  return {{send_bytes{head.text() + "{"}, flood_bytes{filling, faults.endless_limit}},
          exchange_end::close};
}

exchange in_outage(fault_verdict const& verdict, answer_context const& context) {
  if (verdict.outage != outage_kind::unavailable) return {{}, exchange_end::reset};
  return error_answer(503, html_type, maintenance_html, verdict, context);
}

exchange over_quota(fault_verdict const& verdict, answer_context const& context) {
  int const status = verdict.refused_with == quota_status::unavailable ? 503 : 429;
  return error_answer(status, json_type, throttled_json, verdict, context);
}

exchange without_wait(fault_verdict const& verdict, request_faults const& faults,
                      std::string const& page, answer_context const& context) {
  using enum fault_kind;
  auto const error = [&](int status, std::string_view type, std::string_view body) {
    return error_answer(status, type, body, verdict, context);
  };
  auto const served = [&](std::string_view body) {
    return whole(head_of(200, json_type, verdict, context), body, context);
  };
  switch (verdict.kind) {
    case none: return served(page);
    case unavailable: return error(503, json_type, unavailable_json);
    case maintenance_page: return error(503, html_type, maintenance_html);
    case bad_gateway: return error(502, html_type, proxy_html);
    case html_instead: return error(200, html_type, portal_html);
    case throttled: return error(429, json_type, throttled_json);
    case server_error:
    case poison: return error(500, json_type, error_json);
    case gateway_timeout: return error(504, json_type, timeout_json);
    case reset: return {{}, exchange_end::reset};
    case reset_in_body: return cut_short(verdict, page, exchange_end::reset, context);
    case short_body: return cut_short(verdict, page, exchange_end::close, context);
    case cut_chunk: return cut_in_chunk(verdict, page, context);
    case truncated_json: return served(beginning(page, verdict.cut));
    case malformed_json: return served(damaged_json(page, verdict.cut));
    case broken_gzip: return gzip_broken(verdict, page, context);
    case stall: return {{keep_silent{faults.stall_limit}}, exchange_end::close};
    case slow_drip: return dripped(verdict, faults, page, context);
    case endless_body: return endless(verdict, faults, context);
    case redirect_loop: return redirect(1, context);
    case quota: return over_quota(verdict, context);
    case outage: return in_outage(verdict, context);
  }
  return {{}, exchange_end::reset};
}

}  // namespace

exchange plain_answer(int status, std::string_view type, std::string const& body,
                      answer_context const& context) {
  return error_answer(status, type, body, {}, context);
}

exchange redirect(std::uint64_t hop, answer_context const& context) {
  if (hop > most_hops) {
    return plain_answer(508, json_type, R"({"error_message": "too many redirects"})", context);
  }
  http_head head{302, context.now};
  std::string const base = context.target.substr(0, context.target.find(hop_parameter));
  std::string_view const joint = base.find('?') == std::string::npos        ? "?"
                                 : base.back() == '&' || base.back() == '?' ? ""
                                                                            : "&";
  head.field("Location",
             base + std::string{joint} + std::string{hop_parameter} + "=" + std::to_string(hop));
  head.field("Connection", context.keep_alive ? "keep-alive" : "close");
  return whole(std::move(head), "", context);
}

exchange answer(fault_verdict const& verdict, request_faults const& faults, std::string const& page,
                answer_context const& context) {
  exchange made = without_wait(verdict, faults, page, context);
  made.wait = verdict.wait;
  return made;
}

}  // namespace holdfast
