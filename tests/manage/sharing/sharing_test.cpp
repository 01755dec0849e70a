// A hundred processes guard the same dependency and share its circuit through a SQLite store, while
// some of them are killed, by preference one that probes. On the whole host never more probes run
// than one process may have, and every outage ends with all circuits closed.

#include "board.hpp"
#include "connect/sqlite/temporary_folder.hpp"

#include <array>
#include <chrono>
#include <csignal>
#include <fstream>
#include <new>
#include <random>
#include <string>
#include <thread>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

namespace holdfast::testing {
namespace {

using namespace std::chrono_literals;
using clock = std::chrono::steady_clock;

class host {
 public:
  host() : board_{mapped()} {
    std::ofstream{folder_ / "resilience.yaml"} << "state: {store: 'sqlite:" << folder_ / "state.db"
                                               << "', shared: true}\n"
                                               << "operations:\n"
                                                  "  page:\n"
                                                  "    breaker:\n"
                                                  "      failure_threshold: 3\n"
                                                  "      recovery_timeout: 200ms\n"
                                                  "      max_recovery_timeout: 500ms\n"
                                                  "      half_open_max_calls: "
                                               << board::permitted
                                               << "\n"
                                                  "      success_threshold: 2\n"
                                                  "      probe_timeout: 3s\n";
    for (std::size_t i = 0; i < board::processes; ++i) start(i);
  }
  host(host const&) = delete;
  host& operator=(host const&) = delete;
  ~host() {
    board_.is_over = true;
    for (pid_t const each : pids_) ::waitpid(each, nullptr, 0);
    ::munmap(&board_, sizeof(board));
  }

  [[nodiscard]] board& shared() { return board_; }
  [[nodiscard]] int killed_probing() const { return killed_probing_; }

  void kill_any() { kill_one(chance_() % board::processes); }

  /// Waits until some process probes, and kills that one; false where none does for so long.
  bool kill_a_prober(clock::duration most) {
    for (auto const end = clock::now() + most; clock::now() < end;) {
      for (std::size_t i = 0; i < board::processes; ++i) {
        if (board_.seats[i].probes == 0) continue;
        kill_one(i);
        return true;
      }
      std::this_thread::sleep_for(1ms);
    }
    return false;
  }

  /// Kills one after the other until this is true of all circuits; false where it never was.
  bool kills_until_everywhere(int open, clock::duration most) {
    auto const end = clock::now() + most;
    while (!board_.is_everywhere(open)) {
      if (clock::now() > end) return false;
      std::this_thread::sleep_for(100ms);
      if (chance_() % 4 == 0) kill_any();
    }
    return true;
  }

 private:
  /// Kills a process and starts another in its place.
  void kill_one(std::size_t victim) {
    ::kill(pids_[victim], SIGKILL);
    ::waitpid(pids_[victim], nullptr, 0);
    if (board_.seats[victim].probes.exchange(0) > 0) ++killed_probing_;
    board_.seats[victim].open = -1;
    start(victim);
  }

  [[nodiscard]] board& mapped() const {
    int const file = ::open((folder_ / "board").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    EXPECT_EQ(::ftruncate(file, sizeof(board)), 0);
    void* const memory =
        ::mmap(nullptr, sizeof(board), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    ::close(file);
    return *new (memory) board;
  }

  void start(std::size_t seat) {
    std::string const board_path = folder_ / "board";
    std::string const config = folder_ / "resilience.yaml";
    std::string const number = std::to_string(seat);
    std::string program = SHARING_WORKER;
    std::array<char const*, 5> const arguments{program.c_str(), board_path.c_str(), config.c_str(),
                                               number.c_str(), nullptr};
    ASSERT_EQ(::posix_spawn(&pids_[seat], program.c_str(), nullptr, nullptr,
                            const_cast<char* const*>(arguments.data()), environ),
              0);
  }

  temporary_folder folder_;
  board& board_;
  std::array<pid_t, board::processes> pids_{};
  std::minstd_rand chance_{1};
  int killed_probing_ = 0;
};

TEST(SharedBreaker, OfAHundredProcessesNeverMoreProbeThanOneMayAndAllRecoverFromEveryOutage) {
  host all;
  ASSERT_TRUE(all.kills_until_everywhere(0, 60s)) << "not all have begun";
  for (int outage = 0; outage < 3; ++outage) {
    all.shared().is_down = true;
    ASSERT_TRUE(all.kills_until_everywhere(1, 60s)) << "outage " << outage;
    all.kill_any();
    ASSERT_TRUE(all.kill_a_prober(60s)) << "outage " << outage;
    all.shared().is_down = false;
    ASSERT_TRUE(all.kills_until_everywhere(0, 60s)) << "outage " << outage;
  }

  EXPECT_LE(all.shared().most_at_once, board::permitted)
      << all.shared().troubles << " times a process could not use the store";
  EXPECT_GE(all.killed_probing(), 1);
  RecordProperty("probes", all.shared().probes);
  RecordProperty("most_at_once", all.shared().most_at_once);
  RecordProperty("killed_while_probing", all.killed_probing());
}

}  // namespace
}  // namespace holdfast::testing
