#pragma once

#include "holdfast/classify/exceptions.hpp"
#include "holdfast/drive/refusal.hpp"

#include <exception>
#include <string>
#include <utility>

namespace holdfast {

/// Thrown by a guarded call of which no attempt ran: the circuit is open, no time was left, or the
/// caller had asked to stop. Results that can carry a failure get it as their error instead, and
/// nothing is thrown.
///
/// `why()` has category rejected and fault local (cancelled and nobody after a stop); its
/// `retry_after` says when asking again makes sense. A guard around this one sees that very
/// failure, and does not retry it. Cost: that of throwing so large an object.
class rejected : public failure_error {
 public:
  using failure_error::failure_error;
  explicit rejected(refusal const& why) noexcept;
};

/// Thrown by the constructor of a guard whose options are out of range or contradict each other;
/// `what()` lists every one, with what is allowed.
class invalid_options : public std::exception {
 public:
  explicit invalid_options(std::string text) : text_{std::move(text)} {}
  [[nodiscard]] char const* what() const noexcept override { return text_.c_str(); }

 private:
  std::string text_;
};

}  // namespace holdfast
