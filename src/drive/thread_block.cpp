#include "holdfast/drive/thread_block.hpp"

#include "drive/stay_loaded.hpp"
#include "holdfast/drive/fork_safe_lock.hpp"

#include <cstdlib>
#include <new>
#include <utility>
#include <vector>

#include <pthread.h>

namespace holdfast {
namespace {

/// Blocks and numbers of the process. Made on first use and never destroyed: threads and guards
/// that end after main still need it.
struct block_registry {
  fork_safe_lock lock;
  std::atomic<thread_block*> newest{nullptr};
  thread_block* without_thread = nullptr;
  std::vector<gate_number> free_numbers;
  std::uint32_t next_number = 0;
  pthread_key_t at_thread_end{};

  block_registry();
};

block_registry& registry() {
  // NOLINTNEXTLINE(*-avoid-non-const-global-variables)
  static block_registry* const the_registry = new block_registry;
  return *the_registry;
}

void give_back(void* ended) noexcept {
  auto* const block = static_cast<thread_block*>(ended);
  this_thread_block = &no_thread_block.block;
  // A thread that was ended inside guarded calls leaves them behind.
  block->leave_to(0);
  lock_holder const held{registry().lock};
  block->next_free = registry().without_thread;
  registry().without_thread = block;
}

/// The child of a fork has one thread: the calls of all others will never end, and their blocks are
/// free for new ones.
void take_vanished_blocks() noexcept {
  registry().without_thread = nullptr;
  for (thread_block* block = first_thread_block(); block != nullptr; block = block->next) {
    if (block == this_thread_block) continue;
    block->leave_to(0);
    block->next_free = std::exchange(registry().without_thread, block);
  }
}

// A key's destructor runs after those of thread-locals, which may make guarded calls themselves.
block_registry::block_registry() {
  no_thread_block.block.look_busy();
  stay_loaded();  // the end of a thread calls us
  count_forks();
  // Held across a fork, so that a child never finds its lists half changed.
  auto const hold = [] { static_cast<void>(registry().lock.lock()); };
  auto const release = [] { registry().lock.unlock(); };
  auto const release_in_child = [] {
    take_vanished_blocks();
    registry().lock.unlock();
  };
  if (pthread_atfork(hold, release, release_in_child) != 0) throw std::bad_alloc{};
  if (pthread_key_create(&at_thread_end, &give_back) != 0) throw std::bad_alloc{};
}

/// A block of an ended thread, or null.
thread_block* recycled_block() noexcept {
  lock_holder const held{registry().lock};
  thread_block* const block = registry().without_thread;
  if (block != nullptr) registry().without_thread = block->next_free;
  return block;
}

thread_block& new_block() {
  // calloc leaves pages that nobody touches to the kernel; all bits zero are null pointers.
  void* const room = std::calloc(1, sizeof(thread_block_room));  // NOLINT(*-no-malloc)
  if (room == nullptr) throw std::bad_alloc{};
  auto* const made = ::new (room) thread_block;
  lock_holder const held{registry().lock};
  made->next = registry().newest.load(std::memory_order_relaxed);
  registry().newest.store(made, std::memory_order_release);
  return *made;
}

}  // namespace

// All zero: no page of it is in the program's file.
// NOLINTNEXTLINE(*-avoid-non-const-global-variables)
constinit thread_block_room no_thread_block{};

// Not const: it changes what the block owns. NOLINTNEXTLINE(*-make-member-function-const)
tally_chunk& thread_block::made_chunk(std::uint32_t gate) {
  if (tally_chunk* const present = chunk(gate)) return *present;
  auto* const made = new tally_chunk;
  directory()[chunk_of(gate)].store(made, std::memory_order_release);
  return *made;
}

thread_block& joined_thread_block() {
  if (this_thread_block != &no_thread_block.block) return *this_thread_block;
  thread_block* block = recycled_block();
  if (block == nullptr) block = &new_block();
  pthread_setspecific(registry().at_thread_end, block);
  this_thread_block = block;
  return *block;
}

thread_block* first_thread_block() noexcept {
  return registry().newest.load(std::memory_order_acquire);
}

gate_number take_gate_number() {
  block_registry& all = registry();
  lock_holder const held{all.lock};
  if (!all.free_numbers.empty()) {
    gate_number const reused = all.free_numbers.back();
    all.free_numbers.pop_back();
    return {reused.number, reused.generation + 1};
  }
  if (all.next_number == no_gate_number) return {no_gate_number, 1};
  return {all.next_number++, 1};
}

void give_back_gate_number(gate_number last) noexcept {
  block_registry& all = registry();
  lock_holder const held{all.lock};
  try {
    all.free_numbers.push_back(last);
  } catch (std::bad_alloc const&) {
    // The number stays taken: one of two million.
  }
}

}  // namespace holdfast
