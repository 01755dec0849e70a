#pragma once

#include "connect/http/awaited_client.hpp"
#include "holdfast/connect/http/client.hpp"

#include <optional>
#include <utility>

namespace holdfast::testing {

/// Which of the clients meets a condition.
enum class manner { blocking, in_a_coroutine };

/// Of all clients that are made from now on. Set by the test, since conditions are told of once.
inline manner current_manner = manner::blocking;

/// One client of that kind.
class either_client {
 public:
  explicit either_client(http::limits const& bounds = {}, http::trust const& whom = {}) {
    if (current_manner == manner::blocking) {
      blocking_.emplace(bounds, whom);
    } else {
      awaited_.emplace(bounds, whom);
    }
  }

  [[nodiscard]] expected<http::response, failure> send(http::request const& wanted) {
    return blocking_ ? blocking_->send(wanted) : awaited_->send(wanted);
  }

 private:
  std::optional<http::client> blocking_;
  std::optional<awaited_client> awaited_;
};

}  // namespace holdfast::testing
