#pragma once

#include "holdfast/base/failure.hpp"

#include <exception>
#include <string>

namespace holdfast {

/// An exception that carries a failure: throw it, or derive from it, where your code knows exactly
/// what went wrong. It is classified as the very failure that it holds.
class failure_error : public std::exception {
 public:
  explicit failure_error(failure const& why) : why_{why}, text_{describe(why)} {}

  [[nodiscard]] failure const& why() const noexcept { return why_; }
  [[nodiscard]] char const* what() const noexcept override { return text_.c_str(); }

 private:
  failure why_;
  std::string text_;
};

/// Judges the exception that is being handled; call it inside a catch block.
///
/// `failure_error` is its own failure, `std::system_error` is judged by its error code (phase sent:
/// nobody knows how far the code that threw had come), `std::bad_alloc` is a local lack of memory,
/// `std::logic_error` a mistake in the program; any other exception is unknown. Outside a catch
/// block the answer is an unknown failure too. Needs exceptions, unlike the rest of this module.
/// Cost: one rethrow, some microseconds.
[[nodiscard]] failure classify_current_exception() noexcept;

}  // namespace holdfast
