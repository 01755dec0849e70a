#include "holdfast/state/encoding.hpp"

#include "state/any_records.hpp"
#include "state/records.hpp"

#include <limits>
#include <string>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace holdfast {
namespace {

using testing::changed;
using testing::opened;
using testing::ordered;
using testing::shared;

template <class Record>
std::string encoded(Record const& record) {
  std::string text;
  append_encoded(text, record);
  return text;
}

std::string why_not(std::string_view text) {
  auto const record = decode_operation(text);
  return record ? "it was read" : std::string{record.error().text.view()};
}

std::string with(std::string_view part, std::string_view other) {
  std::string text = encoded(opened("a"));
  std::size_t const at = text.find(part);
  EXPECT_NE(at, std::string::npos) << part;
  return text.replace(at, part.size(), other);
}

TEST(Encoding, AnOperationIsOneLineOfJson) {
  EXPECT_EQ(encoded(opened("chembl.page")),
            R"({"operation":"chembl.page","saved_at":1700000000000000000,"breaker":{)"
            R"("state":"open","since":-5000000000,"open_until":25000000000,"closed_since":0,)"
            R"("wait":30000000000,"generation":7,"consecutive_failures":0,"probe_successes":0,)"
            R"("hanging":0,"times_opened":0,"told_would_open":false,"random_state":0,)"
            R"("probes":[{"expires":0,"serial":0,"running":false}],"window":null},)"
            R"("budget":{"held":12,"refilled":-1000000000,"taken":3}})");
}

TEST(Encoding, AWindowHasTheFieldsOfItsKind) {
  operation_record record = opened("a");
  record.breaker.window = core::window_snapshot{.calls = 2, .failed = {1}, .slow = {0}};
  EXPECT_NE(encoded(record).find(R"("window":{"kind":"count","calls":2,"failed":[1],"slow":[0]})"),
            std::string::npos);

  record.breaker.window = core::window_snapshot{.kind = window_kind::time,
                                                .buckets = {{.calls = 3, .failures = 1}},
                                                .bucket_width = std::chrono::seconds{1}};
  EXPECT_NE(encoded(record).find(R"("window":{"kind":"time","newest_begins":0,)"
                                 R"("bucket_width":1000000000,)"
                                 R"("buckets":[{"calls":3,"failures":1,"slow":0}]})"),
            std::string::npos);
}

TEST(Encoding, AChangeAndAnOrderAreOneLineOfJson) {
  EXPECT_EQ(encoded(changed("a", "moving")),
            R"({"operation":"a","at":1700000000000000000,"kind":"order","from":"closed",)"
            R"("to":"forced_open","reason":"set by hand","why":"moving","author":"ada",)"
            R"("end":1700000600000000000})");
  order_record order = ordered("a");
  order.number = 12;
  EXPECT_EQ(encoded(order),
            R"({"number":12,"operation":"a","what":"open","why":"maintenance","author":"ada",)"
            R"("given_at":1700000000000000000,"until":null})");
}

TEST(Encoding, ASharedCircuitIsOneLineOfJson) {
  EXPECT_EQ(encoded(shared("a")),
            R"({"operation":"a","host_start":"0f3a","changes":1,"open":true,"by_hand":false,)"
            R"("open_until":25000000000,"wait":30000000000,"lease":{)"
            R"("holder":18446744073709551615,"round":1,"taken":26000000000,)"
            R"("ends":58000000000,"wanted":{"asker":5,"since":27000000000,)"
            R"("last":28000000000}},"passed_on":2,"touched":0})");
  EXPECT_EQ(encoded(shared_circuit{.operation = "a"}),
            R"({"operation":"a","host_start":"","changes":0,"open":false,"by_hand":false,)"
            R"("open_until":0,"wait":0,"lease":null,"passed_on":0,"touched":0})");
}

TEST(Encoding, WhatNeverComesIsNull) {
  operation_record record = opened("a");
  record.breaker.open_until = never_reached;

  std::string const text = encoded(record);

  EXPECT_NE(text.find(R"("open_until":null,)"), std::string::npos);
  EXPECT_EQ(decode_operation(text).value(), record);
}

TEST(Encoding, BytesThatAreNoTextComeBackAsTheyWere) {
  operation_record const record = opened(std::string_view{"\xC3\xA9 \xFF\n\"\\\0", 8});

  std::string const text = encoded(record);

  EXPECT_EQ(text.substr(0, 46), "{\"operation\":\"\xC3\xA9 \\udcff\\u000a\\\"\\\\\\u0000\",\"save");
  EXPECT_EQ(decode_operation(text).value(), record);
}

TEST(Encoding, ValuesOutOfRangeAreHeldToIt) {
  operation_record record = opened("a");
  record.breaker.hanging = -1;
  record.breaker.generation = std::numeric_limits<std::uint64_t>::max();
  record.breaker.probes.resize(2000);
  record.breaker.window =
      core::window_snapshot{.kind = window_kind::time, .buckets = {{.calls = 1, .failures = 2}}};

  auto const read = decode_operation(encoded(record));

  ASSERT_TRUE(read) << read.error().text.view();
  EXPECT_EQ(read->breaker.hanging, 0);
  EXPECT_EQ(read->breaker.probes.size(), 1000U);
  EXPECT_EQ(read->breaker.window->buckets[0].failures, 1U);
}

TEST(Encoding, AnythingElseIsRefusedWithItsPlace) {
  constexpr auto other = "not what stands there in a record of this version";
  EXPECT_EQ(why_not(""), std::string{"byte 0: "} + other);
  EXPECT_EQ(why_not(with("saved_at", "saved_of")), std::string{"byte 18: "} + other);
  EXPECT_EQ(why_not(with("\"open\"", "\"ajar\"")), "byte 73: an unknown name");
  EXPECT_EQ(why_not(encoded(opened("a")) + " "), "byte 406: more than a record");
  EXPECT_EQ(why_not(encoded(opened(""))), "byte 405: an operation without a name");
  EXPECT_EQ(why_not(std::string(300'000, '[')), "byte 0: a record of more than 256 KiB");
}

TEST(Encoding, NumbersOutOfRangeAreRefused) {
  for (char const* const number : {"4294967296", "-1", "1.5", "01", "-0", "", "1e3", "+1"}) {
    auto const text = with("\"times_opened\":0", std::string{"\"times_opened\":"} + number);
    EXPECT_FALSE(decode_operation(text)) << number;
  }
  EXPECT_TRUE(decode_operation(with("\"times_opened\":0", "\"times_opened\":4294967295")));
}

TEST(Encoding, FieldsTwiceOrOutOfOrderAreRefused) {
  EXPECT_FALSE(decode_operation(with("\"hanging\":0", "\"hanging\":0,\"hanging\":0")));
  EXPECT_FALSE(decode_operation(with("\"hanging\":0", "\"times_opened\":0")));
  EXPECT_FALSE(decode_operation(with("\"hanging\":0", "\"hanging\":0,\"more\":0")));
}

TEST(Encoding, ListsThatAreTooLongAreRefused) {
  std::string many = R"({"expires":0,"serial":0,"running":false})";
  for (int i = 0; i < 1000; ++i) many += R"(,{"expires":0,"serial":0,"running":false})";

  auto const record = decode_operation(with(R"({"expires":0,"serial":0,"running":false})", many));

  ASSERT_FALSE(record);
  EXPECT_NE(record.error().text.view().find("too many elements"), std::string_view::npos);
}

TEST(Encoding, TextsThatAreTooLongOrRawAreRefused) {
  EXPECT_FALSE(decode_operation(with("\"a\"", '"' + std::string(121, 'a') + '"')));
  for (char const* const text : {"\"\x01\"", "\"\xFF\"", "\"a", "\"\\n\"", "\"\\u0041\"",
                                 "\"\\udc7f\"", "\"\\u00\"", "\"\\ud8", "\"\\"}) {
    EXPECT_FALSE(decode_operation(with("\"a\"", text))) << text;
  }
}

RC_GTEST_PROP(Encoding, WhateverIsWrittenIsReadAsItWas, ()) {
  auto const operation = testing::any_operation();
  auto const change = testing::any_change();
  auto const order = testing::any_order();
  auto const shared = testing::any_shared();

  RC_ASSERT(decode_operation(encoded(operation)).value() == operation);
  RC_ASSERT(decode_change(encoded(change)).value() == change);
  RC_ASSERT(decode_order(encoded(order)).value() == order);
  RC_ASSERT(decode_shared(encoded(shared)).value() == shared);
}

RC_GTEST_PROP(Encoding, ACutTextIsNeverARecord, ()) {
  std::string const text = encoded(testing::any_operation());

  RC_ASSERT(!decode_operation(text.substr(0, *rc::gen::inRange<std::size_t>(0, text.size()))));
}

}  // namespace
}  // namespace holdfast
