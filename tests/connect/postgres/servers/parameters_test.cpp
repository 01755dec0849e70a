#include "with_server.hpp"

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <numbers>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace holdfast;
using namespace postgres_tests;
using namespace std::string_literals;

class PostgresParameters : public with_server {
 protected:
  void SetUp() override {
    with_server::SetUp();
    if (!IsSkipped()) on.emplace(server->connect());
  }
  /// What the server makes of a value of this type.
  template <class Value>
  postgres::rows sent_back(std::string const& type, Value const& value) {
    auto answer = on->read("SELECT $1::" + type, value);
    EXPECT_TRUE(answer) << describe(answer.error());
    return answer ? std::move(*answer) : postgres::rows{};
  }
  std::optional<postgres::connection> on;
};

TEST_F(PostgresParameters, TextsComeBackAsTheyAre) {
  for (std::string const& text :
       {""s, " "s, "O'Reilly"s, R"(a"b\c)"s, "$1; DROP TABLE x; --"s, "Grüße, 世界 🙂"s,
        "\t\r\n\x01\x7f"s, std::string(1'000'000, 'x')}) {
    auto const answer = sent_back("text", text);
    EXPECT_EQ(answer.text(0, 0), text);
    EXPECT_FALSE(answer.is_null(0, 0));
  }
}

TEST_F(PostgresParameters, NullIsNotTheEmptyText) {
  EXPECT_TRUE(sent_back("text", std::nullopt).is_null(0, 0));
  EXPECT_TRUE(sent_back("text", std::optional<std::string>{}).is_null(0, 0));
  EXPECT_FALSE(sent_back("text", std::optional{""s}).is_null(0, 0));
  EXPECT_TRUE(sent_back("int", std::optional<int>{}).is_null(0, 0));
  EXPECT_EQ(sent_back("int", std::optional{7}).integer(0, 0), 7);
}

TEST_F(PostgresParameters, NumbersReachTheEndsOfTheirTypes) {
  using whole = std::numeric_limits<std::int64_t>;
  EXPECT_EQ(sent_back("bigint", whole::min()).integer(0, 0), whole::min());
  EXPECT_EQ(sent_back("bigint", whole::max()).integer(0, 0), whole::max());
  EXPECT_EQ(sent_back("numeric", std::numeric_limits<std::uint64_t>::max()).text(0, 0),
            "18446744073709551615");
  EXPECT_EQ(sent_back("smallint", static_cast<short>(-5)).integer(0, 0), -5);
  EXPECT_EQ(sent_back("boolean", true).boolean(0, 0), true);
  EXPECT_EQ(sent_back("boolean", false).boolean(0, 0), false);
}

TEST_F(PostgresParameters, DoublesComeBackToTheLastBit) {
  using real = std::numeric_limits<double>;
  for (double const value : {0.1, -0.0, 1e308, real::max(), real::min(), real::denorm_min(),
                             std::numbers::pi, real::infinity(), -real::infinity()}) {
    auto const back = sent_back("float8", value).real(0, 0);
    ASSERT_TRUE(back);
    EXPECT_EQ(*back, value);
    EXPECT_EQ(std::signbit(*back), std::signbit(value)) << value;
  }
  auto const nan = sent_back("float8", real::quiet_NaN()).real(0, 0);
  EXPECT_TRUE(nan && std::isnan(*nan));
}

TEST_F(PostgresParameters, BytesMayHoldANul) {
  std::vector<std::byte> bytes(256);
  for (std::size_t each = 0; each < 256; ++each) bytes[each] = static_cast<std::byte>(each);

  auto const answer = sent_back("bytea", std::span<std::byte const>{bytes});

  std::string expected = "\\x";
  for (int each = 0; each < 256; ++each) {
    constexpr std::string_view digits = "0123456789abcdef";
    expected +=
        {digits[static_cast<std::size_t>(each / 16)], digits[static_cast<std::size_t>(each % 16)]};
  }
  EXPECT_EQ(answer.text(0, 0), expected);
}

TEST_F(PostgresParameters, ATextWithANulIsRefusedBeforeItIsSent) {
  server->ask("CREATE TABLE IF NOT EXISTS told (t text)");
  auto const refused = on->execute("INSERT INTO told VALUES ($1)", "a\0b"s);

  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code.value.view(), "22021");
  EXPECT_EQ(refused.error().category, category::data);
  EXPECT_TRUE(on->is_usable());
  EXPECT_EQ(server->ask("SELECT count(*) FROM told"), "0");
}

TEST_F(PostgresParameters, SqlWithANulIsRefusedBeforeItIsSent) {
  std::string const cut = "SELECT 1\0 is not what was meant"s;
  postgres::statement const prepared{cut};
  std::array<postgres::bound_statement, 1> const batch{{{cut, {}}}};
  auto const refused_with = [](auto const& answer) {
    return answer ? "nothing"s : std::string{answer.error().code.value.view()};
  };

  EXPECT_EQ(refused_with(on->execute(cut)), "22021");
  EXPECT_EQ(refused_with(on->execute(prepared)), "22021");
  EXPECT_EQ(refused_with(on->run_script(cut)), "22021");
  EXPECT_EQ(refused_with(on->run_all(batch)), "22021");
  EXPECT_EQ(refused_with(on->begin_copy_in("COPY told FROM STDIN\0 or not"s)), "22021");
  EXPECT_EQ(refused_with(on->begin_copy_out("COPY told TO STDOUT\0 or not"s)), "22021");
  EXPECT_TRUE(on->is_usable());
}

TEST_F(PostgresParameters, AnEmptyStatementIsAFailure) {
  for (char const* empty : {"", "  ", ";", "-- nothing"}) {
    auto const refused = on->execute(empty);
    ASSERT_FALSE(refused) << empty;
    EXPECT_EQ(refused.error().code.value.view(), "42601");
  }
  EXPECT_TRUE(on->read("SELECT 1"));
}

TEST_F(PostgresParameters, AColumnIsFoundByItsName) {
  auto const answer = on->read("SELECT 1 AS one, NULL AS nothing, 'x' AS \"Mixed\"");

  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->size(), 1U);
  EXPECT_EQ(answer->columns(), 3U);
  EXPECT_EQ(answer->column("Mixed"), 2U);
  EXPECT_EQ(answer->column("mixed"), std::nullopt);
  EXPECT_EQ(answer->integer(0, 1), std::nullopt);
  EXPECT_EQ(answer->integer(0, 2), std::nullopt);
  EXPECT_EQ(answer->tag(), "SELECT 1");
}

}  // namespace
