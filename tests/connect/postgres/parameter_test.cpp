#include "holdfast/connect/postgres/parameter.hpp"

#include "connect/postgres/bound_values.hpp"

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

namespace holdfast::postgres {
namespace {

using namespace std::string_view_literals;

// What would become a truth value or a number in silence.
static_assert(!std::convertible_to<int*, parameter>);
static_assert(!std::convertible_to<void const*, parameter>);
static_assert(!std::convertible_to<unsigned char const*, parameter>);
static_assert(!std::convertible_to<std::nullptr_t, parameter>);
static_assert(!std::convertible_to<std::unique_ptr<int>, parameter>);
static_assert(!std::convertible_to<char, parameter>);
static_assert(!std::convertible_to<long double, parameter>);

static_assert(std::convertible_to<bool, parameter>);
static_assert(std::convertible_to<float, parameter>);
static_assert(std::convertible_to<decltype(("abc")), parameter>);
static_assert(std::convertible_to<std::optional<std::string>, parameter>);

TEST(PostgresParameter, NullIsNotTheEmptyText) {
  EXPECT_TRUE(parameter{std::nullopt}.is_null());
  EXPECT_FALSE(parameter{""}.is_null());
  EXPECT_FALSE(parameter{std::string_view{}}.is_null());
  EXPECT_EQ(parameter{std::string_view{}}.view(), "");
}

TEST(PostgresParameter, AnOptionalIsItsValueOrNull) {
  EXPECT_TRUE(parameter{std::optional<std::int64_t>{}}.is_null());
  EXPECT_EQ(parameter{std::optional{5}}.view(), "5");
  std::optional<std::string> const text{"x"};
  EXPECT_EQ(parameter{text}.view(), "x");
}

TEST(PostgresParameter, WholeNumbersAreWrittenInFull) {
  EXPECT_EQ(parameter{std::numeric_limits<std::int64_t>::min()}.view(), "-9223372036854775808");
  EXPECT_EQ(parameter{std::numeric_limits<std::uint64_t>::max()}.view(), "18446744073709551615");
  EXPECT_EQ(parameter{static_cast<unsigned char>(200)}.view(), "200");
  EXPECT_EQ(parameter{static_cast<signed char>(-5)}.view(), "-5");
}

TEST(PostgresParameter, DoublesAreWrittenAsShortAsTheyReadBack) {
  EXPECT_EQ(parameter{0.1}.view(), "0.1");
  EXPECT_EQ(parameter{-0.0}.view(), "-0");
  EXPECT_EQ(parameter{1e300}.view(), "1e+300");
  EXPECT_EQ(parameter{std::numeric_limits<double>::infinity()}.view(), "Infinity");
  EXPECT_EQ(parameter{-std::numeric_limits<double>::infinity()}.view(), "-Infinity");
  EXPECT_EQ(parameter{std::numeric_limits<double>::quiet_NaN()}.view(), "NaN");
}

TEST(PostgresParameter, ACopyHoldsItsOwnNumber) {
  std::optional<parameter> first{7};
  parameter const copy = *first;
  first.reset();
  EXPECT_EQ(copy.view(), "7");
}

TEST(PostgresBoundValues, EndTheirTextsWithANul) {
  bound_values bound;
  std::array<parameter, 3> const given{parameter{"ab"}, parameter{std::nullopt}, parameter{true}};

  bound.bind(given);

  ASSERT_EQ(bound.count(), 3);
  EXPECT_STREQ(bound.values()[0], "ab");
  EXPECT_EQ(bound.values()[1], nullptr);
  EXPECT_STREQ(bound.values()[2], "t");
}

TEST(PostgresBoundValues, TakeANulInBytes) {
  bound_values bound;
  std::array<std::byte, 3> const bytes{};
  std::array<parameter, 1> const binary{parameter{std::span<std::byte const>{bytes}}};

  bound.bind(binary);

  EXPECT_EQ(bound.lengths()[0], 3);
  EXPECT_EQ(bound.formats()[0], 1);
}

TEST(PostgresBoundValues, OfNoBytesAreNotNull) {
  bound_values bound;
  std::array<parameter, 1> const none{parameter{std::span<std::byte const>{}}};

  bound.bind(none);

  EXPECT_NE(bound.values()[0], nullptr);
  EXPECT_EQ(bound.lengths()[0], 0);
}

}  // namespace
}  // namespace holdfast::postgres
