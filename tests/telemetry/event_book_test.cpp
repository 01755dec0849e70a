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

TEST(EventBook, ALoudOperationTakesNoPlaceOfAQuietOne) {
  event_book book{{.each = 10, .of_all = 4}};
  tell(book, "quiet", 1);
  for (int i = 1; i <= 50; ++i) tell(book, "loud", i);

  EXPECT_EQ(book.last_of("quiet", 9).size(), 1U);
  EXPECT_EQ(book.last_of("loud", 9).size(), 3U);
  tell(book, "late", 1);
  EXPECT_TRUE(book.last_of("late", 9).empty());
  EXPECT_EQ(book.dropped(), 1U);
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

  EXPECT_EQ(book.reason_of("a"), describe_cause(changed));
  EXPECT_EQ(book.reason_of("b"), "");
}

}  // namespace
}  // namespace holdfast
