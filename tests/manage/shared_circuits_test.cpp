// Managers that share their circuits: two of them in one process, on one clock, by one store.
#include "holdfast/state/store_factories.hpp"
#include "manage/manager_bench.hpp"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace holdfast {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

class SharedCircuits : public ::testing::Test {
 protected:
  [[nodiscard]] std::string text(bool shared = true) const {
    return "state: {store: 'file:" + b_.path("state") +
           "', shared: " + (shared ? "true" : "false") +
           "}\n"
           "operations:\n"
           "  page:\n"
           "    breaker: {failure_threshold: 1, recovery_timeout: 20s, recovery_jitter: 0}\n";
  }
  void look() {
    static_cast<void>(one_->keep_state());
    static_cast<void>(two_->keep_state());
  }
  void open_both() {
    look();
    static_cast<void>(page_(fails));
    look();
    ASSERT_EQ(same_page_.state(), breaker_state::open);
  }

  manager_bench b_;
  std::optional<manager> one_{b_.managed(text())};
  std::optional<manager> two_{b_.managed(text())};
  guard page_ = one_->guard("page");
  guard same_page_ = two_->guard("page");
};

TEST_F(SharedCircuits, ACircuitThatOpensIsOpenInTheOtherProcess) {
  open_both();

  EXPECT_FALSE(same_page_(answers));
  EXPECT_EQ(same_page_.stats().breaker.open_until, b_.time.now() + 20s);
}

TEST_F(SharedCircuits, OneProbesAndItsSuccessClosesForBoth) {
  open_both();
  b_.time.advance(20s);
  EXPECT_FALSE(page_(answers));
  EXPECT_FALSE(same_page_(answers));
  look();

  EXPECT_FALSE(same_page_(answers));
  EXPECT_TRUE(page_(answers));
  look();

  EXPECT_EQ(same_page_.state(), breaker_state::closed);
  EXPECT_TRUE(same_page_(answers));
}

TEST_F(SharedCircuits, AManagerThatEndsGivesItsLeaseBackAndLeavesItsGuardToItself) {
  open_both();
  b_.time.advance(20s);
  EXPECT_FALSE(page_(answers));
  EXPECT_FALSE(same_page_(answers));
  look();
  one_.reset();
  EXPECT_FALSE(same_page_(answers));
  static_cast<void>(two_->keep_state());

  EXPECT_TRUE(same_page_(answers));
  EXPECT_TRUE(page_(answers));
}

TEST_F(SharedCircuits, AnOrderToCloseClosesForBoth) {
  open_both();

  ASSERT_TRUE(two_->obey({.operation = "page", .what = order_kind::close, .author = "ada"}));
  static_cast<void>(two_->keep_state());
  static_cast<void>(one_->keep_state());

  EXPECT_EQ(page_.state(), breaker_state::closed);
  EXPECT_EQ(same_page_.state(), breaker_state::closed);
}

// Both hold it open by an order of their own; what the first one is told by HTTP is for both.
TEST_F(SharedCircuits, AnOrderThatOneIsGivenEndsWhatAnotherWasOrderedBefore) {
  look();
  auto const store = store_factories{}.open("file:" + b_.path("state"));
  ASSERT_TRUE(store);
  ASSERT_TRUE((*store)->give({.operation = "page",
                              .what = order_kind::open,
                              .why = "maintenance",
                              .author = "ann",
                              .given_at = std::chrono::system_clock::now()}));
  look();
  ASSERT_EQ(page_.state(), breaker_state::forced_open);
  ASSERT_EQ(same_page_.state(), breaker_state::forced_open);

  ASSERT_TRUE(one_->obey({.operation = "page",
                          .what = order_kind::close,
                          .author = "ada",
                          .given_at = std::chrono::system_clock::now()}));
  look();
  look();

  EXPECT_EQ(page_.state(), breaker_state::closed);
  EXPECT_EQ(same_page_.state(), breaker_state::closed);
  auto const changes = (*store)->changes("page", 100);
  ASSERT_TRUE(changes);
  EXPECT_EQ(std::ranges::count(*changes, std::string_view{"close"},
                               [](change_record const& each) { return each.reason.view(); }),
            2)
      << "each obeys it once";
}

TEST_F(SharedCircuits, AnOverrideOfAGuardThatCantOpenEndsWhenItShould) {
  guard const plain = one_->guard("plain");
  plain.force_open("maintenance", 3s);
  look();
  EXPECT_FALSE(plain(answers));

  b_.time.advance(3s);

  EXPECT_TRUE(plain(answers));
}

TEST_F(SharedCircuits, AGuardThatIsMadeLaterTakesOverWhatTheOthersKnow) {
  open_both();
  manager three = b_.managed(text());
  guard const page = three.guard("page");
  static_cast<void>(three.keep_state());

  EXPECT_EQ(page.state(), breaker_state::open);
  b_.time.advance(20s);
  EXPECT_FALSE(page(answers));
}

TEST_F(SharedCircuits, SharingCanBeSwitchedOffAndOnByTheFile) {
  open_both();
  b_.write(text(false));
  ASSERT_TRUE(one_->reload());
  look();
  b_.time.advance(20s);
  EXPECT_TRUE(page_(answers));
  EXPECT_EQ(same_page_.state(), breaker_state::open);

  b_.write(text(true));
  ASSERT_TRUE(one_->reload());
  look();

  EXPECT_EQ(page_.state(), breaker_state::open);
}

TEST_F(SharedCircuits, WhereTheStoreCantBeUsedEachProbesByItselfAndItIsTold) {
  open_both();
  std::ofstream{b_.path("state-shared")} << "damaged";
  b_.time.advance(20s);
  look();

  EXPECT_FALSE(page_(answers));
  b_.time.advance(5s);
  look();
  EXPECT_TRUE(page_(answers));
  EXPECT_THAT(b_.last(audit_kind::state_failed), HasSubstr("circuits can't be shared"));
  EXPECT_EQ(one_->health().status, health_status::warn);
}

TEST_F(SharedCircuits, AnOrderToCloseThatIsObeyedAtTheStartClosesForAll) {
  look();
  page_.force_open("migration", off);
  look();
  ASSERT_EQ(same_page_.state(), breaker_state::open);
  one_.reset();
  two_.reset();
  auto store = store_factories{}.open("file:" + b_.path("state"));
  ASSERT_TRUE(store);
  ASSERT_TRUE((*store)->give({.operation = "page",
                              .what = order_kind::close,
                              .author = "ada",
                              .given_at = std::chrono::system_clock::now()}));
  manager three = b_.managed(text());
  static_cast<void>(three.keep_state());
  guard const page = three.guard("page");
  static_cast<void>(three.keep_state());
  static_cast<void>(three.keep_state());

  EXPECT_EQ(page.state(), breaker_state::closed);
  EXPECT_TRUE(page(answers));
}

TEST(SharedCircuitsFile, WithoutAStoreNothingCanBeShared) {
  manager_bench b;
  b.write("state: {shared: true}\n");

  auto const opened = manager::open(b.path("r.yaml"), b.options());

  ASSERT_FALSE(opened);
  EXPECT_THAT(describe(opened.error()), HasSubstr("state.shared"));
}

}  // namespace
}  // namespace holdfast
