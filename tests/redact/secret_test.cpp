#include "holdfast/redact/secret.hpp"

#include <array>
#include <memory>
#include <ostream>
#include <type_traits>

#include <gtest/gtest.h>

namespace holdfast {
namespace {

template <class T>
concept streamable = requires(std::ostream& to, T const& value) { to << value; };

static_assert(!streamable<secret>);
static_assert(!std::is_convertible_v<secret, std::string_view>);
static_assert(!std::is_convertible_v<secret, std::string>);
static_assert(!std::is_convertible_v<std::string_view, secret>);

TEST(Secret, TellsItsTextOnlyWhereItIsAskedTo) {
  secret const password{"correct horse"};

  EXPECT_EQ(password.reveal(), "correct horse");
  EXPECT_EQ(describe(password), "(secret)");
}

TEST(Secret, EqualsTheSameText) {
  EXPECT_EQ(secret{"correct horse"}, secret{"correct horse"});
  EXPECT_EQ(secret{"correct horse"}, std::string_view{"correct horse"});
  EXPECT_NE(secret{"correct horse"}, secret{"correct house"});
  EXPECT_NE(secret{"correct horse"}, secret{"correct"});
  EXPECT_EQ(secret{}, secret{""});
}

TEST(Secret, WhatIsMovedFromIsEmpty) {
  for (std::string_view const text : {"short", "long enough to be kept on the heap"}) {
    secret from{text};

    secret to{std::move(from)};
    secret assigned{"something else"};
    assigned = std::move(to);

    EXPECT_EQ(assigned.reveal(), text);
    EXPECT_TRUE(from.empty());  // NOLINT(bugprone-use-after-move): this is what is shown
    EXPECT_TRUE(to.empty());    // NOLINT(bugprone-use-after-move)
  }
}

TEST(Secret, CopiesAreSecretsOfTheirOwn) {
  secret first{"correct horse"};
  secret second{first};
  secret& same = second;

  first = secret{"another"};
  second = same;

  EXPECT_EQ(second.reveal(), "correct horse");
  EXPECT_EQ(first.reveal(), "another");
}

TEST(Secret, ItsBytesAreOverwrittenAtItsEnd) {
  alignas(secret) std::array<unsigned char, sizeof(secret)> place{};
  auto* const password = std::construct_at(reinterpret_cast<secret*>(place.data()), "horse");
  auto const contains = [&place] {
    std::string_view const bytes{reinterpret_cast<char const*>(place.data()), place.size()};
    return bytes.find("horse") != std::string_view::npos;
  };

  bool const before = contains();
  std::destroy_at(password);

  EXPECT_TRUE(before);
  EXPECT_FALSE(contains());
}

}  // namespace
}  // namespace holdfast
