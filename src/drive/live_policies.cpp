#include "holdfast/drive/live_policies.hpp"

#include "holdfast/drive/gate.hpp"

#include <linux/membarrier.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace holdfast {
namespace {

[[nodiscard]] bool membarrier(int command) noexcept {
  return ::syscall(SYS_membarrier, command, 0, 0) == 0;
}

/// Orders what every thread of this process has stored before what this one reads next. False where
/// the kernel can't.
[[nodiscard]] bool barrier_in_all_threads() noexcept {
  if (membarrier(MEMBARRIER_CMD_PRIVATE_EXPEDITED)) return true;
  // Not registered yet, or no longer: the child of a fork is another process.
  return membarrier(MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED) &&
         membarrier(MEMBARRIER_CMD_PRIVATE_EXPEDITED);
}

}  // namespace

live_policies::live_policies(std::shared_ptr<operation_options const> first, std::uint64_t flags)
    : present_{new policies_version{std::move(first), flags}} {
  count_forks();
}

live_policies::~live_policies() {
  policies_version* each = present_.load(std::memory_order_acquire);
  while (each != nullptr) {
    std::unique_ptr<policies_version const> const ended{each};
    each = ended->older;
  }
}

policies_version& live_policies::hold() noexcept {
  lock_holder const held{lock_};
  policies_version& now = present();
  hold_too(now);
  return now;
}

std::size_t live_policies::kept() noexcept {
  lock_holder const held{lock_};
  std::size_t count = 0;
  for (auto const* each = &present(); each != nullptr; each = each->older) ++count;
  return count;
}

void live_policies::free_unused(gate const& of) noexcept {
  policies_version* newer = &present();
  if (newer->older == nullptr || !barrier_in_all_threads()) return;
  mark_those_in_frames(of);
  while (newer->older != nullptr) {
    policies_version* const each = newer->older;
    bool const used = each->in_a_frame || each->holders.load(std::memory_order_acquire) != 0;
    if (used) {
      newer = each;
      continue;
    }
    newer->older = each->older;
    std::unique_ptr<policies_version const> const ended{each};
  }
}

// A call of this gate that has not noted yet what it reads may have read any of them.
void live_policies::mark_those_in_frames(gate const& of) noexcept {
  for (auto* each = &present(); each != nullptr; each = each->older) each->in_a_frame = false;
  for (thread_block* block = first_thread_block(); block != nullptr; block = block->next) {
    std::size_t const depth = block->depth();
    for (std::size_t i = 0; i < depth; ++i) {
      if (block->frames[i].gate.load(std::memory_order_relaxed) != &of) continue;
      auto const* const noted = block->frames[i].policies.load(std::memory_order_acquire);
      for (auto* each = &present(); each != nullptr; each = each->older) {
        if (noted == nullptr || noted == each) each->in_a_frame = true;
      }
    }
  }
}

}  // namespace holdfast
