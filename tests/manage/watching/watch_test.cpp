// A manager's thread reads the file again by itself, and obeys and keeps within a second or so.
#include "manage/manager_bench.hpp"

#include <atomic>
#include <csignal>
#include <functional>
#include <mutex>
#include <thread>

#include <gtest/gtest.h>

namespace holdfast {
namespace {

using namespace std::chrono_literals;

std::string with_attempts(int most) {
  return "operations:\n  page: {retry: {max_attempts: " + std::to_string(most) +
         ", initial_delay: 1ms, jitter: none, idempotent: true}}\n";
}

/// A manager with its thread, on the system's clock.
class Watching : public testing::Test {
 protected:
  manager_options threaded() {
    manager_options given;
    given.author = "test";
    given.on_audit = [this](audit_record const& record) {
      std::lock_guard const held{lock_};
      told_.push_back(record);
    };
    return given;
  }
  std::size_t told(audit_kind kind) {
    std::lock_guard const held{lock_};
    std::size_t count = 0;
    for (audit_record const& each : told_) count += each.kind == kind ? 1 : 0;
    return count;
  }
  /// Whether it comes true within ten seconds.
  static bool comes_true(std::function<bool()> const& what) {
    for (int i = 0; i < 1000; ++i) {
      if (what()) return true;
      std::this_thread::sleep_for(10ms);
    }
    return false;
  }

  manager_bench b;

 private:
  std::mutex lock_;
  std::vector<audit_record> told_;
};

TEST_F(Watching, AFileThatIsWrittenInPlaceIsReadAgain) {
  b.write(with_attempts(2));
  manager managed{b.path("r.yaml"), threaded()};
  guard const page = managed.guard("page");

  b.write(with_attempts(5));

  EXPECT_TRUE(comes_true([&] { return page.policies().retry.max_attempts == 5; }));
}

TEST_F(Watching, AFileThatIsReplacedByAnotherIsReadAgainAndAgain) {
  b.write(with_attempts(2));
  manager managed{b.path("r.yaml"), threaded()};
  guard const page = managed.guard("page");

  for (int most : {3, 4, 5}) {
    std::ofstream{b.path("new")} << with_attempts(most);
    std::filesystem::rename(b.path("new"), b.path("r.yaml"));
    EXPECT_TRUE(comes_true([&] { return page.policies().retry.max_attempts == most; })) << most;
  }
}

TEST_F(Watching, AFileBehindALinkThatIsExchangedIsReadAgain) {
  std::filesystem::create_directory(b.path("one"));
  std::filesystem::create_directory(b.path("two"));
  std::ofstream{b.path("one/r.yaml")} << with_attempts(2);
  std::ofstream{b.path("two/r.yaml")} << with_attempts(7);
  std::filesystem::create_symlink(b.path("one"), b.path("data"));
  std::filesystem::create_symlink("data/r.yaml", b.path("r.yaml"));
  manager managed{b.path("r.yaml"), threaded()};
  guard const page = managed.guard("page");

  std::filesystem::create_symlink(b.path("two"), b.path("next"));
  std::filesystem::rename(b.path("next"), b.path("data"));

  EXPECT_TRUE(comes_true([&] { return page.policies().retry.max_attempts == 7; }));
}

TEST_F(Watching, AFileThatIsWrongIsToldOnceAndChangesNothing) {
  b.write(with_attempts(2));
  manager managed{b.path("r.yaml"), threaded()};
  guard const page = managed.guard("page");

  b.write("operations: {page: {retry: {max_attempts: none}}}\n");

  EXPECT_TRUE(comes_true([&] { return told(audit_kind::reload_refused) == 1; }));
  EXPECT_EQ(page.policies().retry.max_attempts, 2);
  b.write(with_attempts(3));
  EXPECT_TRUE(comes_true([&] { return page.policies().retry.max_attempts == 3; }));
  EXPECT_EQ(told(audit_kind::reload_refused), 1U);
}

TEST_F(Watching, SighupReadsTheFileAgain) {
  b.write(with_attempts(2));
  manager_options given = threaded();
  given.reload_on_hangup = true;
  manager managed{b.path("r.yaml"), given};
  guard const page = managed.guard("page");
  b.write(with_attempts(2) + "classify: {rules: [{pattern: x, advice: never}]}\n");

  ::raise(SIGHUP);

  EXPECT_TRUE(comes_true([&] { return told(audit_kind::reloaded) >= 1; }));
}

TEST_F(Watching, ATransitionIsKeptAtOnceAndAnOrderObeyedWithinASecondOrSo) {
  b.write("state: {store: \"file:" + b.path("state") +
          "\", save_every: 1h}\n"
          "operations: {page: {breaker: {failure_threshold: 1}}}\n");
  manager managed{b.path("r.yaml"), threaded()};
  guard const page = managed.guard("page");
  auto store = store_factories{}.open("file:" + b.path("state"));
  ASSERT_TRUE(store);

  static_cast<void>(page(fails));
  EXPECT_TRUE(comes_true([&] {
    auto const kept = (*store)->load();
    return kept && kept->operations.size() == 1 &&
           kept->operations[0].breaker.state == breaker_state::open;
  }));
  ASSERT_TRUE((*store)->give({.operation = "page",
                              .what = order_kind::close,
                              .author = "ada",
                              .given_at = std::chrono::system_clock::now()}));

  EXPECT_TRUE(comes_true([&] { return page.state() == breaker_state::closed; }));
}

}  // namespace
}  // namespace holdfast
