#include "holdfast/manage/order_reader.hpp"

#include <string>

#include <gtest/gtest.h>

namespace holdfast {
namespace {

using namespace std::chrono_literals;

wall_time const noon{std::chrono::hours{12}};

TEST(OrderReader, NothingIsWrongWithWhatIsRight) {
  order_reader reader{noon};
  EXPECT_EQ(reader.reason("why", order_kind::open, "maintenance"), "maintenance");
  EXPECT_EQ(reader.text("author", "ann"), "ann");
  EXPECT_EQ(reader.end_after("for", "10m"), noon + 10min);
  EXPECT_EQ(reader.end_after("for", "off"), std::nullopt);
  EXPECT_EQ(reader.end_at("until", "1970-01-01T13:00:00Z"), noon + 1h);
  EXPECT_TRUE(reader.take_problems().empty());
}

TEST(OrderReader, OnlyAnOverrideMustSayWhy) {
  order_reader reader{noon};
  EXPECT_EQ(reader.reason("why", order_kind::close, ""), "");
  EXPECT_EQ(reader.reason("why", order_kind::reset, ""), "");
  EXPECT_TRUE(reader.take_problems().empty());
  for (order_kind const each : {order_kind::open, order_kind::disable, order_kind::observe_only}) {
    static_cast<void>(reader.reason("why", each, ""));
  }
  static_cast<void>(reader.reason("why", order_kind::open, " \t"));
  EXPECT_EQ(reader.take_problems().size(), 4U);
}

TEST(OrderReader, ATextThatIsTooLongIsRefusedAndNotCut) {
  order_reader reader{noon};
  static_cast<void>(reader.text("author", std::string(80, 'a')));
  static_cast<void>(reader.text("author", std::string(81, 'a')));
  problems const found = reader.take_problems();
  ASSERT_EQ(found.size(), 1U);
  EXPECT_NE(describe(found).find("it has 81 bytes"), std::string::npos);
}

TEST(OrderReader, SecretsInATextAreNotKept) {
  order_reader reader{noon};
  EXPECT_EQ(reader.text("why", "postgresql://ann:hunter2@db/x").find("hunter2"), std::string::npos);
}

TEST(OrderReader, AnEndIsStillToCome) {
  order_reader reader{noon};
  EXPECT_EQ(reader.end_after("--for", "0s"), std::nullopt);
  EXPECT_EQ(reader.end_after("--for", "-5m"), std::nullopt);
  EXPECT_EQ(reader.end_after("--for", "soon"), std::nullopt);
  EXPECT_EQ(reader.end_at("--until", "tomorrow"), std::nullopt);
  static_cast<void>(reader.end_at("--until", "1970-01-01T12:00:00Z"));
  problems const found = reader.take_problems();
  EXPECT_EQ(found.size(), 5U) << describe(found);
}

}  // namespace
}  // namespace holdfast
