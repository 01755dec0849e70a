#pragma once

#include "holdfast/base/time.hpp"
#include "holdfast/drive/attempt.hpp"
#include "holdfast/drive/call_context.hpp"
#include "holdfast/drive/call_options.hpp"
#include "holdfast/drive/operation.hpp"

#include <stop_token>
#include <string_view>

namespace holdfast {

/// What a callable is to be told.
struct attempt_settings {
  int number = 1;
  instant deadline = never_reached;
  std::stop_token stop{};
  std::string_view correlation_id{};  ///< Must outlive the attempt.
};

/// An attempt that no guard made, to test a callable by itself. Guards called in the callable do
/// not see it: they are not nested.
///
///     holdfast::lone_attempt const late{{.number = 2, .deadline = time.now()}};
///     EXPECT_FALSE(fetch(late));
class lone_attempt {
 public:
  explicit lone_attempt(attempt_settings settings = {});
  lone_attempt(lone_attempt const&) = delete;
  lone_attempt& operator=(lone_attempt const&) = delete;
  ~lone_attempt() = default;

  // Implicit: it is handed to a callable in the place of an attempt.
  operator attempt const&() const noexcept { return attempt_; }  // NOLINT(*-explicit-*)

 private:
  operation unguarded_;
  std::stop_token stop_;
  call_options options_;
  call_detail detail_;
  call_context context_;
  attempt attempt_;
};

}  // namespace holdfast
