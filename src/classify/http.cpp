#include "holdfast/classify/http.hpp"

#include "classify/code_table.hpp"

namespace holdfast {
namespace {

using namespace classify_detail;
using enum advice;

constexpr meaning unfollowed{category::configuration, severity::medium, fault::caller, never};
constexpr meaning bad_request{category::programming, severity::high, fault::caller, never};
constexpr meaning who_are_you{category::authentication, severity::high, fault::caller, never};
constexpr meaning not_allowed{category::permission, severity::high, fault::caller, never};
constexpr meaning missing{category::not_found, severity::medium, fault::caller, never};
constexpr meaning bad_data{category::data, severity::medium, fault::caller, never};
constexpr meaning conflict{category::integrity, severity::low, fault::caller, never};
constexpr meaning locked{category::transient, severity::low, fault::caller, after_backoff};
constexpr meaning too_slow{category::timeout, severity::low, fault::caller, if_idempotent};
constexpr meaning misdirected{category::connection, severity::medium, fault::dependency,
                              after_reconnect, poisoned::connection};
constexpr meaning throttled{category::throttled, severity::low, fault::dependency, after_backoff};
// Said by proxies too, which may have passed the request on before.
constexpr meaning overloaded{category::throttled, severity::low, fault::dependency, if_idempotent};
constexpr meaning server_error{category::transient, severity::medium, fault::dependency,
                               if_idempotent};
constexpr meaning server_slow{category::timeout, severity::medium, fault::dependency,
                              if_idempotent};
constexpr meaning server_down{category::connection, severity::high, fault::dependency,
                              if_idempotent};
constexpr meaning server_full{category::resource, severity::high, fault::dependency, if_idempotent};
constexpr meaning server_cannot{category::programming, severity::high, fault::dependency, never};
constexpr meaning server_misset{category::configuration, severity::high, fault::dependency, never};
constexpr meaning captive_portal{category::authentication, severity::high, fault::dependency,
                                 never};

constexpr std::array<code_row, 61> table{{
    {300, "Multiple Choices", unfollowed},
    {301, "Moved Permanently", unfollowed},
    {302, "Found", unfollowed},
    {303, "See Other", unfollowed},
    {304, "Not Modified", unfollowed},
    {305, "Use Proxy", unfollowed},
    {306, "(Unused)", unfollowed},
    {307, "Temporary Redirect", unfollowed},
    {308, "Permanent Redirect", unfollowed},
    {400, "Bad Request", bad_request},
    {401, "Unauthorized", who_are_you},
    {402, "Payment Required", not_allowed},
    {403, "Forbidden", not_allowed},
    {404, "Not Found", missing},
    {405, "Method Not Allowed", bad_request},
    {406, "Not Acceptable", bad_request},
    {407, "Proxy Authentication Required", who_are_you},
    {408, "Request Timeout", too_slow},
    {409, "Conflict", conflict},
    {410, "Gone", missing},
    {411, "Length Required", bad_request},
    {412, "Precondition Failed", conflict},
    {413, "Content Too Large", bad_data},
    {414, "URI Too Long", bad_request},
    {415, "Unsupported Media Type", bad_data},
    {416, "Range Not Satisfiable", bad_request},
    {417, "Expectation Failed", bad_request},
    {418, "(Unused)", bad_request},
    {421, "Misdirected Request", misdirected},
    {422, "Unprocessable Content", bad_data},
    {423, "Locked", locked},
    {424, "Failed Dependency", conflict},
    {425, "Too Early", throttled},
    {426, "Upgrade Required", unfollowed},
    {428, "Precondition Required", bad_request},
    {429, "Too Many Requests", throttled},
    {431, "Request Header Fields Too Large", bad_request},
    {451, "Unavailable For Legal Reasons", not_allowed},
    {500, "Internal Server Error", server_error},
    {501, "Not Implemented", server_cannot},
    {502, "Bad Gateway", server_error},
    {503, "Service Unavailable", server_error},
    {504, "Gateway Timeout", server_slow},
    {505, "HTTP Version Not Supported", server_cannot},
    {506, "Variant Also Negotiates", server_misset},
    {507, "Insufficient Storage", server_full},
    {508, "Loop Detected", server_misset},
    {509, "Bandwidth Limit Exceeded", overloaded},
    {510, "Not Extended", server_cannot},
    {511, "Network Authentication Required", captive_portal},
    {520, "Web Server Returned an Unknown Error", server_error},
    {521, "Web Server Is Down", server_down},
    {522, "Connection Timed Out", server_down},
    {523, "Origin Is Unreachable", server_down},
    {524, "A Timeout Occurred", server_slow},
    {525, "TLS Handshake Failed", server_down},
    {526, "Invalid TLS Certificate", server_misset},
    {527, "Railgun Error", server_error},
    {529, "Site Is Overloaded", overloaded},
    {598, "Network Read Timeout", server_slow},
    {599, "Network Connect Timeout", server_down},
}};
static_assert(is_sorted_by_code(table));

meaning meaning_of_class(int status) {
  if (status >= 300 && status < 400) return unfollowed;
  if (status >= 400 && status < 500) return bad_request;
  if (status >= 500 && status < 600) return server_error;
  return unknown_meaning;
}

}  // namespace

failure classify_http(int status, std::optional<duration> retry_after,
                      std::string_view text) noexcept {
  code_row const* const row = find_row<table>(status);
  if (text.empty() && row != nullptr) text = row->name;
  failure seen = make_failure(row == nullptr ? meaning_of_class(status) : row->meaning,
                              code_kind::http, number_text{status}.view(), text);
  if (!retry_after || seen.advice == never) return seen;
  seen.retry_after = retry_after;
  if (seen.advice == after_backoff) seen.advice = after_wait;
  return seen;
}

std::string_view http_status_phrase(int status) noexcept { return name_in<table>(status); }

bool is_idempotent_method(std::string_view method) noexcept {
  constexpr std::array<std::string_view, 6> idempotent{"GET", "HEAD",   "OPTIONS",
                                                       "PUT", "DELETE", "TRACE"};
  return std::ranges::find(idempotent, method) != idempotent.end();
}

std::span<known_code const> http_statuses() noexcept { return known_codes<table>; }

}  // namespace holdfast
