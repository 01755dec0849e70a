#include "holdfast/classify/exceptions.hpp"

#include "classify/code_table.hpp"
#include "holdfast/classify/error_code.hpp"

#include <new>
#include <stdexcept>
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

}  // namespace

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
