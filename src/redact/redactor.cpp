#include "holdfast/redact/redactor.hpp"

#include "redact/replacing.hpp"

namespace holdfast {

redactor::redactor(redaction const& rules) : rules_{rules} {}

redactor::redactor(redaction const& rules, std::span<std::string_view const> secrets)
    : rules_{rules} {
  auto const admitted = redact_detail::admit(secrets);
  kept_ = admitted.count;
  if (kept_ > 0) known_ = std::make_shared<redact_detail::known_values const>(admitted.forms);
}

std::string_view redactor::redact(std::string_view text, std::string& into, text_end end) const {
  return redact_detail::redact_with(text, into, rules_, known_.get(), end);
}

std::string redactor::redact(std::string_view text, text_end end) const {
  std::string changed;
  return std::string{redact(text, changed, end)};
}

}  // namespace holdfast
