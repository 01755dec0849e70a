#pragma once

#include "holdfast/base/field.hpp"
#include "holdfast/core/key_limits.hpp"

namespace holdfast {

template <>
struct fields_of<key_limits> {
  static constexpr auto table = std::tuple{
      field("max_keys", &key_limits::max_keys, {1, 1'000'000},
            "Keys that have a guard of their own at once."),
      field("max_key_length", &key_limits::max_key_length, {1, 110},
            "Bytes of a key; a longer one has no guard of its own."),
      field("idle_after", &key_limits::idle_after,
            {std::chrono::seconds{1}, std::chrono::hours{24 * 7}, true},
            "Forgets a key that nobody has asked for so long; off forgets only to make room.")};
};

}  // namespace holdfast
