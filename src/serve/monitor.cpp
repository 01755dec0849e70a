#include "holdfast/serve/monitor.hpp"

#include "holdfast/manage/orders.hpp"
#include "holdfast/state/circuit_facts.hpp"
#include "serve/audit_counts.hpp"
#include "serve/process_metrics.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <span>
#include <utility>

namespace holdfast {
namespace {

[[nodiscard]] wall_time wall_now() noexcept { return std::chrono::system_clock::now(); }

[[nodiscard]] failure no_such_circuit(std::string_view operation) {
  failure unknown{.category = category::not_found,
                  .fault = fault::caller,
                  .advice = advice::never,
                  .text = "there is no circuit of that name here: "};
  unknown.text.append(operation);
  return unknown;
}

/// An instant of a guard's clock in wall time.
[[nodiscard]] wall_time wall_time_of(instant at, instant now, wall_time wall) noexcept {
  return at >= now ? later(wall, elapsed(now, at)) : wall - elapsed(at, now);
}

[[nodiscard]] log_level level_of(audit_kind kind) noexcept {
  switch (kind) {
    case audit_kind::reloaded:
    case audit_kind::ordered:
    case audit_kind::state_loaded:
    case audit_kind::state_recovered: return log_level::info;
    case audit_kind::order_unknown:
    case audit_kind::state_set_aside: return log_level::warn;
    case audit_kind::reload_refused:
    case audit_kind::state_failed:
    case audit_kind::step_failed: return log_level::error;
  }
  return log_level::error;
}

void tell(event_log& log, audit_record const& one) {
  std::array<log_field, 3> const fields{
      {{"operation", one.operation}, {"author", one.author}, {"text", one.what}}};
  bool const of_all = one.operation.empty();
  log.tell(level_of(one.kind), enum_name(one.kind), std::span{fields}.subspan(of_all ? 1 : 0));
}

}  // namespace

monitor::monitor(metrics_options options, std::shared_ptr<event_log> log)
    : metrics_{std::move(options)},
      book_{std::make_shared<event_book>()},
      log_{std::move(log)},
      audits_{std::make_shared<audit_counts>()} {}

monitor::~monitor() = default;

void monitor::watch(guard const& one) {
  static_cast<void>(known_.add(one));  // of guards of one name the first is listed
  metrics_.watch(one);
  one.on_event(std::shared_ptr<event_sink>{book_});
  if (log_) one.on_event(std::shared_ptr<event_sink>{log_});
}

void monitor::watch(std::string_view name, guard_per_key const& keys) {
  {
    std::lock_guard const held{lock_};
    keyed_.push_back(keys);
  }
  metrics_.watch(name, keys);
  keys.on_event(std::shared_ptr<event_sink>{book_});
  if (log_) keys.on_event(std::shared_ptr<event_sink>{log_});
}

manager_options monitor::watching(manager_options options) {
  auto const chained = [](auto first, auto second) {
    return [first = std::move(first), second = std::move(second)](auto const&... what) {
      first(what...);
      if (second) second(what...);
    };
  };
  options.on_guard = chained([this](guard const& one) { watch(one); }, options.on_guard);
  options.on_keys =
      chained([this](std::string_view name, guard_per_key const& keys) { watch(name, keys); },
              options.on_keys);
  options.on_audit = chained(
      [counts = audits_, log = log_, book = book_](audit_record const& one) {
        counts->take(one);
        if (one.kind == audit_kind::ordered) book->sign_last_change(one.operation, one.author);
        if (log) tell(*log, one);
      },
      options.on_audit);
  return options;
}

void monitor::show(manager& of) {
  std::lock_guard const held{lock_};
  manager_ = &of;
}

void monitor::add(std::shared_ptr<metric_source const> more) {
  std::lock_guard const held{lock_};
  more_.push_back(std::move(more));
}

operation_health monitor::health_of(guard const& one) const {
  breaker_state const state = one.state();
  bool const is_closed = state == breaker_state::closed;
  operation_health made{.operation = std::string{one.name()},
                        .status = is_closed ? health_status::pass : health_status::warn,
                        .state = state,
                        .reason = {}};
  if (!is_closed) made.reason = view_of(one).reason;
  return made;
}

// Of those that the manager does not know, too.
health_report monitor::health() {
  manager* const of = managed();
  health_report all;
  if (of != nullptr) all = of->health();
  for (guard const& each : known_.guards()) {
    if (of != nullptr && of->known().find(each.name())) continue;
    operation_health one = health_of(each);
    all.status = std::max(all.status, one.status);
    all.operations.push_back(std::move(one));
  }
  return all;
}

manager* monitor::managed() const {
  std::lock_guard const held{lock_};
  return manager_;
}

circuit_view monitor::view_of(guard const& one) const {
  guard_stats const seen = one.stats();
  instant const now = one.time().now();
  wall_time const wall = wall_now();
  breaker_stats const& circuit = seen.breaker;
  circuit_view made{.operation = std::string{one.name()},
                    .state = circuit.state,
                    .reason = {},
                    .author = {},
                    .generation = circuit.generation,
                    .consecutive_failures = circuit.consecutive_failures,
                    .times_opened = circuit.times_opened,
                    .failure_ratio = circuit.failure_rate,
                    .budget_tokens = seen.budget_tokens,
                    .successes = seen.successes,
                    .refusals = seen.refusals,
                    .seen_at = wall};
  constexpr std::uint64_t first_generation = 1;
  if (circuit.generation != first_generation) made.since = wall_time_of(circuit.since, now, wall);
  if (may_end(circuit.state) && circuit.open_until != never_reached) {
    made.until = wall_time_of(circuit.open_until, now, wall);
  }
  if (auto const change = book_->last_change_of(one.name())) {
    made.reason = std::string{change->cause.view()};
    if (!change->why.empty()) made.reason.append(": ").append(change->why.view());
    made.author = std::string{change->author.view()};
  }
  if (circuit.calls > 0) made.window = {circuit.calls, circuit.failures, circuit.slow};
  return made;
}

std::vector<guard> monitor::keys() const {
  std::vector<guard_per_key> keyed;
  {
    std::lock_guard const held{lock_};
    keyed = keyed_;
  }
  std::vector<guard> all;
  for (guard_per_key const& each : keyed) {
    std::vector<guard> const some = each.guards();
    all.insert(all.end(), some.begin(), some.end());
    all.push_back(each.other());
  }
  return all;
}

std::optional<guard> monitor::find(std::string_view operation) const {
  if (auto found = known_.find(operation)) return found;
  for (guard const& each : keys()) {
    if (each.name() == operation) return each;
  }
  return std::nullopt;
}

// Of keys, those that are not as usual.
expected<std::vector<circuit_view>, failure> monitor::circuits() {
  std::vector<circuit_view> all;
  for (guard const& each : known_.guards()) all.push_back(view_of(each));
  for (guard const& each : keys()) {
    if (each.state() != breaker_state::closed) all.push_back(view_of(each));
  }
  std::ranges::sort(all, {}, &circuit_view::operation);
  return all;
}

expected<circuit_view, failure> monitor::circuit(std::string_view operation) {
  auto const found = find(operation);
  if (!found) return unexpected{no_such_circuit(operation)};
  return view_of(*found);
}

expected<std::vector<noted_event>, failure> monitor::events(std::string_view operation,
                                                            std::size_t limit) {
  auto found = book_->last_of(operation, limit);
  if (found.empty() && !find(operation)) return unexpected{no_such_circuit(operation)};
  return found;
}

expected<void, failure> monitor::obey(order_record const& order) {
  manager* const of = managed();
  bool const is_managed = of != nullptr && of->known().find(order.operation);
  if (is_managed) {
    if (auto done = of->obey(order); !done) return done;
  } else if (auto done = obey_here(order); !done) {
    return done;
  }
  book_->sign_last_change(order.operation, order.author);
  return {};
}

expected<void, failure> monitor::obey_here(order_record const& order) {
  auto const one = find(order.operation);
  if (!one) return unexpected{no_such_circuit(order.operation)};
  carry_out(*one, order, wall_now());
  audit_record const done{.kind = audit_kind::ordered,
                          .at = wall_now(),
                          .operation = std::string{order.operation.view()},
                          .author = std::string{order.author.view()},
                          .what = std::string{enum_name(order.what)}};
  audits_->take(done);
  if (log_) tell(*log_, done);
  return {};
}

void monitor::write_metrics(metric_writer& to) {
  metrics_.write_metrics(to);
  audits_->write_metrics(to);
  if (manager const* const of = managed()) {
    to.begin("holdfast_configuration_refused", metric_type::gauge,
             "1 while the resilience file is wrong and an earlier one holds.");
    to.value({}, std::uint64_t{of->has_refused_file() ? 1U : 0U});
  }
  std::vector<std::shared_ptr<metric_source const>> more;
  {
    std::lock_guard const held{lock_};
    more = more_;
  }
  for (auto const& each : more) each->write_metrics(to);
  to.begin("holdfast_telemetry_dropped_total", metric_type::counter,
           "What queues of telemetry had no room for.");
  to.value({{"signal", "event"}}, book_->dropped());
  to.value({{"signal", "log"}}, log_ ? log_->dropped() : std::uint64_t{0});
  write_process_metrics(to);
}

}  // namespace holdfast
