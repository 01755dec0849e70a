#include "holdfast/serve/stored_circuits.hpp"

#include "holdfast/state/circuit_facts.hpp"
#include "holdfast/state/state_limits.hpp"
#include "serve/process_metrics.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <utility>

namespace holdfast {
namespace {

constexpr std::size_t most_named = 10'000;  // in metrics, as those of a process's own guards

[[nodiscard]] wall_time wall_now() noexcept { return std::chrono::system_clock::now(); }

[[nodiscard]] noted_event noted(change_record const& change) {
  noted_change const changed{.from = change.from,
                             .to = change.to,
                             .kind = enum_name(change.kind),
                             .cause = change.reason.view(),
                             .why = change.why,
                             .author = change.author};
  return {.kind = event_kind::breaker_changed, .at = change.at, .changed = changed};
}

[[nodiscard]] health_status status_of(breaker_state state, bool required) noexcept {
  if (state == breaker_state::closed) return health_status::pass;
  bool const refuses = state == breaker_state::open || state == breaker_state::forced_open;
  return required && refuses ? health_status::fail : health_status::warn;
}

}  // namespace

stored_circuits::stored_circuits(std::unique_ptr<state_store> store, std::string store_name,
                                 std::function<bool(std::string_view)> is_required)
    : store_{std::move(store)},
      name_{std::move(store_name)},
      is_required_{std::move(is_required)} {}

expected<std::vector<operation_record>, failure> stored_circuits::load() {
  auto loaded = store_->load();
  if (!loaded) return unexpected{loaded.error()};
  for (set_aside_note const& each : loaded->set_aside) {
    if (set_aside_.size() == most_set_aside) set_aside_.erase(set_aside_.begin());
    set_aside_.push_back(each.what + " was set aside as " + each.where + ": " +
                         std::string{each.why.text.view()});
  }
  return std::move(loaded->operations);
}

circuit_view stored_circuits::view_of(operation_record const& record) {
  core::breaker_snapshot const& seen = record.breaker;
  circuit_view made{.operation = std::string{record.operation.view()},
                    .state = seen.state,
                    .reason = {},
                    .author = {},
                    .generation = seen.generation,
                    .consecutive_failures = seen.consecutive_failures,
                    .times_opened = seen.times_opened,
                    .seen_at = record.saved_at};
  made.since = state_begun(record);
  made.until = state_end(record);
  if (auto const all = window_totals_of(record))
    made.window = {all->calls, all->failures, all->slow};
  made.budget_tokens = budget_tokens(record);
  return made;
}

health_report stored_circuits::health() {
  health_report all;
  auto const kept = load();
  if (!kept) {
    all.ready = false;
    all.status = health_status::fail;
    all.reasons.push_back(name_ + " can't be read: " + std::string{kept.error().text.view()});
    return all;
  }
  all.reasons = set_aside_;
  if (!set_aside_.empty()) all.status = health_status::warn;
  for (operation_record const& each : *kept) {
    std::string_view const name = each.operation.view();
    bool const required = is_required_ != nullptr && is_required_(name);
    health_status const status = status_of(each.breaker.state, required);
    if (status == health_status::fail) all.ready = false;
    all.status = std::max(all.status, status);
    std::string reason;
    if (status != health_status::pass) {
      reason = "its circuit was " + std::string{enum_name(each.breaker.state)} +
               " when it was kept last";
    }
    all.operations.push_back({.operation = std::string{each.operation.view()},
                              .status = status,
                              .state = each.breaker.state,
                              .reason = std::move(reason)});
  }
  return all;
}

expected<std::vector<circuit_view>, failure> stored_circuits::circuits() {
  auto const kept = load();
  if (!kept) return unexpected{kept.error()};
  std::vector<circuit_view> all;
  for (operation_record const& each : *kept) all.push_back(view_of(each));
  return all;
}

expected<circuit_view, failure> stored_circuits::circuit(std::string_view operation) {
  auto const kept = load();
  if (!kept) return unexpected{kept.error()};
  auto const found =
      std::ranges::find(*kept, operation, [](auto const& each) { return each.operation.view(); });
  if (found == kept->end()) {
    failure unknown{.category = category::not_found,
                    .fault = fault::caller,
                    .advice = advice::never,
                    .text = "no process has kept a circuit of that name: "};
    unknown.text.append(operation);
    return unexpected{unknown};
  }
  circuit_view made = view_of(*found);
  auto const last = store_->changes(operation, 1);
  if (made.state != breaker_state::closed && last && !last->empty()) {
    change_record const& why = last->front();
    made.reason = std::string{why.reason.view()};
    if (!why.why.empty()) made.reason.append(": ").append(why.why.view());
    made.author = std::string{why.author.view()};
  }
  return made;
}

expected<std::vector<noted_event>, failure> stored_circuits::events(std::string_view operation,
                                                                    std::size_t limit) {
  auto const changes = store_->changes(operation, limit);
  if (!changes) return unexpected{changes.error()};
  std::vector<noted_event> all;
  for (change_record const& each : *changes) all.push_back(noted(each));
  if (!all.empty()) return all;
  if (auto const known = circuit(operation); !known) return unexpected{known.error()};
  return all;
}

expected<void, failure> stored_circuits::obey(order_record const& order) {
  if (auto const known = circuit(order.operation); !known) return unexpected{known.error()};
  auto const given = store_->give(order);
  if (!given) return unexpected{given.error()};
  return {};
}

void stored_circuits::write_metrics(metric_writer& to) {
  auto kept = load();
  to.begin("holdfast_state_store_failing", metric_type::gauge,
           "1 while the state store can't be read or written.");
  to.value({}, std::uint64_t{kept ? 0U : 1U});
  write_process_metrics(to);
  if (!kept) return;
  std::size_t const named = std::min(kept->size(), most_named);
  to.begin("holdfast_operations", metric_type::gauge, "Operations with labels of their own.");
  to.value({}, std::uint64_t{named});
  to.begin("holdfast_operations_overflowed", metric_type::gauge,
           "Operations beyond these, which are left out.");
  to.value({}, std::uint64_t{kept->size() - named});
  kept->resize(named);
  to.begin("holdfast_breaker_state", metric_type::gauge, "1 for the state that the breaker is in.");
  for (operation_record const& each : *kept) {
    for (auto const& state : names_of<breaker_state>::table) {
      bool const present = each.breaker.state == state.value;
      to.value({{"operation", each.operation.view()}, {"state", state.name}},
               std::uint64_t{present ? 1U : 0U});
    }
  }
  to.begin("holdfast_state_age_seconds", metric_type::gauge,
           "How long ago the state of an operation was kept.");
  for (operation_record const& each : *kept) {
    to.value({{"operation", each.operation.view()}},
             in_seconds(elapsed(each.saved_at, wall_now())));
  }
}

}  // namespace holdfast
