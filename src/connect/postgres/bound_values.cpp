#include "connect/postgres/bound_values.hpp"

namespace holdfast::postgres {

void bound_values::bind(std::span<parameter const> given) {
  std::size_t room = 0;
  for (parameter const& each : given) room += each.view().size() + 1;
  texts_.clear();
  texts_.reserve(room);  // so that pointers into it stay good
  values_.clear();
  lengths_.clear();
  formats_.clear();
  for (parameter const& each : given) {
    std::string_view const value = each.view();
    values_.push_back(each.is_null() ? nullptr : texts_.data() + texts_.size());
    lengths_.push_back(static_cast<int>(value.size()));
    formats_.push_back(each.is_binary() ? 1 : 0);
    texts_.append(value).push_back('\0');
  }
}

void bound_values::let_go() {
  constexpr std::size_t kept = 64UL * 1024;
  if (texts_.capacity() > kept) std::string{}.swap(texts_);
}

}  // namespace holdfast::postgres
