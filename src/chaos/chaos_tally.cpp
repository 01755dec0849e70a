#include "holdfast/chaos/chaos_tally.hpp"

#include <cmath>
#include <numeric>

#include <nlohmann/json.hpp>

namespace holdfast {
namespace {

std::string percent(double share) {
  auto const tenths = std::lround(share * 1000);
  return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + " %";
}

}  // namespace

void chaos_tally::add(fault_verdict const& verdict) {
  ++faults_[static_cast<std::size_t>(verdict.kind)];
  if (fails(verdict.kind)) return;
  records_ += verdict.page.records.size();
  for (std::size_t i = 0; i < page_flaw_count; ++i) flaws_[i] += verdict.page.flaws[i];
}

std::uint64_t chaos_tally::requests() const noexcept {
  return std::accumulate(faults_.begin(), faults_.end(), std::uint64_t{0});
}

std::uint64_t chaos_tally::failed() const noexcept {
  std::uint64_t sum = 0;
  for (auto const& each : names_of<fault_kind>::table) {
    if (fails(each.value)) sum += count(each.value);
  }
  return sum;
}

double chaos_tally::failed_share() const noexcept {
  auto const all = requests();
  return all == 0 ? 0 : static_cast<double>(failed()) / static_cast<double>(all);
}

std::string to_text(chaos_tally const& tally) {
  std::string text = std::to_string(tally.requests()) + " requests, " +
                     std::to_string(tally.failed()) + " failed (" + percent(tally.failed_share()) +
                     "), " + std::to_string(tally.records_) + " records served";
  std::string_view separator = "; ";
  auto const append = [&](std::string_view name, std::uint64_t count) {
    if (count == 0) return;
    text.append(separator).append(name).append(" ").append(std::to_string(count));
    separator = ", ";
  };
  for (auto const& each : names_of<fault_kind>::table) {
    if (each.value != fault_kind::none) append(each.name, tally.count(each.value));
  }
  for (auto const& each : names_of<page_flaw>::table) append(each.name, tally.count(each.value));
  return text;
}

std::string to_json(chaos_tally const& tally) {
  using json = nlohmann::ordered_json;
  json faults = json::object();
  for (auto const& each : names_of<fault_kind>::table) {
    if (each.value != fault_kind::none) faults[std::string{each.name}] = tally.count(each.value);
  }
  json flaws = json::object();
  for (auto const& each : names_of<page_flaw>::table) {
    flaws[std::string{each.name}] = tally.count(each.value);
  }
  return json{{"requests", tally.requests()},
              {"failed", tally.failed()},
              {"failed_share", tally.failed_share()},
              {"pages", tally.requests() - tally.failed()},
              {"records", tally.records_},
              {"connections", tally.connections_},
              {"abandoned", tally.abandoned_},
              {"faults", faults},
              {"flaws", flaws}}
      .dump();
}

}  // namespace holdfast
