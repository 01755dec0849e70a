#pragma once

#include "holdfast/base/failure_context.hpp"
#include "holdfast/base/time.hpp"
#include "holdfast/classify/http_answer.hpp"
#include "holdfast/connect/http/header.hpp"
#include "holdfast/drive/attempt.hpp"

#include <stop_token>
#include <string>
#include <vector>

namespace holdfast::http {

/// Whether a second request does no more than the first.
enum class repeatable {
  by_kind,  ///< GET, HEAD, PUT, DELETE, OPTIONS, TRACE, and whatever has an Idempotency-Key
  yes,      ///< for example a POST that only searches
  no,       ///< for example a GET that does something
};

/// What the body of a good answer must be.
enum class expects {
  anything,
  json,  ///< asks for it by Accept; another type, or a page for people, is a transient failure
};

/// One request. Plain data; nothing in it is kept after `client::send`.
struct request {
  std::string url;  ///< absolute, http or https; blanks and the like already encoded
  std::string method = "GET";
  std::vector<header> headers{};
  std::string body{};  ///< sent where it is not empty; its Content-Type is yours to give
  holdfast::http::repeatable repeatable = holdfast::http::repeatable::by_kind;
  holdfast::http::expects expects = holdfast::http::expects::anything;
  answer_judge judge = nullptr;  ///< asked about good answers: what of them is missing? See there.
  instant deadline = never_reached;    ///< when the answer must be here, to the millisecond
  std::stop_token stop{};              ///< ends the request within milliseconds
  failure_context* context = nullptr;  ///< told how far a request came that failed

  /// The same request as part of an attempt: it ends at the attempt's deadline or its own, the
  /// earlier of them; the attempt's stop_token and context take the place of its own, where there
  /// are any; and a correlation id that can be a header's value goes along as X-Request-Id, where
  /// there is none yet.
  [[nodiscard]] request within(attempt const& now) const&;
  [[nodiscard]] request within(attempt const& now) &&;
};

}  // namespace holdfast::http
