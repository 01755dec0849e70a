#pragma once

#include "holdfast/base/failure.hpp"

#include <atomic>
#include <exception>

namespace holdfast {

/// An exception that carries a failure: throw it, or derive from it, where your code knows exactly
/// what went wrong. It is classified as the very failure that it holds.
///
/// Cheap to throw: the text is written when somebody asks for it. Const functions are thread-safe.
class failure_error : public std::exception {
 public:
  explicit failure_error(failure const& why) noexcept : why_{why} {}
  failure_error(failure_error const& other) noexcept : std::exception{other}, why_{other.why_} {}
  failure_error& operator=(failure_error const& other) noexcept;
  ~failure_error() override;

  [[nodiscard]] failure const& why() const noexcept { return why_; }

  /// One line for people, as by `describe`; lives as long as this object.
  [[nodiscard]] char const* what() const noexcept override;

 private:
  failure why_;
  mutable std::atomic<char const*> text_{nullptr};  ///< ours; null until somebody asks
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
