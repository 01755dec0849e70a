#include "holdfast/connect/postgres/parameter.hpp"

#include <charconv>
#include <cmath>
#include <cstring>

namespace holdfast::postgres {
namespace {

template <class Number>
std::size_t written(std::array<char, 32>& into, Number value) noexcept {
  auto const end = std::to_chars(into.data(), into.data() + into.size(), value);
  return static_cast<std::size_t>(end.ptr - into.data());
}

}  // namespace

parameter::parameter(std::span<std::byte const> bytes) noexcept
    // NOLINTNEXTLINE(*-reinterpret-cast): bytes as libpq takes them
    : data_{reinterpret_cast<char const*>(bytes.data())}, size_{bytes.size()}, binary_{true} {}

void parameter::write(double value) noexcept {
  if (std::isfinite(value)) {
    size_ = written(number_, value);
    return;
  }
  *this = parameter{std::isnan(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity"};
}

void parameter::write(std::int64_t value) noexcept { size_ = written(number_, value); }
void parameter::write(std::uint64_t value) noexcept { size_ = written(number_, value); }

std::string_view parameter::view() const noexcept {
  if (is_null()) return {};
  return {data_ != nullptr ? data_ : number_.data(), size_};
}

}  // namespace holdfast::postgres
