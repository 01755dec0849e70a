#pragma once

#include "connect/http/outcomes/either_client.hpp"
#include "connect/http/scripted_server.hpp"
#include "holdfast/base/failure_names.hpp"

#include <functional>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

namespace holdfast::testing {

/// What came of a request, and how far it had come.
struct outcome {
  expected<http::response, failure> result;
  phase how_far = phase::not_sent;
};

/// Something that happens to a request, by its row in docs/http.md, and the request that meets it.
struct condition {
  std::string what;
  std::function<outcome()> meet;

  friend std::ostream& operator<<(std::ostream& to, condition const& shown) {
    return to << shown.what;
  }
};

/// Sends one request by a client of its own, or by one that is given.
inline outcome sent(http::request wanted, either_client&& by = either_client{}) {
  failure_context context;
  wanted.context = &context;
  auto result = by.send(wanted);
  bool const whole = result.has_value();
  return {std::move(result), whole ? phase::sent : context.how_far};
}

/// A request to a server that answers with these bytes.
inline outcome asked(scripted_answer answer, http::request wanted = {}, http::limits bounds = {}) {
  scripted_server const server{std::vector<scripted_answer>{std::move(answer)}};
  wanted.url = server.url("/a");
  return sent(std::move(wanted), either_client{bounds});
}

/// A request to a server that sends these bytes, whole or not, and hangs up.
inline outcome cut_after(std::string const& bytes, http::request wanted = {},
                         http::limits bounds = {}) {
  return asked({bytes, then::close}, std::move(wanted), bounds);
}

inline http::request post(std::vector<http::header> headers = {}) {
  return {.url = {}, .method = "POST", .headers = std::move(headers), .body = "pay"};
}

inline http::request keyed_post() { return post({{"Idempotency-Key", "7f3a"}}); }

/// A row of the table in docs/http.md.
inline std::string row_of(condition const& met, outcome const& seen) {
  auto const cells = [&met](std::string const& rest) { return "| " + met.what + " |" + rest; };
  if (seen.result) return cells(" " + std::to_string(seen.result->status) + " | none | | | sent |");
  failure const& why = seen.result.error();
  std::string row;
  for (std::string_view const cell :
       {why.code.value.view(), name_of(why.category), name_of(why.fault), name_of(why.advice),
        name_of(seen.how_far)}) {
    row += " " + std::string{cell.empty() ? "none" : cell} + " |";
  }
  return cells(row);
}

}  // namespace holdfast::testing
