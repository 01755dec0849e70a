// Real threads, and many more keys than there is room for: whatever their interleaving, a call runs
// under the guard of its key or under the one that is shared, and no guard is lost or doubled.
#include "drive/in_threads.hpp"
#include "holdfast/drive/guard_per_key.hpp"
#include "holdfast/drive/manual_time.hpp"

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

namespace holdfast {
namespace {

using namespace std::chrono_literals;

#if defined(__SANITIZE_THREAD__)
constexpr int turns = 2'000;
#else
constexpr int turns = 40'000;
#endif

// A call that fails is told by the guard under which it ran, in the thread that made it.
thread_local std::string present_key;  // NOLINT(*-avoid-non-const-global-variables)

bool is_of_present_key(std::string_view name) {
  return name == "k." + present_key || name == "k.other";
}

TEST(KeyStress, EveryCallRunsUnderTheGuardOfItsKey) {
  guard_per_key const all{"k", key_limits{.max_keys = 40, .idle_after = off}};
  std::atomic<int> told{0};
  std::atomic<int> wrong{0};
  all.on_event([&](event const& what) {
    ++told;
    if (!is_of_present_key(what.operation)) ++wrong;
  });

  in_threads(4, [&](int thread) {
    random_bits chance{static_cast<std::uint64_t>(thread)};
    for (int i = 0; i < turns; ++i) {
      present_key = std::to_string(chance() % 60);
      if (chance() % 4 != 0) {
        static_cast<void>(all(present_key, []() -> expected<int, failure> {
          return unexpected{plain_failure(category::transient)};
        }));
      } else if (!is_of_present_key(all[present_key].name())) {
        ++wrong;
      }
    }
  });

  EXPECT_EQ(wrong, 0);
  EXPECT_GT(told, turns);
  EXPECT_LE(all.stats().keys, 40U);
  EXPECT_EQ(all.stats().made - all.stats().evicted, all.stats().keys);
  EXPECT_EQ(all.guards().size(), all.stats().keys);
}

TEST(KeyStress, ThreadsThatAskForOneNewKeyGetOneGuard) {
  for (int round = 0; round < 50; ++round) {
    guard_per_key const all{"k", key_limits{.idle_after = off}};
    std::vector<char const*> names(4);

    in_threads(4, [&](int thread) {
      guard const mine = all["new"];
      names[static_cast<std::size_t>(thread)] = mine.name().data();
    });

    for (char const* each : names) ASSERT_EQ(each, names[0]);
    ASSERT_EQ(all.stats().made, 1U);
  }
}

TEST(KeyStress, AListenerThatComesWhileKeysAreMadeHearsOfAllOfThem) {
  for (int round = 0; round < 20; ++round) {
    guard_per_key const all{"k", key_limits{.idle_after = off}};
    std::atomic<int> told{0};
    in_threads(4, [&](int thread) {
      if (thread == 0) return all.on_event([&](event const&) { ++told; });
      for (int i = 0; i < 20; ++i) static_cast<void>(all[std::to_string(thread * 20 + i)]);
    });

    for (int i = 20; i < 80; ++i) {
      static_cast<void>(all(std::to_string(i), []() -> expected<int, failure> {
        return unexpected{plain_failure(category::data)};
      }));
    }
    ASSERT_EQ(told, 60);
  }
}

TEST(KeyStress, IdleKeysAreForgottenWhileOthersAreCalled) {
  manual_time time;
  guard_per_key const all{"k", key_limits{.max_keys = 40, .idle_after = 1s},
                          surroundings{.time = &time, .seed = 1}};
  std::atomic<int> wrong{0};

  in_threads(4, [&](int thread) {
    random_bits chance{static_cast<std::uint64_t>(thread)};
    for (int i = 0; i < turns / 4; ++i) {
      if (i % 16 == 0) time.advance(200ms);
      std::string const key = std::to_string(chance() % 60);
      guard const mine = all[key];
      if (mine.name() != "k." + key && mine.name() != "k.other") ++wrong;
    }
  });
  for (int i = 0; i < 12; ++i) time.advance(200ms);

  key_stats const seen = all.stats();
  EXPECT_EQ(wrong, 0);
  EXPECT_EQ(seen.keys, 0U);
  EXPECT_EQ(seen.made, seen.evicted + seen.idle);
}

#if !defined(__SANITIZE_THREAD__)
TEST(KeyStress, AChildOfAForkInTheMiddleOfChangesFindsItsKeys) {
  guard_per_key const all{"k", key_limits{.max_keys = 8, .idle_after = off}};
  std::atomic<bool> done{false};
  std::jthread const changing{[&] {
    for (int i = 0; !done; ++i) all(std::to_string(i % 50), [] {});
  }};

  for (int round = 0; round < 20; ++round) {
    pid_t const child = fork();
    if (child == 0) {
      alarm(20);
      for (int i = 0; i < 200; ++i) {
        std::string const key = std::to_string(i % 30);
        auto const name = all[key].name();
        if (name != "k." + key && name != "k.other") _exit(1);
        if (all.stats().keys > 8) _exit(2);
      }
      _exit(0);
    }
    int status = 0;
    waitpid(child, &status, 0);
    EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << status;
  }
  done = true;
}
#endif

}  // namespace
}  // namespace holdfast
