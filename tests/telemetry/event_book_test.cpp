#include "holdfast/telemetry/event_book.hpp"

#include <memory>
#include <string>

#include <gtest/gtest.h>

namespace holdfast {
namespace {

void tell(event_book& book, std::string_view operation, int attempt) {
  book.on_event({.kind = event_kind::attempt_failed, .operation = operation, .attempt = attempt});
}

TEST(EventBook, TheNewestComeFirst) {
  event_book book;
  for (int i = 1; i <= 3; ++i) tell(book, "a", i);

  auto const last = book.last_of("a", 2);

  ASSERT_EQ(last.size(), 2U);
  EXPECT_EQ(last[0].attempt, 3);
  EXPECT_EQ(last[1].attempt, 2);
  EXPECT_TRUE(book.last_of("b", 5).empty());
}

TEST(EventBook, OfOneOperationTheOldestGo) {
  event_book book{{.each = 3}};
  for (int i = 1; i <= 10; ++i) tell(book, "a", i);

  auto const last = book.last_of("a", 100);

  ASSERT_EQ(last.size(), 3U);
  EXPECT_EQ(last.back().attempt, 8);
}

TEST(EventBook, OfAllTheOldestGoSoThatNewOperationsFindAPlace) {
  event_book book{{.each = 10, .of_all = 4}};
  tell(book, "quiet", 1);
  for (int i = 1; i <= 3; ++i) tell(book, "loud", i);
  EXPECT_EQ(book.last_of("quiet", 9).size(), 1U);

  tell(book, "late", 1);

  EXPECT_TRUE(book.last_of("quiet", 9).empty());
  EXPECT_EQ(book.last_of("loud", 9).size(), 3U);
  EXPECT_EQ(book.last_of("late", 9).size(), 1U);
  EXPECT_EQ(book.dropped(), 0U);
}

TEST(EventBook, AMillionNamesLeaveTheNewestAlone) {
  event_book book{{.each = 4, .of_all = 100}};
  for (int i = 0; i < 1'000'000; ++i) tell(book, "user-" + std::to_string(i), 1);

  EXPECT_EQ(book.last_of("user-999999", 9).size(), 1U);
  EXPECT_EQ(book.last_of("user-999900", 9).size(), 1U);
  EXPECT_TRUE(book.last_of("user-999899", 9).empty());
  EXPECT_EQ(book.dropped(), 0U);
}

TEST(EventBook, RefusalsOfAnOpenCircuitLeaveRoomForItsCause) {
  event_book book{{.each = 2}};
  tell(book, "a", 1);
  for (int i = 0; i < 9; ++i) {
    book.on_event(
        {.kind = event_kind::call_refused, .operation = "a", .stopped = stop_reason::circuit_open});
  }

  ASSERT_EQ(book.last_of("a", 9).size(), 1U);
  EXPECT_EQ(book.last_of("a", 9)[0].kind, event_kind::attempt_failed);
}

TEST(EventBook, TheNumberOfOperationsIsBounded) {
  event_book book{{.operations = 2}};
  for (char const* name : {"a", "b", "c"}) tell(book, name, 1);

  EXPECT_EQ(book.dropped(), 1U);
}

TEST(EventBook, TheReasonIsThatOfTheLastChangeHoweverMuchWasToldSince) {
  event_book book{{.each = 2}};
  transition const changed{.from = breaker_state::closed,
                           .to = breaker_state::open,
                           .reason = transition_reason::consecutive_failures,
                           .count = 5,
                           .threshold = 5};
  book.on_event({.kind = event_kind::breaker_changed, .operation = "a", .changed = &changed});
  for (int i = 0; i < 9; ++i) tell(book, "a", 1);

  ASSERT_TRUE(book.last_change_of("a"));
  EXPECT_EQ(book.last_change_of("a")->cause, describe_cause(changed));
  EXPECT_FALSE(book.last_change_of("b"));
}

TEST(EventBook, AChangeCanBeSigned) {
  event_book book;
  transition const forced{.from = breaker_state::closed,
                          .to = breaker_state::forced_open,
                          .reason = transition_reason::forced};
  book.on_event({.kind = event_kind::breaker_changed, .operation = "a", .changed = &forced});
  tell(book, "a", 1);

  book.sign_last_change("a", "ann");
  book.sign_last_change("nobody", "ann");

  EXPECT_EQ(book.last_change_of("a")->author, "ann");
  EXPECT_EQ(book.last_of("a", 9)[1].changed->author, "ann");
}

}  // namespace
}  // namespace holdfast
