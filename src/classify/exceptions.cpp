#include "holdfast/classify/exceptions.hpp"

#include "classify/code_table.hpp"
#include "holdfast/classify/error_code.hpp"

#include <new>
#include <stdexcept>
#include <string>
#include <system_error>

namespace holdfast {
namespace {

using namespace classify_detail;

constexpr meaning out_of_memory{category::resource, severity::critical, fault::local,
                                advice::if_idempotent};
constexpr meaning program_mistake{category::programming, severity::high, fault::caller,
                                  advice::never};

failure from_exception(meaning const& means, std::string_view name, std::string_view text) {
  return make_failure(means, code_kind::exception, name, text);
}

failure from_system_error(std::system_error const& thrown) {
  failure seen = classify_error_code(thrown.code(), phase::sent);
  seen.text = std::string_view{thrown.what()};
  return seen;
}

/// Null where there is no memory for it.
char const* text_of(failure const& why) noexcept {
  try {
    std::string const text = describe(why);
    auto* const copy = new char[text.size() + 1]{};
    text.copy(copy, text.size());
    return copy;
  } catch (std::bad_alloc const&) {
    return nullptr;
  }
}

}  // namespace

failure_error::~failure_error() { delete[] text_.load(std::memory_order_relaxed); }

failure_error& failure_error::operator=(failure_error const& other) noexcept {
  if (this == &other) return *this;
  std::exception::operator=(other);
  why_ = other.why_;
  delete[] text_.exchange(nullptr);
  return *this;
}

// Two threads may ask at once: the first text stays.
char const* failure_error::what() const noexcept {
  if (char const* const told = text_.load(std::memory_order_acquire)) return told;
  char const* const fresh = text_of(why_);
  if (fresh == nullptr) return "a failure; no memory is left to describe it";
  char const* first = nullptr;
  if (text_.compare_exchange_strong(first, fresh)) return fresh;
  delete[] fresh;
  return first;
}

failure classify_current_exception() noexcept {
  if (!std::current_exception()) return from_exception(unknown_meaning, "none", "no exception");
  try {
    throw;
  } catch (failure_error const& thrown) {
    return thrown.why();
  } catch (std::system_error const& thrown) {
    return from_system_error(thrown);
  } catch (std::bad_alloc const& thrown) {
    return from_exception(out_of_memory, "std::bad_alloc", thrown.what());
  } catch (std::logic_error const& thrown) {
    return from_exception(program_mistake, "std::logic_error", thrown.what());
  } catch (std::exception const& thrown) {
    return from_exception(unknown_meaning, "std::exception", thrown.what());
  } catch (...) {
    return from_exception(unknown_meaning, "...", "an exception that is no std::exception");
  }
}

}  // namespace holdfast
