#include "holdfast/classify/error_code.hpp"

#include "classify/category_of_code.hpp"
#include "classify/code_table.hpp"
#include "holdfast/classify/category_code.hpp"
#include "holdfast/classify/errno.hpp"

namespace holdfast {

failure classify_error_code(std::error_code const& code, phase how_far) noexcept {
  if (code.category() == category_codes()) {
    return plain_failure(classify_detail::category_of(code.value()));
  }
  std::error_condition const portable = code.default_error_condition();
  if (portable.category() == std::generic_category()) {
    return classify_errno(portable.value(), how_far);
  }
  failure seen = classify_detail::make_failure(
      classify_detail::after_phase(classify_detail::unknown_meaning, how_far), code_kind::exception,
      code.category().name(), code.category().name());
  classify_detail::number_text const number{code.value()};
  seen.code.value.append(":").append(number.view());
  seen.text.append(":").append(number.view());
  return seen;
}

failure failure_of(std::error_code const& code) noexcept {
  return classify_error_code(code, phase::sent);
}

}  // namespace holdfast
