#include "holdfast/chaos/proxy_stats.hpp"

#include <nlohmann/json.hpp>

namespace holdfast {
namespace {

using json = nlohmann::ordered_json;

json as_json(proxy_traffic const& traffic) {
  return {{"received", traffic.received},
          {"passed_on", traffic.passed_on},
          {"swallowed", traffic.swallowed}};
}

}  // namespace

std::string to_text(proxy_stats const& stats) {
  std::string text = std::to_string(stats.connections) + " connections, " +
                     std::to_string(stats.open) + " open, " +
                     std::to_string(stats.to_server.passed_on) + " bytes to the server, " +
                     std::to_string(stats.to_client.passed_on) + " to the client";
  std::string_view separator = "; ";
  auto const append = [&](std::string_view name, std::uint64_t count) {
    if (count == 0) return;
    text.append(separator).append(name).append(" ").append(std::to_string(count));
    separator = ", ";
  };
  append("unreachable", stats.unreachable);
  append("swallowed bytes", stats.to_server.swallowed + stats.to_client.swallowed);
  for (auto const& each : names_of<proxy_fault_kind>::table) {
    append(each.name, stats.count(each.value));
  }
  return text;
}

std::string to_json(proxy_stats const& stats) {
  json faults = json::object();
  for (auto const& each : names_of<proxy_fault_kind>::table) {
    faults[std::string{each.name}] = stats.count(each.value);
  }
  json in_force = json::array();
  for (auto const& each : stats.faults) {
    in_force.push_back(
        {{"id", each.id}, {"kind", enum_name(each.kind)}, {"strikes", each.strikes}});
  }
  return json{{"connections", stats.connections},
              {"open", stats.open},
              {"unreachable", stats.unreachable},
              {"to_server", as_json(stats.to_server)},
              {"to_client", as_json(stats.to_client)},
              {"faults", faults},
              {"in_force", in_force}}
      .dump();
}

}  // namespace holdfast
