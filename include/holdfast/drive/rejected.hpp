#pragma once

#include "holdfast/base/failure.hpp"
#include "holdfast/base/field.hpp"

#include <exception>
#include <string>

namespace holdfast {

/// Thrown by a guarded call of which no attempt ran: the circuit is open. Results that can carry a
/// failure get it as their error instead, and nothing is thrown.
class rejected : public std::exception {
 public:
  explicit rejected(failure const& why) : why_{why}, text_{why.text.view()} {}

  /// Category rejected, fault local; `retry_after` says when asking again makes sense.
  [[nodiscard]] failure const& why() const noexcept { return why_; }
  [[nodiscard]] char const* what() const noexcept override { return text_.c_str(); }

 private:
  failure why_;
  std::string text_;
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
