// One of the processes of sharing_test.cpp: sharing_worker BOARD RESILIENCE-FILE SEAT

#include "board.hpp"
#include "holdfast/connect/sqlite/state_store.hpp"
#include "holdfast/manage/manager.hpp"

#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <thread>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

namespace {

using namespace holdfast;
using namespace std::chrono_literals;
using testing::board;
using outcome = expected<int, failure>;

board& mapped(char const* path) {
  int const file = ::open(path, O_RDWR | O_CLOEXEC);
  void* const memory = ::mmap(nullptr, sizeof(board), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  if (file < 0 || memory == MAP_FAILED) {
    std::perror(path);
    std::exit(1);
  }
  ::close(file);
  return *static_cast<board*>(memory);
}

/// The dependency. A call that is a probe takes a while, and is counted while it runs.
outcome answer(board& shared, board::seat& own, bool probes) {
  if (probes) {
    ++own.probes;
    ++shared.probes;
    int const running = shared.running();
    int most = shared.most_at_once;
    while (running > most && !shared.most_at_once.compare_exchange_weak(most, running)) {
    }
    std::this_thread::sleep_for(50ms);
    --own.probes;
  }
  if (!shared.is_down) return 1;
  return unexpected{plain_failure(category::transient)};
}

/// Whether a call that began at `began` is a probe: not one of before that has just come to run.
bool is_probe(guard const& page, instant began) {
  breaker_stats const seen = page.stats().breaker;
  return seen.state == breaker_state::half_open && seen.since <= began;
}

void call_until_over(guard const& page, board& shared, board::seat& own) {
  while (!shared.is_over) {
    bool ran = false;
    instant const began = page.time().now();
    auto const result = page([&] {
      ran = true;
      return answer(shared, own, is_probe(page, began));
    });
    if (ran && result) own.open = 0;
    if (!ran) own.open = 1;
    std::this_thread::sleep_for(20ms);
  }
}

}  // namespace

int main(int, char** arguments) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);  // a test that is ended leaves nobody behind
  board& shared = mapped(arguments[1]);
  auto const number = static_cast<std::size_t>(std::stoul(arguments[3]));
  board::seat& own = shared.seats.at(number);
  manager_options options;
  options.stores = store_factories{{sqlite_stores()}};
  options.on_audit = [&](audit_record const& told) {
    if (told.kind == audit_kind::state_failed) ++shared.troubles;
  };
  manager managed{arguments[2], std::move(options)};
  guard const page = managed.guard("page");
  std::jthread const second{[&] { call_until_over(page, shared, own); }};
  call_until_over(page, shared, own);
}
