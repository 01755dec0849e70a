#pragma once

#include "holdfast/core/key_limits.hpp"
#include "holdfast/drive/guard.hpp"

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace holdfast {

class key_table;

/// What a guard_per_key knows at one instant; the counts are since it was made.
struct key_stats {
  std::size_t keys = 0;           ///< that have a guard of their own now
  std::size_t open = 0;           ///< of these, whose circuit refuses calls now, or probes
  std::uint64_t made = 0;         ///< guards made for a key
  std::uint64_t evicted = 0;      ///< forgotten to make room for another key
  std::uint64_t idle = 0;         ///< forgotten since nobody had asked for them
  std::uint64_t crowded_out = 0;  ///< times that `other` was given for want of room
  std::uint64_t unfit = 0;        ///< times that it was given for an empty, too long or unclean key
  std::uint64_t successes = 0;    ///< of all keys, the forgotten ones included: see guard_stats
  std::uint64_t refusals = 0;     ///< the same
};

/// The guard of a key, kept from being forgotten for as long as this lives.
class [[nodiscard]] pinned_guard {
 public:
  pinned_guard(operation& guarded, std::atomic<std::uint32_t>* pins) noexcept
      : guarded_{guarded}, pins_{pins} {}
  pinned_guard(pinned_guard const&) = delete;
  pinned_guard& operator=(pinned_guard const&) = delete;
  ~pinned_guard() {
    if (pins_ != nullptr) pins_->fetch_sub(1, std::memory_order_release);
  }

  [[nodiscard]] operation& operator*() const noexcept { return guarded_; }

 private:
  operation& guarded_;
  std::atomic<std::uint32_t>* pins_;  ///< null for the guard that is always there
};

/// A guard for each key, made on demand, all with the same policies: for each host, each tenant,
/// each database. So one that fails or is slow opens its own circuit, spends its own budget, and
/// fills its own bulkhead and limiter, and no one else's.
///
///     holdfast::guard_per_key hosts{"http", holdfast::retry{.idempotent = true},
///                                   holdfast::breaker{}};
///     auto page = hosts(url.host, [&](holdfast::attempt const& a) { return fetch(url, a); });
///     holdfast::guard one = hosts["api.example.org"];   // to look at, to force open
///
/// The guard of key k is named "http.k". Keys are bounded: what is empty, longer than
/// max_key_length, no UTF-8 or holds control characters has no guard of its own, nor has a new key
/// where max_keys have one and none of them may be forgotten. All of those share "http.other".
///
/// A key may be forgotten where no call of it runs, nobody holds its guard, its circuit is closed,
/// no failure is counted, no override stands, and its budget is full: so nothing is lost by it.
/// Of those, the one that was not used for longest goes first (nearly: a clock with second chances
/// looks at 256 keys at most). After idle_after without use, a key is also forgotten where failures
/// are counted or where its circuit is open and the wait is over; never while it waits, nor under
/// an override. That is looked for at ticks, up to a quarter of idle_after late.
///
/// A handle: copies share the keys. Thread-safe. A key that has a guard is found without a lock and
/// without allocation; a new one takes a lock, and is made outside of it. In a forked child, keys
/// that other threads were calling are never forgotten.
///
/// Memory: that of a guard, and about 40 bytes and the key; in advance 6 to 12 bytes for each of
/// max_keys.
/// Cost: about 20 ns to find a key while the tables lie in the cache; its use writes to a line that
/// all callers of this key share. Idle keys keep the ticker awake (at most 0.5 % of a core).
/// Source: the clock of Corbato, "A Paging Experiment with the Multics System", 1968.
class guard_per_key {
 public:
  /// @param name     copied; begins the names of all guards; name, a dot and a key of the greatest
  ///                 length have 120 bytes at most
  /// @param policies as for a guard
  /// Throws invalid_options where a value is out of range or options contradict each other.
  template <class... Policies>
  explicit guard_per_key(std::string_view name, Policies const&... policies)
      : guard_per_key{name, key_limits{}, policies...} {
    static_assert(!detail::is_among<key_limits, Policies...>,
                  "key_limits stand right behind the name: guard_per_key{\"http\", key_limits{}, "
                  "retry{}}");
  }

  template <class... Policies>
  explicit guard_per_key(std::string_view name, key_limits const& limits,
                         Policies const&... policies)
      : table_{table_of(name, limits, detail::operation_of(name_of_other(name), policies...))} {}

  explicit guard_per_key(operation_options const& options, key_limits const& limits = {});

  /// Exchanges the policies of all guards, those to come included: see guard::reconfigure. Each one
  /// has its new policies whole; not all have them at one moment.
  void reconfigure(operation_options const& next) const;

  /// The guard of a key. While a copy of it lives the key is not forgotten.
  [[nodiscard]] guard operator[](std::string_view key) const;

  /// Calls `call` under the guard of `key`, as that guard would, without a copy of its handle.
  template <class Call, class... Rules>
  decltype(auto) operator()(std::string_view key, Call&& call, Rules&&... rules) const {
    static_assert(!detail::returns_awaitable<std::decay_t<Call>>,
                  "a coroutine outlives this call: take the guard itself, guards[key](f)");
    if constexpr (detail::returns_awaitable<std::decay_t<Call>>) {
      return;
    } else if constexpr (detail::accepts<Call, Rules...>()) {
      pinned_guard const pinned = find(key);
      return detail::run_guarded(*pinned, nullptr, call, rules...);
    }
  }

  /// The guard that all keys without one of their own share.
  [[nodiscard]] guard other() const;

  /// The guards of all keys that have one now.
  [[nodiscard]] std::vector<guard> guards() const;

  [[nodiscard]] key_stats stats() const;

  /// Calls `listener(event const&)` for every decision of any of the guards, those to come
  /// included. See guard::on_event. Memory: 64 bytes a key and listener.
  template <class Listener>
  void on_event(Listener listener, event_interest wanted = {}) const {
    listen(detail::sink_of(std::move(listener), wanted));
  }

  void on_event(std::shared_ptr<event_sink> const& sink) const { listen(sink); }

  /// See guard::measure; of all guards, those to come included.
  void measure(std::shared_ptr<event_sink> const& sink,
               std::shared_ptr<call_durations> const& durations) const {
    listen(sink, durations);
  }

 private:
  [[nodiscard]] static std::string name_of_other(std::string_view name);
  [[nodiscard]] static std::shared_ptr<key_table> table_of(std::string_view name,
                                                           key_limits const& limits,
                                                           shared_operation other);
  [[nodiscard]] pinned_guard find(std::string_view key) const;
  void listen(std::shared_ptr<event_sink> const& sink,
              std::shared_ptr<call_durations> const& durations = nullptr) const;

  std::shared_ptr<key_table> table_;
};

}  // namespace holdfast
