#include "telemetry/database_metrics.hpp"

#include <array>
#include <map>
#include <string>
#include <utility>

namespace holdfast {
namespace {

[[nodiscard]] std::uint64_t as_number(breaker_state state) noexcept {
  switch (state) {
    case breaker_state::closed:
    case breaker_state::disabled:
    case breaker_state::observe_only: return 0;
    case breaker_state::open:
    case breaker_state::forced_open: return 1;
    case breaker_state::half_open:
    case breaker_state::ramping: return 2;
  }
  return 0;
}

void write_errors(metric_writer& to, std::span<row_reading const> all) {
  std::map<std::pair<std::string_view, std::string_view>, std::uint64_t> counts;
  for (row_reading const& each : all) {
    if (each.kind != operation_kind::database || each.counts == nullptr) continue;
    for_each_failure(*each.counts,
                     [&](std::string_view what, std::string_view how_bad, std::uint64_t count) {
                       counts[{what, how_bad}] += count;
                     });
  }
  to.begin("database_errors_total", metric_type::counter,
           "Failed attempts of operations of kind database.");
  for (auto const& [key, count] : counts) {
    to.value({{"category", key.first}, {"severity", key.second}}, count);
  }
}

void write_retries(metric_writer& to, std::span<row_reading const> all) {
  to.begin("database_retries_total", metric_type::counter,
           "Retries of operations of kind database, by their number within the call.");
  for (row_reading const& each : all) {
    if (each.kind != operation_kind::database || each.counts == nullptr) continue;
    for (std::size_t i = 0; i < event_counts::told_retries; ++i) {
      bool const last = i + 1 == event_counts::told_retries;
      std::string const number = std::to_string(i + 1) + (last ? "+" : "");
      std::uint64_t const count = each.counts->retries[i].load();
      if (count > 0) to.value({{"operation", each.name}, {"attempt", number}}, count);
    }
  }
}

void write_states(metric_writer& to, std::span<row_reading const> all) {
  to.begin("database_circuit_breaker_state", metric_type::gauge,
           "0: all calls are admitted; 1: none is; 2: some are, to find out.");
  for (row_reading const& each : all) {
    if (each.kind != operation_kind::database || !each.guard) continue;
    to.value({{"operation", each.name}}, as_number(each.guard->breaker.state));
  }
}

void write_success_rates(metric_writer& to, std::span<row_reading const> all) {
  to.begin("retry_success_rate", metric_type::gauge,
           "Calls that succeeded after a retry, as a share of those that were retried.");
  for (row_reading const& each : all) {
    if (each.counts == nullptr) continue;
    std::uint64_t const recovered = each.counts->recovered_calls.load();
    std::uint64_t const retried = recovered + each.counts->failed_after_retry.load();
    if (retried == 0) continue;
    to.value({{"operation", each.name}},
             static_cast<double>(recovered) / static_cast<double>(retried));
  }
}

}  // namespace

void write_database_metrics(metric_writer& to, std::span<row_reading const> all) {
  write_errors(to, all);
  write_retries(to, all);
  write_states(to, all);
  write_success_rates(to, all);
}

}  // namespace holdfast
