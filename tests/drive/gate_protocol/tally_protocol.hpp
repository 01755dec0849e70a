#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

namespace holdfast {

/// A mistake put into the gate's protocol, to see that the walk finds it.
enum class tally_mistake : std::uint8_t {
  none,
  no_second_look,            ///< a call does not look at the word again at its end
  own_tally_not_settled,     ///< stamps its own tally anew without having taken its count
  taking_clears_the_count,   ///< zero is stored into the count of another thread
  transition_is_not_told,    ///< the generation stays in a transition
  next_gate_takes_the_rest,  ///< a gate ends without taking what was counted for it
};

/// What threads and the locked path of a gate do to its word and to the tallies; one step for each
/// access that another thread can meet. `gate.cpp` is the original.
///
/// Each thread has a script: S a call that succeeds, F one that fails, R a reset by hand, D the end
/// of the gate and another one that gets its number (while no call runs). The machine behind the
/// lock trips after two failures in a row and closes at once again, which is what late results
/// meet. Who reads what another thread writes without the lock may read an old value, but never one
/// older than what it has seen, which is all that relaxed atomics promise.
struct tally_protocol {
  static constexpr std::size_t threads = 3;
  static constexpr std::size_t tallies = 2;
  static constexpr std::size_t script_size = 4;
  static constexpr std::size_t most_words = 14;
  static constexpr std::size_t most_counts = 8;

  enum class at : std::uint8_t {
    between,
    running,
    counting,
    storing,
    waiting,
    settling,
    recording,
    restamping,
    ended
  };
  struct thread {
    at where = at::between;
    std::uint8_t tally = 0;
    std::uint8_t after = none;      ///< the thread whose block this one takes over at its end
    std::uint8_t done = 0;          ///< of the script
    std::uint8_t word = 0;          ///< which one the running call has read
    std::uint8_t newest_seen = 0;   ///< of the words: none before it is read any more
    std::uint8_t count = 0;         ///< as loaded, before it is stored
    std::uint8_t settled_next = 0;  ///< while settling: which tally
    std::array<char, script_size> script{};
  };
  /// A word, and, for the checks alone, which state it stands for. `generation` is what threads
  /// see.
  struct gate_word {
    std::uint8_t generation = 0;
    std::uint8_t watch = 0;
    std::uint8_t state = 0;
  };
  struct tally {
    std::uint8_t generation = 0;
    std::uint8_t watch = 0;
    std::uint8_t stamped = 0;
    std::uint8_t count = 0;
    std::uint8_t settled = 0;
    std::uint8_t of_this_gate_from = 0;
    std::array<std::uint8_t, most_counts> states{};  ///< in which each counted call began
  };
  static constexpr std::uint8_t none = 255;

  std::array<thread, threads> all{};
  std::array<tally, tallies> of_blocks{};
  std::array<gate_word, most_words> words{};
  std::uint8_t newest_word = 0;
  std::uint8_t locked_by = none;
  std::uint8_t generation = 1;
  std::uint8_t state = 1;
  std::uint8_t in_a_row = 0;        ///< failures, as the machine knows
  std::uint8_t in_a_row_truly = 0;  ///< as somebody knows who is told each result at once
  std::uint8_t recorded = 0;        ///< successes one by one
  std::uint8_t succeeded = 0;       ///< calls that have ended so
  std::uint8_t uncounted = 0;       ///< those that a gate without counts need not know of
  std::uint8_t counts = 1;          ///< whether the gate counts successes at all
  std::uint8_t old_values = 0;      ///< whether old values are read
  tally_mistake mistake = tally_mistake::none;
  std::uint8_t verdict = 0;  ///< index of `verdicts`

  static constexpr std::array<std::string_view, 6> verdicts{
      "",
      "a success was credited to a state that it did not belong to",
      "a success was taken twice",
      "a gate took what had been counted for the one before",
      "a success of the present state was taken for a late one",
      "the script is too long for the walk"};

  [[nodiscard]] std::string_view broken() const {
    if (verdict != 0) return verdicts[verdict];
    bool const judged = counts == 0 && old_values == 0 && locked_by == none;
    if (judged && in_a_row != in_a_row_truly) return "failures in a row are counted wrongly";
    return {};
  }
  [[nodiscard]] std::string_view broken_at_end() const {
    unsigned known = recorded + unsigned{uncounted};
    for (tally const& each : of_blocks) known += each.count;
    for (thread const& each : all) {
      if (each.where != at::ended) return "a thread waits for ever";
    }
    return known == succeeded ? "" : "a success was lost";
  }

  void steps(std::vector<tally_protocol>& next) const {
    for (std::uint8_t who = 0; who < threads; ++who) step(who, next);
  }

 private:
  [[nodiscard]] bool looks_closed(std::uint8_t word) const { return words[word].watch == 0; }

  tally_protocol& add(std::uint8_t who, at where, std::vector<tally_protocol>& next) const {
    next.push_back(*this);
    next.back().all[who].where = where;
    return next.back();
  }

  void step(std::uint8_t who, std::vector<tally_protocol>& next) const {
    thread const& mine = all[who];
    switch (mine.where) {
      case at::between: return begin(who, next);
      case at::running: return look_again(who, next);
      case at::counting: {
        tally const& own = of_blocks[mine.tally];
        gate_word const& began = words[mine.word];
        bool const fits =
            own.stamped != 0 && own.generation == began.generation && own.watch == began.watch;
        add(who, fits ? at::storing : at::waiting, next).all[who].count = own.count;
        return;
      }
      case at::storing: return add(who, at::between, next).store_count(who);
      case at::waiting: {
        if (locked_by != none) return;
        tally_protocol& locked = add(who, at::settling, next);
        locked.locked_by = who;
        locked.all[who].settled_next = 0;
        locked.all[who].newest_seen = newest_word;
        return;
      }
      case at::settling: return settle(who, next);
      case at::recording: return add(who, at::restamping, next).record(who);
      case at::restamping: return add(who, at::between, next).restamp(who);
      case at::ended: return;
    }
  }

  void begin(std::uint8_t who, std::vector<tally_protocol>& next) const {
    thread const& mine = all[who];
    if (mine.after != none && all[mine.after].where != at::ended) return;
    char const what = mine.done == script_size ? '\0' : mine.script[mine.done];
    if (what == '\0') {
      add(who, at::ended, next);
    } else if (what == 'D') {
      for (thread const& each : all) {
        if (each.where != at::between && each.where != at::ended) return;
      }
      add(who, at::between, next).begin_next_gate(who);
    } else {
      for (std::uint8_t read = oldest(who); read <= newest_word; ++read) {
        tally_protocol& begun = add(who, what == 'S' ? at::running : at::waiting, next);
        begun.all[who].word = begun.all[who].newest_seen = read;
      }
    }
  }

  [[nodiscard]] std::uint8_t oldest(std::uint8_t who) const {
    return old_values != 0 ? all[who].newest_seen : newest_word;
  }

  void look_again(std::uint8_t who, std::vector<tally_protocol>& next) const {
    thread const& mine = all[who];
    bool const looks = mistake != tally_mistake::no_second_look;
    for (std::uint8_t read = oldest(who); read <= newest_word; ++read) {
      bool const same = !looks || (words[read].generation == words[mine.word].generation &&
                                   words[read].watch == words[mine.word].watch);
      at const then = !same ? at::waiting : at::counting;
      tally_protocol& step = add(who, then, next);
      step.all[who].newest_seen = read;
      if (then != at::counting || counts != 0) continue;
      if (looks_closed(mine.word)) {
        step.end_uncounted(who);
      } else {
        step.all[who].where = at::waiting;
      }
    }
  }

  void end_uncounted(std::uint8_t who) {
    if (words[all[who].word].state == state) in_a_row_truly = 0;
    ++uncounted;
    end(who);
  }

  void store_count(std::uint8_t who) {
    thread const& mine = all[who];
    tally& own = of_blocks[mine.tally];
    if (mine.count == most_counts) {
      verdict = 5;
      return;
    }
    own.states[mine.count] = words[mine.word].state;
    own.count = static_cast<std::uint8_t>(mine.count + 1);
    end(who);
  }

  void settle(std::uint8_t who, std::vector<tally_protocol>& next) const {
    thread const& mine = all[who];
    if (mine.settled_next == tallies) {
      add(who, at::recording, next);
      return;
    }
    tally const& one = of_blocks[mine.settled_next];
    bool const own = mine.settled_next == mine.tally;
    std::uint8_t const least = old_values != 0 && !own ? one.settled : one.count;
    for (std::uint8_t read = least; read <= one.count; ++read) {
      tally_protocol& step = add(who, at::settling, next);
      ++step.all[who].settled_next;
      if (!own || mistake != tally_mistake::own_tally_not_settled) {
        step.take(mine.settled_next, read);
      }
    }
  }

  void take(std::size_t which, std::uint8_t read) {
    tally& one = of_blocks[which];
    for (std::uint8_t i = one.settled; i < read; ++i) credit(one, i);
    one.settled = read;
    if (mistake == tally_mistake::taking_clears_the_count) {
      recorded = static_cast<std::uint8_t>(recorded + read);
      one.settled = one.count = 0;
    }
  }

  void credit(tally const& one, std::uint8_t index) {
    bool const present = one.generation == generation;
    if (index < one.of_this_gate_from) verdict = 3;
    if (present && one.states[index] != state) verdict = 1;
    if (!present && one.states[index] == state) verdict = 4;
    if (present) in_a_row = 0;
  }

  void record(std::uint8_t who) {
    thread const& mine = all[who];
    bool const late = words[mine.word].generation != generation;
    switch (mine.script[mine.done]) {
      case 'S':
        ++recorded;
        if (!late) in_a_row = in_a_row_truly = 0;
        break;
      case 'F':
        if (late) break;
        ++in_a_row_truly;
        if (++in_a_row == 2) change_state();
        break;
      default: change_state();
    }
    publish();
  }

  void change_state() {
    in_a_row = in_a_row_truly = 0;
    ++state;
    if (mistake != tally_mistake::transition_is_not_told) ++generation;
  }

  void publish() {
    gate_word const present = words[newest_word];
    auto const watch = static_cast<std::uint8_t>(in_a_row > 0 ? 1 : 0);
    bool const same =
        present.generation == generation && present.watch == watch && present.state == state;
    if (same) return;
    if (newest_word + 1U == most_words) {
      verdict = 5;
      return;
    }
    words[++newest_word] = {generation, watch, state};
  }

  void restamp(std::uint8_t who) {
    gate_word const present = words[newest_word];
    if (counts != 0 && present.watch == 0) {
      tally& own = of_blocks[all[who].tally];
      own.generation = present.generation;
      own.watch = present.watch;
      own.stamped = 1;
    }
    all[who].newest_seen = newest_word;
    locked_by = none;
    end(who);
  }

  void end(std::uint8_t who) {
    thread& mine = all[who];
    if (mine.script[mine.done] == 'S') ++succeeded;
    mine.where = at::between;
    mine.word = mine.count = mine.settled_next = 0;
    ++mine.done;
  }

  void begin_next_gate(std::uint8_t who) {
    for (tally& each : of_blocks) {
      if (mistake != tally_mistake::next_gate_takes_the_rest) each.settled = each.count;
      each.of_this_gate_from = each.count;
    }
    change_state();
    publish();
    // Who uses the new gate has been given it, and so knows its word.
    for (thread& each : all) each.newest_seen = newest_word;
    end(who);
  }
};

/// A gate with three threads: the first two have blocks of their own, the third shares that of
/// `after`, once it has ended; or, where there is none, the block of the second is unused.
inline tally_protocol threads_with(std::array<std::string_view, 3> scripts,
                                   tally_mistake mistake = tally_mistake::none) {
  tally_protocol first;
  first.mistake = mistake;
  first.words[0] = {.generation = 1, .watch = 0, .state = 1};
  for (std::size_t i = 0; i < scripts.size(); ++i) {
    auto& script = first.all[i].script;
    for (std::size_t k = 0; k < scripts[i].size(); ++k) script[k] = scripts[i][k];
    first.all[i].tally = static_cast<std::uint8_t>(i % tally_protocol::tallies);
  }
  first.all[2].after = 0;
  return first;
}

}  // namespace holdfast
