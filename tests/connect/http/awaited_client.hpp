#pragma once

#include "holdfast/connect/http/async_client.hpp"

#include <exception>
#include <memory>
#include <optional>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

namespace holdfast::testing {

/// An async_client that waits for its answers, so that the same can be asked of it as of `client`.
class awaited_client {
 public:
  explicit awaited_client(http::limits const& bounds = {}, http::trust whom = {})
      : io_{std::make_unique<boost::asio::io_context>()},
        client_{io_->get_executor(), bounds, std::move(whom)} {}

  [[nodiscard]] expected<http::response, failure> send(http::request const& wanted) {
    using result = expected<http::response, failure>;
    std::optional<result> got;
    auto const keep = [&got](std::exception_ptr const& thrown, result made) {
      if (thrown) std::rethrow_exception(thrown);
      got = std::move(made);
    };
    boost::asio::co_spawn(*io_, client_.send(wanted), keep);
    io_->restart();
    io_->run();
    return std::move(*got);
  }

 private:
  std::unique_ptr<boost::asio::io_context> io_;
  http::async_client client_;
};

}  // namespace holdfast::testing
