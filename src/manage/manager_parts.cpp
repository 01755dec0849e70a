#include "manager_parts.hpp"

#include "health.hpp"
#include "holdfast/manage/orders.hpp"
#include "holdfast/redact/redact.hpp"
#include "holdfast/state/state_limits.hpp"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <filesystem>
#include <utility>

#include <unistd.h>

namespace holdfast {
namespace {

/// Orders for operations that have no guard yet.
constexpr std::size_t most_waiting_orders = 1000;

[[nodiscard]] wall_time wall_now() noexcept { return std::chrono::system_clock::now(); }

[[nodiscard]] std::string author_of(std::string const& given) {
  if (!given.empty()) return given;
  return std::string{program_invocation_short_name} + " " + std::to_string(::getpid());
}

[[nodiscard]] failure no_guard(std::string_view operation) {
  failure unknown{.category = category::not_found,
                  .fault = fault::caller,
                  .advice = advice::never,
                  .text = "there is no guard of this name here: "};
  unknown.text.append(operation);
  return unknown;
}

/// An empty file is a right one, but nobody empties it on purpose while a program runs: its writer
/// has not come further, or the disk is full.
[[nodiscard]] expected<resilience_file, problems> read_again(std::string const& path) {
  std::error_code unknown;
  auto const status = std::filesystem::status(path, unknown);
  if (exists(status) && !is_regular_file(status)) {  // a pipe may never have a writer
    return unexpected{problems{{{path}, "this is no regular file any more", "put the file back"}}};
  }
  if (exists(status) && std::filesystem::file_size(path, unknown) == 0) {
    return unexpected{problems{{{path},
                                "the file is empty",
                                "write what is to hold; a comment if all defaults are meant"}}};
  }
  return resilience_file::read(path);
}

[[nodiscard]] bool has_ended(order_record const& order) noexcept {
  return order.until && *order.until <= wall_now();
}

[[nodiscard]] std::string text_of(order_record const& order) {
  std::string text{enum_name(order.what)};
  if (!order.why.empty()) text.append(": ").append(redacted(order.why.view()));
  return text;
}

}  // namespace

manager::parts::parts(std::string path, std::unique_ptr<file_watch> watched, resilience_file file,
                      std::unique_ptr<state_store> store, manager_options options)
    : path_{std::move(path)},
      author_{author_of(options.author)},
      on_audit_{std::move(options.on_audit)},
      on_guard_{std::move(options.on_guard)},
      on_keys_{std::move(options.on_keys)},
      bell_{std::make_shared<wake_up>()},
      feed_{std::make_shared<change_feed>(author_, std::move(options.on_event), bell_,
                                          store != nullptr)},
      made_in_{::getpid()},
      watched_{std::move(watched)},
      book_{std::move(file), options.classifier, options.around} {
  if (store != nullptr) {
    std::shared_ptr<state_store> const shared{std::move(store)};
    sharer_.emplace(shared);
    shares_ = wants_to_share_ = book_.file().state().shared;
    keeper_.emplace(shared, [this](audit_kind kind, std::string_view operation, std::string what) {
      audit(kind, operation, author_, std::move(what));
    });
  }
  if (options.reload_on_hangup) hangup_.emplace(bell_);
  if (options.has_thread) {
    thread_ = std::jthread{[this](std::stop_token const& stop) { run(stop); }};
  }
}

manager::parts::~parts() {
  if (is_forked()) {
    // The thread is the parent's, and so is the state.
    if (thread_.joinable()) thread_.detach();
    return;
  }
  thread_.request_stop();
  if (thread_.joinable()) thread_.join();
  static_cast<void>(do_what_is_due({.keeps = true}));
  static_cast<void>(share_or_tell());
  if (shares_) leave_others();
}

bool manager::parts::is_forked() const noexcept { return ::getpid() != made_in_; }

// ----- Guards

guard manager::parts::single(std::string_view name) {
  {
    std::lock_guard const held{lock_};
    auto const known = book_.all().find(name);
    if (known != book_.all().end() && known->second.single) return *known->second.single;
  }
  std::lock_guard const keeping{keeping_};
  std::lock_guard const held{lock_};
  auto const known = book_.all().find(name);
  if (known != book_.all().end() && known->second.single) return *known->second.single;
  holdfast::guard made = book_.make_single(name);
  listen_to(made);
  take_up_state_of(made);
  begin_to_share(made);
  // Last: from here on others find it, and may give orders.
  if (auto const added = known_.add(made); !added) {
    throw invalid_options{std::string{added.error().text.view()}};
  }
  book_.keep_single(made);
  obey_waiting_order_for(made);
  return made;
}

guard_per_key manager::parts::keyed(std::string_view name) {
  std::lock_guard const held{lock_};
  bool made = false;
  guard_per_key guards = book_.keyed(name, made);
  if (made) {
    guards.on_event([feed = feed_](event const& what) { feed->take(what); }, feed_->interest());
    if (on_keys_) on_keys_(name, guards);
  }
  return guards;
}

expected<void, failure> manager::parts::add(holdfast::guard const& one) {
  std::lock_guard const keeping{keeping_};
  std::lock_guard const held{lock_};
  if (known_.find(one.name())) return known_.add(one);
  listen_to(one);
  take_up_state_of(one);
  begin_to_share(one);
  auto const added = known_.add(one);
  if (added) obey_waiting_order_for(one);
  return added;
}

void manager::parts::listen_to(holdfast::guard const& one) {
  one.on_event([feed = feed_](event const& what) { feed->take(what); }, feed_->interest());
  if (on_guard_) on_guard_(one);
}

void manager::parts::take_up_state_of(holdfast::guard const& one) {
  if (keeper_) keeper_->restore(one);
}

// ----- The file

resilience_file manager::parts::file() const {
  std::lock_guard const held{lock_};
  return book_.file();
}

expected<reload_report, problems> manager::parts::reload() {
  std::lock_guard const reloading{reloading_};
  auto next = read_again(path_);
  if (!next) {
    std::string const wrong = describe(next.error());
    audit(audit_kind::reload_refused, {}, author_, wrong);
    std::lock_guard const held{lock_};
    refused_ = wrong;
    has_refused_file_ = true;
    return unexpected{std::move(next.error())};
  }
  reload_report done;
  {
    std::lock_guard const held{lock_};
    refused_.reset();
    has_refused_file_ = false;
    done = book_.exchange(*std::move(next));
    wants_to_share_ = book_.file().state().shared;
  }
  tell_reload(done);
  return done;
}

void manager::parts::tell_reload(reload_report const& done) {
  if (done.changes_nothing()) return;
  for (operation_change const& each : done.operations) {
    auto const one = known_.find(each.operation);
    if (!one) continue;
    breaker_state const state = one->state();
    std::size_t const fields = each.fields.size();
    std::string const reason =
        std::to_string(fields) + (fields == 1 ? " field changed" : " fields changed");
    feed_->add({.operation = std::string_view{each.operation},
                .at = wall_now(),
                .kind = change_kind::reload,
                .from = state,
                .to = state,
                .reason = std::string_view{reason},
                .author = std::string_view{author_}});
  }
  audit(audit_kind::reloaded, {}, author_, describe(done));
}

// ----- Operators

// What others have found is taken over by sharing; what an operator has told them ends only by an
// order of their own.
expected<void, failure> manager::parts::obey(order_record const& order) {
  auto done = obey_here(order);
  if (!done || !shares_) return done;
  std::lock_guard const keeping{keeping_};
  if (keeper_) keeper_->pass_on(order);
  return done;
}

expected<void, failure> manager::parts::obey_here(order_record const& order) {
  auto const one = known_.find(order.operation);
  if (!one) {
    audit(audit_kind::order_unknown, order.operation, order.author, text_of(order));
    return unexpected{no_guard(order.operation)};
  }
  breaker_state const before = one->state();
  bool const closes = order.what == order_kind::close || order.what == order_kind::reset;
  if (shares_) sharer_->insist(order.operation, closes);
  carry_out(*one, order, wall_now());
  feed_->add({.operation = order.operation,
              .at = wall_now(),
              .kind = change_kind::order,
              .from = before,
              .to = one->state(),
              .reason = enum_name(order.what),
              .why = order.why,
              .author = order.author,
              .end = order.until});
  audit(audit_kind::ordered, order.operation, order.author, text_of(order));
  return {};
}

// Orders are read under the lock of the store, and obeyed under none: listeners are told of it.
void manager::parts::look_for_orders() {
  std::vector<order_record> orders;
  {
    std::lock_guard const keeping{keeping_};
    if (keeper_) orders = keeper_->new_orders();
  }
  for (order_record const& each : orders) {
    if (!has_ended(each) && !leave_waiting(each)) static_cast<void>(obey_here(each));
  }
}

/// Leaves an order to the guard that it is for, where that was not made yet.
bool manager::parts::leave_waiting(order_record const& order) {
  {
    std::lock_guard const held{lock_};
    if (known_.find(order.operation)) return false;
    bool const fits = waiting_orders_.size() < most_waiting_orders;
    if (fits) waiting_orders_.insert_or_assign(std::string{order.operation.view()}, order);
  }
  audit(audit_kind::order_unknown, order.operation, order.author, text_of(order));
  return true;
}

void manager::parts::obey_waiting_order_for(holdfast::guard const& one) {
  auto const waiting = waiting_orders_.find(one.name());
  if (waiting == waiting_orders_.end()) return;
  order_record const order = waiting->second;
  waiting_orders_.erase(waiting);
  if (!has_ended(order)) static_cast<void>(obey_here(order));
}

// ----- State

expected<void, failure> manager::parts::keep_state() {
  if (is_forked()) return {};
  look_for_orders();
  std::lock_guard const keeping{keeping_};
  if (!keeper_) return {};
  return keeper_->keep(known_.guards(), *feed_);
}

// ----- Other processes

void manager::parts::begin_to_share(holdfast::guard const& one) {
  if (sharer_ && wants_to_share_) circuit_sharer::begin(one);
}

std::vector<std::pair<std::string, guard_per_key>> manager::parts::keyed_ones() const {
  std::lock_guard const held{lock_};
  std::vector<std::pair<std::string, guard_per_key>> all;
  for (auto const& [name, each] : book_.all()) {
    if (each.keyed) all.emplace_back(name, *each.keyed);
  }
  return all;
}

health_report manager::parts::health() const {
  health_report all;
  {
    std::lock_guard const held{lock_};
    if (refused_) warn(all, "the resilience file is wrong, and an earlier one holds: " + *refused_);
  }
  {
    std::lock_guard const keeping{keeping_};
    if (keeper_ && keeper_->trouble()) {
      warn(all, "state can't be kept: " + std::string{keeper_->trouble()->text.view()});
    }
  }
  if (auto const trouble = sharer_ ? sharer_->trouble() : std::nullopt) {
    warn(all, "circuits can't be shared, and each process probes by itself: " +
                  std::string{trouble->text.view()});
  }
  if (auto const dropped = feed_->dropped(); dropped > 0) {
    warn(all, std::to_string(dropped) + " changes are missing from the histories");
  }
  resilience_file const now = file();
  for (holdfast::guard const& each : known_.guards()) {
    add_to(all, health_of(each, now.settings_for(each.name()).required, *feed_));
  }
  for (auto const& [name, keys] : keyed_ones()) {
    add_to(all, health_of_keys(name, keys, now.settings_for(name).required));
  }
  std::ranges::stable_sort(all.operations, {}, &operation_health::operation);
  return all;
}

void manager::parts::audit(audit_kind kind, std::string_view operation, std::string_view author,
                           std::string what) const {
  if (!on_audit_) return;
  try {
    on_audit_({.kind = kind,
               .at = wall_now(),
               .operation = std::string{operation},
               .author = std::string{author},
               .what = std::move(what)});
  } catch (...) {
    // A listener must never decide what becomes of the guards.
  }
}

}  // namespace holdfast
