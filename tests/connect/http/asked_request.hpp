#pragma once

#include "holdfast/connect/http/async_client.hpp"

#include <exception>
#include <optional>
#include <utility>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

namespace holdfast::testing {

/// One request from a coroutine of its own, and what has come of it.
class asked_request {
 public:
  using result = expected<http::response, failure>;

  asked_request(boost::asio::any_io_executor const& from, http::async_client const& by,
                http::request wanted) {
    auto const keep = [this](std::exception_ptr const& thrown, result made) {
      if (thrown) std::rethrow_exception(thrown);
      got_ = std::move(made);
    };
    boost::asio::co_spawn(from, by.send(std::move(wanted)),
                          boost::asio::bind_cancellation_slot(signal_.slot(), keep));
  }
  asked_request(asked_request const&) = delete;
  asked_request& operator=(asked_request const&) = delete;

  void cancel() { signal_.emit(boost::asio::cancellation_type::terminal); }

  [[nodiscard]] bool has_ended() const { return got_.has_value(); }
  [[nodiscard]] result const& got() const { return *got_; }
  [[nodiscard]] bool is_good() const { return got_ && got_->has_value(); }
  [[nodiscard]] bool is(category wanted) const {
    return got_ && !got_->has_value() && got_->error().category == wanted;
  }

 private:
  boost::asio::cancellation_signal signal_;
  std::optional<result> got_;
};

/// Runs handlers, as they come, until something is true.
template <class Condition>
void run_until(boost::asio::io_context& io, Condition const& is_true) {
  using namespace std::chrono_literals;
  io.restart();
  while (!is_true()) io.run_one_for(1ms);
}

}  // namespace holdfast::testing
