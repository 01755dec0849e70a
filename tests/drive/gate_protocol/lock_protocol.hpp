#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

namespace holdfast {

/// A mistake put into the lock's protocol, to see that the walk finds it.
enum class lock_mistake : std::uint8_t {
  none,
  waiter_takes_plainly,   ///< who has waited takes the lock as if nobody else waited
  unlock_wakes_nobody,    ///< the release does not look for waiters
  waits_without_marking,  ///< sleeps on a lock that does not say that somebody waits
  foreign_is_waited_for,  ///< a lock held by a vanished thread is not taken over
};

/// The steps of fork_safe_lock, one for each access to its word; `fork_safe_lock.cpp` is the
/// original. Every thread locks and unlocks `rounds` times. The kernel's wait compares and sleeps
/// in one step, and may end for no reason; a weak exchange may fail for none.
struct lock_protocol {
  static constexpr std::size_t threads = 3;
  static constexpr std::uint8_t taken = 1;
  static constexpr std::uint8_t contended = 2;
  static constexpr std::uint8_t state = taken | contended;
  static constexpr std::uint8_t here = 4;  ///< one fork: words without it are of the parent

  enum class at : std::uint8_t {
    start,
    look,
    wait,
    asleep,
    again,
    inside,
    inside_torn,
    wake,
    ended
  };
  struct thread {
    at where = at::start;
    std::uint8_t seen = 0;
    std::uint8_t rounds = 2;
    friend bool operator==(thread const&, thread const&) = default;
  };

  std::array<thread, threads> all{};
  std::uint8_t word = 0;      ///< foreign: parent's, where it is not 0 and lacks `here`
  std::uint8_t torn = 0;      ///< how often somebody was told of a take-over
  std::uint8_t was_left = 0;  ///< whether the fork left the lock taken
  lock_mistake mistake = lock_mistake::none;

  [[nodiscard]] static lock_protocol fresh(lock_mistake mistake = lock_mistake::none) {
    lock_protocol first;
    first.mistake = mistake;
    return first;
  }
  /// As a child of a fork finds the lock that another thread of its parent held.
  [[nodiscard]] static lock_protocol left_behind(std::uint8_t word,
                                                 lock_mistake mistake = lock_mistake::none) {
    lock_protocol first = fresh(mistake);
    first.word = word;
    first.was_left = 1;
    return first;
  }

  [[nodiscard]] std::string_view broken() const {
    int inside = 0;
    for (thread const& each : all) {
      inside += each.where == at::inside || each.where == at::inside_torn ? 1 : 0;
    }
    if (inside > 1) return "two threads hold the lock";
    if (torn > was_left) return "a lock was taken over that nobody had left";
    return {};
  }
  [[nodiscard]] std::string_view broken_at_end() const {
    for (thread const& each : all) {
      if (each.where != at::ended) return "a thread sleeps for ever";
    }
    if (word != 0) return "the lock stays taken";
    return torn == was_left ? "" : "nobody was told of a take-over";
  }

  void steps(std::vector<lock_protocol>& next) const {
    for (std::size_t who = 0; who < threads; ++who) {
      thread const& now = all[who];
      switch (now.where) {
        case at::start: lock_at_once(who, next); break;
        case at::look: look(who, next); break;
        case at::wait: add(who, word == now.seen ? at::asleep : at::again, next); break;
        case at::asleep: break;  // until somebody wakes it; waking for no reason is not needed
        case at::again: {
          lock_protocol& step = add(who, at::look, next);
          step.all[who].seen = word;
          break;
        }
        case at::inside:
        case at::inside_torn: unlock(who, next); break;
        case at::wake: wake_one(who, next); break;
        case at::ended: break;
      }
    }
  }

 private:
  lock_protocol& add(std::size_t who, at where, std::vector<lock_protocol>& next) const {
    next.push_back(*this);
    next.back().all[who].where = where;
    return next.back();
  }

  void lock_at_once(std::size_t who, std::vector<lock_protocol>& next) const {
    lock_protocol& step = add(who, word == 0 ? at::inside : at::look, next);
    if (word == 0) {
      step.word = here | taken;
    } else {
      step.all[who].seen = word;
    }
  }

  void look(std::size_t who, std::vector<lock_protocol>& next) const {
    std::uint8_t const seen = all[who].seen;
    bool const foreign = (seen & here) == 0 && mistake != lock_mistake::foreign_is_waited_for;
    if (seen == 0) {
      bool const plainly = mistake == lock_mistake::waiter_takes_plainly;
      exchange(who, plainly ? here | taken : here | contended, at::inside, next);
    } else if (foreign) {
      exchange(who, here | taken, at::inside_torn, next);
    } else if (seen == (here | contended) || mistake == lock_mistake::waits_without_marking) {
      add(who, at::wait, next);
    } else {
      exchange(who, here | contended, at::wait, next);
    }
  }

  /// compare_exchange_weak from what was seen.
  void exchange(std::size_t who, int wanted, at success, std::vector<lock_protocol>& next) const {
    lock_protocol& failed = add(who, at::look, next);  // also for no reason
    failed.all[who].seen = word;
    if (word != all[who].seen) return;
    lock_protocol& step = add(who, success, next);
    step.word = static_cast<std::uint8_t>(wanted);
    step.all[who].seen = step.word;
    if (success == at::inside_torn) ++step.torn;
  }

  void unlock(std::size_t who, std::vector<lock_protocol>& next) const {
    bool const wakes = (word & contended) != 0 && mistake != lock_mistake::unlock_wakes_nobody;
    lock_protocol& step = add(who, wakes ? at::wake : at::start, next);
    step.word = 0;
    if (!wakes) step.end_round(who);
  }

  void wake_one(std::size_t who, std::vector<lock_protocol>& next) const {
    bool someone = false;
    for (std::size_t i = 0; i < threads; ++i) {
      if (all[i].where != at::asleep) continue;
      someone = true;
      lock_protocol& step = add(who, at::start, next);
      step.all[i].where = at::again;
      step.end_round(who);
    }
    if (!someone) add(who, at::start, next).end_round(who);
  }

  void end_round(std::size_t who) {
    thread& mine = all[who];
    mine.seen = 0;
    --mine.rounds;
    mine.where = mine.rounds == 0 ? at::ended : at::start;
  }
};

}  // namespace holdfast
