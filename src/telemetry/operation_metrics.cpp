#include "telemetry/operation_metrics.hpp"

#include "telemetry/database_metrics.hpp"

#include <array>
#include <string_view>

namespace holdfast {
namespace {

using rows = std::span<row_reading const>;

/// The numbers by which retries are told.
constexpr std::array<std::string_view, event_counts::told_retries> retry_numbers{"1", "2", "3",
                                                                                 "4", "5", "6+"};

template <class Enum, class Visitor>
void for_each_value(Visitor&& visit) {
  for (auto const& each : names_of<Enum>::table) visit(each.value, each.name);
}

/// What was never counted is left out: most categories never occur.
void write_count(metric_writer& to, metric_writer::labels of, std::uint64_t count) {
  if (count > 0) to.value(of, count);
}

void write_calls(metric_writer& to, rows all) {
  to.begin("holdfast_calls_total", metric_type::counter, "Calls, by how they ended.");
  for (row_reading const& each : all) {
    event_counts const* const seen = each.counts;
    std::uint64_t const recovered = seen != nullptr ? seen->recovered_calls.load() : 0;
    std::uint64_t const turned_away = seen != nullptr ? seen->rejected.all() : 0;
    auto const outcome = [&](std::string_view how, std::uint64_t count) {
      to.value({{"operation", each.name}, {"outcome", how}}, count);
    };
    outcome("success", each.successes + recovered);
    outcome("failure", seen != nullptr ? seen->failed_calls.load() : 0);
    outcome("rejected", each.refusals + turned_away);
    outcome("cancelled", seen != nullptr ? seen->cancelled_calls.load() : 0);
  }
}

void write_attempts(metric_writer& to, rows all) {
  to.begin("holdfast_attempts_total", metric_type::counter,
           "Attempts, by what they came to; category none is success.");
  for (row_reading const& each : all) {
    std::uint64_t const recovered =
        each.counts != nullptr ? each.counts->recovered_calls.load() : 0;
    to.value({{"operation", each.name}, {"category", "none"}}, each.successes + recovered);
    if (each.counts == nullptr) continue;
    for_each_value<category>([&](category what, std::string_view name) {
      std::uint64_t count = 0;
      for (auto const& of_severity : each.counts->failures) count += of_severity.of(what);
      write_count(to, {{"operation", each.name}, {"category", name}}, count);
    });
  }
  to.begin("holdfast_failures_total", metric_type::counter,
           "Failed attempts, by category and severity.");
  for (row_reading const& each : all) {
    if (each.counts == nullptr) continue;
    for_each_failure(
        *each.counts, [&](std::string_view what, std::string_view how_bad, std::uint64_t count) {
          to.value({{"operation", each.name}, {"category", what}, {"severity", how_bad}}, count);
        });
  }
}

void write_retries(metric_writer& to, rows all) {
  to.begin("holdfast_retries_total", metric_type::counter,
           "Retries that were started, by their number within the call.");
  for (row_reading const& each : all) {
    if (each.counts == nullptr) continue;
    for (std::size_t i = 0; i < retry_numbers.size(); ++i) {
      write_count(to, {{"operation", each.name}, {"attempt", retry_numbers[i]}},
                  each.counts->retries[i].load());
    }
  }
  to.begin("holdfast_recovered_calls_total", metric_type::counter,
           "Calls that succeeded after a retry.");
  for (row_reading const& each : all) {
    if (each.counts == nullptr) continue;
    to.value({{"operation", each.name}}, each.counts->recovered_calls.load());
  }
  to.begin("holdfast_retries_suppressed_total", metric_type::counter,
           "Calls that failed and were not tried again, by why not.");
  for (row_reading const& each : all) {
    for_each_value<stop_reason>([&](stop_reason why, std::string_view name) {
      std::uint64_t const count = each.counts != nullptr ? each.counts->suppressed.of(why) : 0;
      // An alert is raised by its first: what appears with it has not risen.
      if (count == 0 && why != stop_reason::no_budget) return;
      to.value({{"operation", each.name}, {"reason", name}}, count);
    });
  }
  to.begin("holdfast_rejections_total", metric_type::counter,
           "Calls of which no attempt ran, by why not.");
  for (row_reading const& each : all) {
    write_count(to, {{"operation", each.name}, {"reason", "circuit_open"}}, each.refusals);
    if (each.counts == nullptr) continue;
    for_each_value<stop_reason>([&](stop_reason why, std::string_view name) {
      write_count(to, {{"operation", each.name}, {"reason", name}}, each.counts->rejected.of(why));
    });
  }
}

void write_hedges(metric_writer& to, rows all) {
  to.begin("holdfast_hedges_total", metric_type::counter, "Attempts beside slow ones.");
  for (row_reading const& each : all) {
    if (each.counts == nullptr) continue;
    write_count(to, {{"operation", each.name}, {"outcome", "started"}},
                each.counts->hedges_started.load());
    write_count(to, {{"operation", each.name}, {"outcome", "refused"}},
                each.counts->hedges_refused.load());
  }
}

void write_histogram(metric_writer& to, metric_writer::labels of,
                     duration_histogram const& histogram, duration_bounds const& bounds,
                     kept_exemplars const* exemplars = nullptr) {
  duration_histogram::counted const seen = histogram.read();
  if (seen.values == 0) return;
  std::array<metric_bucket, duration_bounds::most + 1> buckets{};
  for (std::size_t i = 0; i <= bounds.size(); ++i) {
    buckets[i].upper_bound = i < bounds.size() ? in_seconds(bounds[i]) : 0;
    buckets[i].count = seen.in_bucket[i];
    if (exemplars == nullptr) continue;
    kept_exemplar const& kept = (*exemplars)[i];
    buckets[i].exemplar = {kept.correlation_id.view(), kept.value, kept.at};
  }
  to.histogram(of, std::span{buckets}.first(bounds.size() + 1), in_seconds(seen.sum));
}

void write_call_durations(metric_writer& to, rows all) {
  to.begin("holdfast_call_duration_seconds", metric_type::histogram,
           "How long calls took, with queues, pauses and retries.");
  for (row_reading const& each : all) {
    duration_bounds const& bounds = each.durations->bounds();
    write_histogram(to, {{"operation", each.name}, {"outcome", "success"}}, each.durations->calls(),
                    bounds);
    if (each.counts == nullptr) continue;
    kept_exemplars const recovered = each.counts->recovered_exemplars();
    kept_exemplars const failed = each.counts->failed_exemplars();
    write_histogram(to, {{"operation", each.name}, {"outcome", "recovered"}},
                    each.counts->recovered_call, bounds, &recovered);
    write_histogram(to, {{"operation", each.name}, {"outcome", "failure"}},
                    each.counts->failed_call, bounds, &failed);
  }
}

void write_attempt_durations(metric_writer& to, rows all) {
  to.begin("holdfast_attempt_duration_seconds", metric_type::histogram, "How long attempts took.");
  for (row_reading const& each : all) {
    duration_bounds const& bounds = each.durations->bounds();
    write_histogram(to, {{"operation", each.name}, {"outcome", "success"}},
                    each.durations->attempts(), bounds);
    if (each.counts == nullptr) continue;
    write_histogram(to, {{"operation", each.name}, {"outcome", "recovered"}},
                    each.counts->recovered_attempt, bounds);
    write_histogram(to, {{"operation", each.name}, {"outcome", "failure"}},
                    each.counts->failed_attempt, bounds);
  }
}

void write_pauses(metric_writer& to, rows all) {
  to.begin("holdfast_backoff_seconds", metric_type::histogram, "Pauses before retries.");
  for (row_reading const& each : all) {
    if (each.counts == nullptr) continue;
    write_histogram(to, {{"operation", each.name}}, each.counts->backoff, each.durations->bounds());
  }
  to.begin("holdfast_outage_duration_seconds", metric_type::histogram,
           "From the opening of a circuit to its closing.");
  for (row_reading const& each : all) {
    if (each.counts == nullptr) continue;
    write_histogram(to, {{"operation", each.name}}, each.counts->outage,
                    event_counts::outage_bounds());
  }
}

void write_breakers(metric_writer& to, rows all) {
  to.begin("holdfast_breaker_state", metric_type::gauge, "1 for the state that the breaker is in.");
  for (row_reading const& each : all) {
    if (!each.guard) continue;
    for_each_value<breaker_state>([&](breaker_state state, std::string_view name) {
      bool const present = each.guard->breaker.state == state;
      to.value({{"operation", each.name}, {"state", name}}, std::uint64_t{present ? 1U : 0U});
    });
  }
  to.begin("holdfast_breaker_transitions_total", metric_type::counter,
           "Changes of a breaker's state, by why.");
  for (row_reading const& each : all) {
    if (each.counts == nullptr) continue;
    for (auto const& [key, count] : each.counts->transitions()) {
      auto const [from, into, why] = key;
      to.value({{"operation", each.name},
                {"from", enum_name(from)},
                {"to", enum_name(into)},
                {"reason", enum_name(why)}},
               count);
    }
  }
  to.begin("holdfast_breaker_failure_ratio", metric_type::gauge,
           "Failed share of the breaker's window.");
  for (row_reading const& each : all) {
    if (!each.guard || !each.guard->breaker.failure_rate) continue;
    to.value({{"operation", each.name}}, *each.guard->breaker.failure_rate);
  }
}

void write_levels(metric_writer& to, rows all) {
  to.begin("holdfast_retry_budget_tokens", metric_type::gauge,
           "Retries that could be paid for now.");
  for (row_reading const& each : all) {
    if (each.guard) to.value({{"operation", each.name}}, each.guard->budget_tokens);
  }
  to.begin("holdfast_bulkhead_running", metric_type::gauge, "Attempts that have a place.");
  for (row_reading const& each : all) {
    if (!each.has_bulkhead) continue;
    to.value({{"operation", each.name}}, static_cast<std::uint64_t>(each.guard->running));
  }
  to.begin("holdfast_bulkhead_waiting", metric_type::gauge, "Attempts that wait for a place.");
  for (row_reading const& each : all) {
    if (!each.has_bulkhead) continue;
    to.value({{"operation", each.name}}, static_cast<std::uint64_t>(each.guard->waiting));
  }
  to.begin("holdfast_keys", metric_type::gauge, "Keys that have a guard of their own.");
  for (row_reading const& each : all) {
    if (each.keys) to.value({{"operation", each.name}}, std::uint64_t{*each.keys});
  }
  to.begin("holdfast_keys_open", metric_type::gauge,
           "Of these, whose circuit refuses calls now, or probes.");
  for (row_reading const& each : all) {
    if (each.keys) to.value({{"operation", each.name}}, std::uint64_t{each.open_keys});
  }
}

void write_about_metrics(metric_writer& to, rows all, overflow seen) {
  to.begin("holdfast_duration_sampling_ratio", metric_type::gauge,
           "Share of calls that succeeded at once whose duration is taken.");
  for (row_reading const& each : all) {
    if (!each.guard) continue;
    to.value({{"operation", each.name}},
             each.times_all ? 1.0 : 1.0 / call_durations::sampled_one_in);
  }
  to.begin("holdfast_listener_failures_total", metric_type::counter,
           "Exceptions of listeners of events.");
  for (row_reading const& each : all) {
    write_count(to, {{"operation", each.name}}, each.listener_failures);
  }
  to.begin("holdfast_operations", metric_type::gauge, "Operations with labels of their own.");
  to.value({}, std::uint64_t{seen.named});
  to.begin("holdfast_operations_overflowed", metric_type::gauge,
           "Operations that are counted together, as other.");
  to.value({}, std::uint64_t{seen.overflowed});
}

}  // namespace

void write_operation_metrics(metric_writer& to, rows all, overflow seen) {
  write_calls(to, all);
  write_attempts(to, all);
  write_retries(to, all);
  write_hedges(to, all);
  write_call_durations(to, all);
  write_attempt_durations(to, all);
  write_pauses(to, all);
  write_breakers(to, all);
  write_levels(to, all);
  write_about_metrics(to, all, seen);
  write_database_metrics(to, all);
}

}  // namespace holdfast
