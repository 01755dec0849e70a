#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

namespace holdfast {

struct call_context;
class gate;
struct policies_version;

/// The successes that one thread has counted for one gate. The owner alone writes: `count` at any
/// time, `stamp` under the gate's lock.
///
/// `stamp` says to which state and which stretch of time the next success belongs (gate.hpp). The
/// count never goes back, so whoever knows an earlier value of it knows what came since.
struct tally {
  std::atomic<std::uint64_t> stamp{0};
  std::atomic<std::uint64_t> count{0};
};

/// What belongs to a tally beside it.
struct tally_account {
  std::uint64_t settled = 0;              ///< what the gate has taken of the count; under its lock
  std::atomic<std::uint64_t> refused{0};  ///< calls refused by an open circuit; the owner writes
};

/// The tallies of one thread for 128 gates with neighbouring numbers; 4 KiB, made on first use.
struct tally_chunk {
  static constexpr std::size_t size = 128;

  std::array<tally, size> tallies{};
  std::array<tally_account, size> accounts{};

  /// The tally whose place is `bytes / sizeof(tally)`: bytes spare the hot path a multiplication.
  [[nodiscard]] tally& tally_at(std::uint32_t bytes) noexcept {
    return *reinterpret_cast<tally*>(reinterpret_cast<std::byte*>(tallies.data()) + bytes);
  }
  /// The account of that tally.
  [[nodiscard]] tally_account& account_at(std::uint32_t bytes) noexcept {
    static_assert(sizeof(tally_account) == sizeof(tally));
    return *reinterpret_cast<tally_account*>(reinterpret_cast<std::byte*>(accounts.data()) + bytes);
  }
};

/// One guarded call that is running in a thread.
struct call_frame {
  std::atomic<holdfast::gate const*> gate{nullptr};
  /// Of a guard whose policies may be exchanged: those of this call, which are kept meanwhile; null
  /// while it is about to choose. Of other guards: anything.
  std::atomic<policies_version const*> policies{nullptr};
  std::atomic<std::uint64_t> started{0};  ///< the tick at which its present attempt began
  call_context const* call = nullptr;     ///< for the owner alone
};

/// What one thread writes without asking anybody: its tallies, and the guarded calls that run in
/// it, the outermost first. Never freed: at the end of its thread another one takes it over, so a
/// reader never meets a dead one. Behind it lies its directory of chunks, which the hot path thus
/// needs no pointer to: see thread_block_room. Memory: about 1 KiB, 128 KiB of address space for
/// the directory, touched where it is used, and 4 KiB for every 128 neighbouring gates.
class thread_block {
 public:
  static constexpr std::size_t max_depth = 16;            ///< deeper calls are not tracked
  static constexpr std::size_t directory_size = 1 << 14;  ///< chunks: two million gates

  /// Of a gate's number, where its chunk is.
  [[nodiscard]] static constexpr std::size_t chunk_of(std::uint32_t gate) noexcept {
    return gate / tally_chunk::size;
  }
  [[nodiscard]] static constexpr std::size_t place_of(std::uint32_t gate) noexcept {
    return gate % tally_chunk::size;
  }

  /// Null where the thread has not used these gates yet.
  [[nodiscard]] tally_chunk* chunk(std::uint32_t gate) const noexcept {
    return chunk_at(static_cast<std::uint32_t>(chunk_of(gate)));
  }
  /// The same by where it is.
  [[nodiscard]] tally_chunk* chunk_at(std::uint32_t place) const noexcept {
    return directory()[place].load(std::memory_order_acquire);
  }

  /// The chunk of a gate, made where there is none. By the owner alone. May throw bad_alloc.
  [[nodiscard]] tally_chunk& made_chunk(std::uint32_t gate);

  /// Writes a call into the frame at `at`, which is the first free one.
  void enter(std::size_t at, holdfast::gate const& gate, std::uint64_t started,
             call_context const& call) noexcept {
    frames[at].gate.store(&gate, std::memory_order_relaxed);
    frames[at].started.store(started, std::memory_order_relaxed);
    frames[at].call = &call;
    calls_.store(code_of(at + 1), std::memory_order_release);
  }
  /// As if as many calls ran as are tracked.
  void look_busy() noexcept { calls_.store(code_of(max_depth), std::memory_order_relaxed); }
  // Released: what the call has read may be freed by whoever sees that it is over.
  void leave_to(std::size_t outer) noexcept {
    calls_.store(code_of(outer), std::memory_order_release);
  }

  /// Whether the next call of a sampled gate is to be timed. By the owner alone. Where the thread
  /// has no block of its own, always: such a call goes the long way.
  [[nodiscard]] bool is_sample_due() noexcept {
    if (until_sample_ == 0) return true;
    --until_sample_;
    return false;
  }
  /// So many calls are not timed from here on.
  void skip_samples(std::uint32_t calls) noexcept { until_sample_ = calls; }

  /// How many calls run.
  [[nodiscard]] std::size_t depth() const noexcept {
    std::uint64_t const code = calls_.load(std::memory_order_acquire);
    return code == 0 ? 0 : code + (max_depth + 1);
  }

  /// Whether no call runs and `tick` is a time: in one comparison, for the hot path.
  [[nodiscard]] bool is_free_at(std::uint64_t tick) const noexcept {
    return calls_.load(std::memory_order_relaxed) < tick;
  }

  constexpr thread_block() noexcept = default;
  std::array<call_frame, max_depth> frames{};
  thread_block* next = nullptr;       ///< in the list of all blocks, which only grows
  thread_block* next_free = nullptr;  ///< in the list of those without a thread

 private:
  using chunk_pointer = std::atomic<tally_chunk*>;
  [[nodiscard]] chunk_pointer* directory() noexcept {
    return reinterpret_cast<chunk_pointer*>(this + 1);
  }
  [[nodiscard]] chunk_pointer const* directory() const noexcept {
    return reinterpret_cast<chunk_pointer const*>(this + 1);
  }

  /// A depth as a number that is later than every tick; zero for none.
  [[nodiscard]] static constexpr std::uint64_t code_of(std::size_t depth) noexcept {
    return depth == 0 ? 0 : depth - (max_depth + 1);
  }

  std::atomic<std::uint64_t> calls_{0};  ///< how many run, by `code_of`
  std::uint32_t until_sample_ = 0;
};

/// The memory of a block. One place more than there are chunks, for gates without a number, stays
/// null, as all do that no gate has used. Zeroed memory is as good as a constructed directory, and
/// none of its pages is touched.
struct thread_block_room {
  thread_block block;
  std::array<std::atomic<tally_chunk*>, thread_block::directory_size + 1> directory;
};
static_assert(sizeof(thread_block_room) ==
              sizeof(thread_block) + sizeof(thread_block_room::directory));
static_assert(alignof(thread_block_room) <= alignof(std::max_align_t));

/// The block of threads that have none of their own. It has no chunks and looks busy before there
/// is a gate, so that a guarded call which meets it goes the long way without a test for it.
// NOLINTNEXTLINE(*-avoid-non-const-global-variables)
extern thread_block_room no_thread_block;

/// The calling thread's block; `no_thread_block` before its first guarded call. Initial-exec: a
/// load relative to the thread pointer also in a library that is opened at run time, for 8 bytes of
/// the static TLS.
// NOLINTNEXTLINE(*-avoid-non-const-global-variables,*-interfaces-global-init)
[[gnu::tls_model("initial-exec")]] inline constinit thread_local thread_block* this_thread_block =
    &no_thread_block.block;

/// The calling thread's block, taken or made at need; given back when the thread ends.
[[nodiscard]] thread_block& joined_thread_block();

/// The newest of all blocks; walk by `next`.
[[nodiscard]] thread_block* first_thread_block() noexcept;

/// A number for a gate, of those that no living gate has; `no_gate_number` where all are taken.
/// `generation` is where the gate must begin, so that no stamp of an earlier owner fits.
struct gate_number {
  std::uint32_t number;
  std::uint64_t generation;
};
inline constexpr std::uint32_t no_gate_number = thread_block::directory_size * tally_chunk::size;

[[nodiscard]] gate_number take_gate_number();

/// Gives a number back; its tallies must have been settled. `last.generation` was its last one.
void give_back_gate_number(gate_number last) noexcept;

}  // namespace holdfast
