#include "holdfast/classify/category_code.hpp"

#include "classify/category_of_code.hpp"

namespace holdfast {
namespace {

class category_code_names final : public std::error_category {
 public:
  [[nodiscard]] char const* name() const noexcept override { return "holdfast"; }
  [[nodiscard]] std::string message(int value) const override {
    return std::string{name_of(classify_detail::category_of(value))};
  }
};

}  // namespace

// A code of value 0 would mean that all is well.
std::error_code to_error_code(category kind) noexcept {
  return {static_cast<int>(kind) + 1, category_codes()};
}

category classify_detail::category_of(int value) noexcept {
  bool const known = value >= 1 && value <= static_cast<int>(category::unknown) + 1;
  return known ? static_cast<category>(value - 1) : category::unknown;
}

std::error_category const& category_codes() noexcept {
  static category_code_names const names;
  return names;
}

}  // namespace holdfast
