#include "holdfast/connect/http/request.hpp"

#include <algorithm>
#include <utility>

namespace holdfast::http {

request request::within(attempt const& now) const& { return request{*this}.within(now); }

request request::within(attempt const& now) && {
  request joined = std::move(*this);
  joined.deadline = std::min(joined.deadline, now.deadline());
  if (now.stop().stop_possible()) joined.stop = now.stop();
  if (now.context() != nullptr) joined.context = now.context();
  header name{"X-Request-Id", std::string{now.correlation_id()}};
  bool const wanted = !name.value.empty() && is_sendable(name);
  if (wanted && !find_header(joined.headers, name.name)) joined.headers.push_back(std::move(name));
  return joined;
}

}  // namespace holdfast::http
