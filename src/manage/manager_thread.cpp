// What the manager's thread does, and when.
#include "manager_parts.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <optional>
#include <stop_token>
#include <string>

#include <poll.h>

namespace holdfast {
namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;

/// How soon orders of operators are obeyed.
constexpr duration looks_for_orders_every = 1s;
/// A file is read once nothing has happened to it for so long: who writes it may not have finished.
constexpr duration settles_in = 100ms;
/// The folder of the file may be a busy one, where a store is written: it wakes nobody more often.
constexpr duration watches_every = 100ms;
/// A reload that lacked memory is made again.
constexpr duration tries_again_after = 1s;

}  // namespace

// Nothing that is missing here, be it memory, may end the program.
template <class Work>
bool manager::parts::done_or_told(Work work) noexcept {
  try {
    work();
    return true;
  } catch (std::exception const& why) {
    audit(audit_kind::step_failed, {}, author_, why.what());
  } catch (...) {
    audit(audit_kind::step_failed, {}, author_, "something was thrown that is no exception");
  }
  return false;
}

/// When to look again.
duration manager::parts::share_circuits() {
  if (!sharer_ || is_forked()) return looks_for_orders_every;
  if (!wants_to_share_) {
    if (shares_ && sharer_->leave(known_.guards())) shares_ = false;
    return looks_for_orders_every;
  }
  shares_ = true;
  bool const failed_before = sharer_->trouble().has_value();
  auto const next = sharer_->look(known_.guards());
  if (!next && !failed_before) {
    audit(audit_kind::state_failed, {}, author_,
          "circuits can't be shared: " + std::string{next.error().text.view()});
  }
  if (next && failed_before) {
    audit(audit_kind::state_recovered, {}, author_, "circuits are shared again");
  }
  return next ? *next : looks_for_orders_every;
}

duration manager::parts::share_or_tell() noexcept {
  duration next = looks_for_orders_every;
  static_cast<void>(done_or_told([&] { next = share_circuits(); }));
  return next;
}

void manager::parts::leave_others() noexcept {
  static_cast<void>(done_or_told([&] { sharer_->leave(known_.guards()); }));
}

void manager::parts::run(std::stop_token const& stop) {
  std::stop_callback const ends{stop, [this] { bell_->ring(); }};
  using clock = std::chrono::steady_clock;
  auto next_keeping = clock::now();
  auto next_orders = clock::now();
  auto next_sharing = clock::now();
  auto next_watching = clock::now();
  std::optional<clock::time_point> settled;
  while (!stop.stop_requested()) {
    auto next = std::min({next_keeping, next_orders, next_sharing, settled.value_or(next_orders)});
    bool const watches = clock::now() >= next_watching;
    if (!watches) next = std::min(next, next_watching);
    woken const by = wait_until(next, watches);
    auto const now = clock::now();
    if (by.watch) next_watching = now + watches_every;
    if (watched_->has_changed()) settled = now + settles_in;
    due_work const due{.reads = (settled && now >= *settled) || (hangup_ && hangup_->has_come()),
                       .keeps = by.bell || now >= next_keeping,
                       .obeys = now >= next_orders};
    if (due.reads) settled.reset();
    if (due.keeps) next_keeping = now + file().state().save_every;
    if (due.obeys) next_orders = now + looks_for_orders_every;
    if (!do_what_is_due(due) && due.reads) settled = now + tries_again_after;
    if (by.bell || now >= next_sharing) next_sharing = clock::now() + share_or_tell();
  }
}

/// Waits for the bell, or for something to happen in the folder of the file.
manager::parts::woken manager::parts::wait_until(std::chrono::steady_clock::time_point until,
                                                 bool watches) {
  std::array<pollfd, 2> waited{
      {{bell_->descriptor(), POLLIN, 0}, {watches ? watched_->descriptor() : -1, POLLIN, 0}}};
  auto const left = std::chrono::ceil<milliseconds>(until - std::chrono::steady_clock::now());
  ::poll(waited.data(), waited.size(), static_cast<int>(std::max(left, milliseconds{0}).count()));
  woken const by{.bell = (waited[0].revents & POLLIN) != 0,
                 .watch = (waited[1].revents & POLLIN) != 0};
  if (by.bell) bell_->hear();
  return by;
}

bool manager::parts::do_what_is_due(due_work due) noexcept {
  return done_or_told([&] {
    if (due.reads) static_cast<void>(reload());
    if (due.keeps) {
      static_cast<void>(keep_state());
    } else if (due.obeys) {
      look_for_orders();
    }
  });
}

}  // namespace holdfast
