#include "json_element.hpp"

namespace holdfast {

std::size_t json_element::end_in(std::string_view text) noexcept {
  for (; at_ < text.size(); ++at_) {
    char const c = text[at_];
    if (in_string_) {
      if (c == '\\' && at_ + 1 == text.size()) return open;
      if (c == '\\') ++at_;
      if (c == '"') in_string_ = false;
    } else if (c == '"') {
      in_string_ = true;
    } else if (c == '{' || c == '[') {
      ++depth_;
    } else if (depth_ == 0 && (c == ',' || c == ']')) {
      return at_;
    } else if (c == '}' || c == ']') {
      if (depth_ > 0) --depth_;
      if (depth_ == 0) return at_ + 1;
    }
  }
  return open;
}

}  // namespace holdfast
