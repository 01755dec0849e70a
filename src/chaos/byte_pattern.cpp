#include "byte_pattern.hpp"

#include "holdfast/base/contract.hpp"

#include <utility>

namespace holdfast {
namespace {

/// Letters of ASCII alone, whatever the locale.
constexpr char lower(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

constexpr int digit_value(char c) noexcept {
  if (c >= '0' && c <= '9') return c - '0';
  c = lower(c);
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

}  // namespace

byte_pattern::byte_pattern(std::string bytes, bool any_case)
    : bytes_{std::move(bytes)}, shorter_(bytes_.size() + 1, 0), any_case_{any_case} {
  expects(!bytes_.empty() && bytes_.size() <= max_pattern_bytes, "a pattern has 1 to 256 bytes");
  if (any_case_) {
    for (char& c : bytes_) c = lower(c);
  }
  std::size_t prefix = 0;
  for (std::size_t i = 1; i < bytes_.size(); ++i) {
    while (prefix > 0 && bytes_[i] != bytes_[prefix]) prefix = shorter_[prefix];
    if (bytes_[i] == bytes_[prefix]) ++prefix;
    shorter_[i + 1] = static_cast<std::uint16_t>(prefix);
  }
}

std::optional<std::size_t> byte_pattern::find_end(std::string_view bytes) {
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    char const c = any_case_ ? lower(bytes[i]) : bytes[i];
    while (matched_ > 0 && c != bytes_[matched_]) matched_ = shorter_[matched_];
    if (c == bytes_[matched_]) ++matched_;
    if (matched_ < bytes_.size()) continue;
    matched_ = shorter_[matched_];
    return i + 1;
  }
  return std::nullopt;
}

std::optional<std::string> bytes_of_hex(std::string_view digits) {
  std::string bytes;
  for (std::size_t i = 0; i < digits.size();) {
    if (digits[i] == ' ') {
      ++i;
      continue;
    }
    if (i + 1 == digits.size()) return std::nullopt;
    int const high = digit_value(digits[i]);
    int const low = digit_value(digits[i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    bytes.push_back(static_cast<char>(high * 16 + low));
    i += 2;
  }
  return bytes;
}

}  // namespace holdfast
