#pragma once

#include "connect/http/outcomes/outcome.hpp"
#include "connect/http/outcomes/packed.hpp"

#include <string>
#include <utility>
#include <vector>

namespace holdfast::testing {

inline http::request wanting_json() { return {.url = {}, .expects = http::expects::json}; }

inline answer_verdict half_of_it(http_answer const& /*seen*/) {
  return {answer_extent::partial, 1, plain_failure(category::not_found)};
}

inline answer_verdict an_error_inside(http_answer const& /*seen*/) {
  return {answer_extent::nothing, 0, plain_failure(category::transient)};
}

inline outcome answered(std::string const& status, http::request wanted = {},
                        std::string const& headers = {}, std::string const& body = {}) {
  return cut_after(answer(status, body, headers), std::move(wanted));
}

/// An answer with that status and nothing else, by the status line.
inline condition plain_status(std::string const& status) {
  return {status, [status] { return answered(status); }};
}

inline outcome packed_answer(std::string const& body, std::string const& encoding = "gzip",
                             http::limits bounds = {}) {
  std::string const headers = "Content-Encoding: " + encoding + "\r\n";
  return cut_after(answer("200 OK", body, headers), {}, bounds);
}

inline std::vector<condition> conditions_of_bodies() {
  std::string const page = "<html><body>Back soon</body></html>";
  std::string const html = "Content-Type: text/html\r\n";
  std::string const packed = gzip_of(std::string(5000, 'a') + "kelp");
  std::string damaged = packed;
  damaged[damaged.size() - 6] ^= 1;  // in the checksum
  return {
      {"200 in good order", [] { return answered("200 OK", {}, {}, "{}"); }},
      {"200 with gzip in good order", [packed] { return packed_answer(packed); }},
      {"200 with gzip that stops early",
       [packed] { return packed_answer(packed.substr(0, packed.size() / 2)); }},
      {"200 with gzip that is damaged", [damaged] { return packed_answer(damaged); }},
      {"200 with an encoding that nobody offered", [] { return packed_answer("x", "br"); }},
      {"200 with gzip that unpacks to more than the limit",
       [packed] { return packed_answer(packed, "gzip", {.max_body = {1000}}); }},
      {"200 with more than the limit",
       [] { return cut_after(answer("200 OK", "12345"), {}, {.max_body = {4}}); }},
      {"200 with HTML where JSON was promised",
       [=] { return answered("200 OK", wanting_json(), html, page); }},
      {"200 with HTML where JSON was promised, POST",
       [=] {
         http::request wanted = post();
         wanted.expects = http::expects::json;
         return answered("200 OK", wanted, html, page);
       }},
      {"200 with no type and no JSON where JSON was promised",
       [=] { return answered("200 OK", wanting_json(), {}, page); }},
      {"200 with a part of what was asked for",
       [] { return answered("200 OK", {.url = {}, .judge = &half_of_it}); }},
      {"200 with an error inside",
       [] { return answered("200 OK", {.url = {}, .judge = &an_error_inside}); }},
      {"304 for a condition",
       [] {
         return answered("304 Not Modified", {.url = {}, .headers = {{"If-None-Match", "7"}}});
       }},
  };
}

inline std::vector<condition> conditions_of_headers() {
  std::string const ok = "HTTP/1.1 200 OK\r\n";
  auto const redirect = [ok](std::string const& to, http::request wanted = {}) {
    return answered("302 Found", std::move(wanted), "Location: " + to + "\r\n");
  };
  return {
      {"no status line", [] { return cut_after("SSH-2.0-OpenSSH_9.2\r\n\r\n"); }},
      {"a status line without a status", [] { return cut_after("HTTP/1.1 kelp\r\n\r\n"); }},
      {"headers over the limit",
       [ok] {
         return cut_after(ok + "X-Long: " + std::string(3000, 'x') + "\r\n\r\n", {},
                          {.max_headers = {2000}});
       }},
      {"a header line of 200 KB",
       [ok] { return cut_after(ok + "X-Long: " + std::string(200000, 'x') + "\r\n\r\n"); }},
      {"interim answers without end",
       [] {
         std::string many;
         for (int i = 0; i < 5000; ++i) many += "HTTP/1.1 100 Continue\r\n\r\n";
         return cut_after(many);
       }},
      {"redirected for ever", [redirect] { return redirect("/a"); }},
      {"redirected to another scheme", [redirect] { return redirect("file:///etc/passwd"); }},
      {"redirected to no URL", [redirect] { return redirect("http://"); }},
      {"redirected, POST", [redirect] { return redirect("/b", post()); }},
      {"302 without a Location", [] { return answered("302 Found"); }},
  };
}

inline std::vector<condition> conditions_of_statuses() {
  std::vector<condition> all;
  for (auto const* status : {"300 Multiple Choices",
                             "304 Not Modified",
                             "400 Bad Request",
                             "401 Unauthorized",
                             "403 Forbidden",
                             "404 Not Found",
                             "408 Request Timeout",
                             "409 Conflict",
                             "410 Gone",
                             "413 Content Too Large",
                             "421 Misdirected Request",
                             "422 Unprocessable Content",
                             "425 Too Early",
                             "429 Too Many Requests",
                             "499 Unlisted",
                             "500 Internal Server Error",
                             "501 Not Implemented",
                             "502 Bad Gateway",
                             "503 Service Unavailable",
                             "504 Gateway Timeout",
                             "507 Insufficient Storage",
                             "511 Network Authentication Required",
                             "599 Unlisted"}) {
    all.push_back(plain_status(status));
  }
  return all;
}

inline std::vector<condition> conditions_of_refusals() {
  std::string const html = "Content-Type: text/html\r\n";
  std::string const red =
      "X-Throttling-Control: Request Count status: Red (90%), Service status: Green (20%)\r\n";
  return {
      {"409 for a POST with a key", [] { return answered("409 Conflict", keyed_post()); }},
      {"429 with Retry-After in seconds",
       [] { return answered("429 Slow", {}, "Retry-After: 3\r\n"); }},
      {"429 with Retry-After as a date to come",
       [] { return answered("429 Slow", {}, "Retry-After: Fri, 31 Dec 2199 23:59:59 GMT\r\n"); }},
      {"429 with Retry-After as a date that is over",
       [] { return answered("429 Slow", {}, "Retry-After: Sun, 06 Nov 1994 08:49:37 GMT\r\n"); }},
      {"429, POST", [] { return answered("429 Slow", post()); }},
      {"500, POST", [] { return answered("500 Internal Server Error", post()); }},
      {"500, POST with a key", [] { return answered("500 Internal Server Error", keyed_post()); }},
      {"502 with HTML, POST", [=] { return answered("502 Bad Gateway", post(), html, "<html>"); }},
      {"503 with HTML", [=] { return answered("503 Gone fishing", {}, html, "<html>"); }},
      {"503 with HTML, POST", [=] { return answered("503 Gone fishing", post(), html, "<html>"); }},
      {"503 with Retry-After", [] { return answered("503 Busy", {}, "Retry-After: 1\r\n"); }},
      {"503 in the red of X-Throttling-Control", [=] { return answered("503 Busy", {}, red); }},
      {"504, POST", [] { return answered("504 Gateway Timeout", post()); }},
  };
}

}  // namespace holdfast::testing
