#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

namespace holdfast {

/// A mistake put into the ticker's handshake, to see that the walk finds it.
enum class ticker_mistake : std::uint8_t {
  none,
  need_is_told_late,    ///< who needs ticks looks at the state before saying so
  no_second_look,       ///< the ticker falls asleep without looking whether it is needed
  wakes_without_state,  ///< the sleeper is not told by the state, only woken
};

/// How those who need ticks start or wake the ticker, and how it falls asleep; one step for each
/// access to what they share. `ticker.cpp` is the original. The ticker may fall asleep after any
/// look that found no need: how long it waits with that is no part of the handshake.
struct ticker_protocol {
  static constexpr std::size_t needers = 3;

  enum class state : std::uint8_t { absent, running, asleep };
  enum class need_at : std::uint8_t { say, look, take, notify, create, done };
  enum class tick_at : std::uint8_t {
    none,
    publish,
    look,
    choose,
    unpublish,
    fall_asleep,
    second_look,
    undo,
    wait,
    sleeping
  };
  struct needer {
    need_at where = need_at::say;
    state seen = state::absent;
    std::uint8_t rounds = 2;
    std::uint8_t served = 1;  ///< whether a tick came after the last need
    friend bool operator==(needer const&, needer const&) = default;
  };

  std::array<needer, needers> all{};
  state shared = state::absent;
  std::uint8_t needed = 0;
  std::uint8_t published = 0;
  std::uint8_t threads = 0;  ///< tickers that exist
  tick_at where = tick_at::none;
  ticker_mistake mistake = ticker_mistake::none;

  [[nodiscard]] static ticker_protocol with(ticker_mistake mistake = ticker_mistake::none) {
    ticker_protocol first;
    first.mistake = mistake;
    return first;
  }

  [[nodiscard]] std::string_view broken() const {
    return threads > 1 ? "there are two tickers" : "";
  }
  /// Nobody has a step left: the ticker sleeps, and so nobody may be waiting for it.
  [[nodiscard]] std::string_view broken_at_end() const {
    if (published != 0) return "the ticker sleeps, but its last tick stands";
    for (needer const& each : all) {
      if (each.served == 0) return "ticks were needed, and none came";
    }
    return needed == 0 ? "" : "the ticker sleeps though it is needed";
  }

  void steps(std::vector<ticker_protocol>& next) const {
    for (std::size_t who = 0; who < needers; ++who) need(who, next);
    tick(next);
  }

 private:
  ticker_protocol& add(std::size_t who, need_at to, std::vector<ticker_protocol>& next) const {
    next.push_back(*this);
    next.back().all[who].where = to;
    return next.back();
  }
  ticker_protocol& add(tick_at to, std::vector<ticker_protocol>& next) const {
    next.push_back(*this);
    next.back().where = to;
    return next.back();
  }

  void need(std::size_t who, std::vector<ticker_protocol>& next) const {
    needer const& mine = all[who];
    bool const late = mistake == ticker_mistake::need_is_told_late;
    switch (mine.where) {
      case need_at::say: {
        ticker_protocol& step = add(who, late ? need_at::take : need_at::look, next);
        step.needed = 1;
        step.all[who].served = 0;
        if (late && mine.seen == state::running) step.end_round(who);
        break;
      }
      case need_at::look: {
        ticker_protocol& step = add(who, need_at::take, next);
        step.all[who].seen = shared;
        if (shared == state::running) step.end_round(who);
        break;
      }
      case need_at::take: take(who, next); break;
      case need_at::notify: {
        ticker_protocol& step = add(who, need_at::done, next);
        if (where == tick_at::sleeping) step.where = tick_at::wait;
        step.end_round(who);
        break;
      }
      case need_at::create: {
        ticker_protocol& step = add(who, need_at::done, next);
        step.where = tick_at::publish;
        ++step.threads;
        step.end_round(who);
        break;
      }
      case need_at::done: break;
    }
  }

  void take(std::size_t who, std::vector<ticker_protocol>& next) const {
    state const seen = all[who].seen;
    bool const wins = shared == seen;
    bool const asleep = seen == state::asleep;
    ticker_protocol& step = add(who, asleep ? need_at::notify : need_at::create, next);
    if (!wins) return step.end_round(who);
    if (asleep && mistake == ticker_mistake::wakes_without_state) return;
    step.shared = state::running;
  }

  void tick(std::vector<ticker_protocol>& next) const {
    switch (where) {
      case tick_at::none: break;
      case tick_at::publish: {
        ticker_protocol& step = add(tick_at::look, next);
        step.published = 1;
        for (needer& each : step.all) each.served = 1;
        break;
      }
      case tick_at::look: {
        ticker_protocol& step = add(needed != 0 ? tick_at::publish : tick_at::choose, next);
        step.needed = 0;
        break;
      }
      case tick_at::choose:
        add(tick_at::publish, next);
        add(tick_at::unpublish, next);
        break;
      case tick_at::unpublish: add(tick_at::fall_asleep, next).published = 0; break;
      case tick_at::fall_asleep: {
        bool const looks = mistake != ticker_mistake::no_second_look;
        add(looks ? tick_at::second_look : tick_at::wait, next).shared = state::asleep;
        break;
      }
      case tick_at::second_look: add(needed != 0 ? tick_at::undo : tick_at::wait, next); break;
      case tick_at::undo: {
        bool const wins = shared == state::asleep;
        ticker_protocol& step = add(wins ? tick_at::publish : tick_at::wait, next);
        if (wins) step.shared = state::running;
        break;
      }
      case tick_at::wait:
        add(shared == state::asleep ? tick_at::sleeping : tick_at::publish, next);
        break;
      case tick_at::sleeping: break;  // until it is notified
    }
  }

  void end_round(std::size_t who) {
    needer& mine = all[who];
    --mine.rounds;
    mine.where = mine.rounds == 0 ? need_at::done : need_at::say;
    if (mistake != ticker_mistake::need_is_told_late) {
      mine.seen = state::absent;
    } else {
      mine.seen = shared;  // looked at before the need is told
    }
  }
};

}  // namespace holdfast
