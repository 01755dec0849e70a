#include "holdfast/connect/postgres/statement.hpp"

#include "connect/postgres/commands.hpp"
#include "holdfast/base/random.hpp"

#include <array>
#include <cstdint>
#include <utility>

namespace holdfast::postgres {
namespace {

/// A hash of 64 bits, the bytes mixed in one by one.
std::uint64_t mixed(std::string_view text, std::uint64_t seed) noexcept {
  std::uint64_t state = seed;
  for (char const each : text) {
    state = random_bits{state ^ static_cast<unsigned char>(each)}();
  }
  return state;
}

void append_hex(std::string& to, std::uint64_t number) {
  constexpr std::string_view digits = "0123456789abcdef";
  for (int shift = 60; shift >= 0; shift -= 4) to.push_back(digits[(number >> shift) & 15U]);
}

}  // namespace

// 128 bits: two of a million texts share a name with a chance of 10^-27.
statement::statement(std::string sql)
    : sql_{std::move(sql)},
      name_{"holdfast_"},
      commits_{ends_transaction(sql_)},
      has_nul_{postgres::has_nul(sql_)} {
  append_hex(name_, mixed(sql_, 0x686F6C6466617374U));
  append_hex(name_, mixed(sql_, 0x706F737467726573U));
}

}  // namespace holdfast::postgres
