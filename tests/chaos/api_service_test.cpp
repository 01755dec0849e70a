#include "chaos/api_service.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace holdfast {
namespace {

using namespace std::chrono_literals;

api_service service_with(chaos_plan plan) {
  std::string lines;
  for (int i = 0; i < 50; ++i) lines += "{\"id\": " + std::to_string(i) + "}\n";
  return {{}, std::move(plan), *record_set::parse(lines, "test")};
}

std::string text_of(exchange const& todo) { return std::get<send_bytes>(todo.steps.at(0)).bytes; }

nlohmann::json json_of(std::string const& text) {
  return nlohmann::json::parse(text.substr(text.find("\r\n\r\n") + 4));
}

TEST(ApiService, FollowingNextReadsEveryRecordOnce) {
  auto service = service_with({});
  std::vector<int> seen;
  std::string target = "/molecule.json?limit=7&order_by=id";
  while (!target.empty()) {
    auto const page = json_of(text_of(service.respond({"GET", target}, 0s, {})));
    for (auto const& each : page["molecules"]) seen.push_back(each["id"]);
    auto const& next = page["page_meta"]["next"];
    target = next.is_null() ? "" : next.get<std::string>();
  }

  ASSERT_EQ(seen.size(), 50U);
  for (int i = 0; i < 50; ++i) EXPECT_EQ(seen[static_cast<std::size_t>(i)], i);
}

TEST(ApiService, WhatIsNoPageIsNeitherServedNorCounted) {
  auto service = service_with({.faults = {.reset = 1}});

  EXPECT_TRUE(
      text_of(service.respond({"POST", "/molecule.json"}, 0s, {})).starts_with("HTTP/1.1 405"));
  EXPECT_TRUE(text_of(service.respond({"GET", "/other.json"}, 0s, {})).starts_with("HTTP/1.1 404"));
  EXPECT_TRUE(text_of(service.respond({"GET", "/molecule.json?limit=x"}, 0s, {}))
                  .starts_with("HTTP/1.1 400"));
  EXPECT_TRUE(text_of(service.respond({"GET", "/molecule.json?chaos_hop=3"}, 0s, {}))
                  .starts_with("HTTP/1.1 302"));
  EXPECT_EQ(service.tally().requests(), 0U);
}

TEST(ApiService, StatsAreNeverSubjectToFaults) {
  auto service = service_with({.faults = {.reset = 1}});
  EXPECT_EQ(service.respond({"GET", "/molecule.json"}, 0s, {}).end, exchange_end::reset);

  auto const stats = json_of(text_of(service.respond({"GET", "/chaos/stats"}, 0s, {})));

  EXPECT_EQ(stats["requests"], 1);
  EXPECT_EQ(stats["faults"]["reset"], 1);
}

TEST(ApiService, AnOutageTurnsConnectionsAwayAndResetsThoseThatWereOpen) {
  auto service = service_with({.outages = {{.after_requests = 1, .lasts = 4s}}});
  EXPECT_FALSE(service.connect(0s));
  EXPECT_EQ(service.respond({"GET", "/molecule.json"}, 0s, {}).end, exchange_end::keep);

  EXPECT_EQ(service.respond({"GET", "/molecule.json"}, 1s, {}).end, exchange_end::reset);
  EXPECT_TRUE(service.connect(2s));
  EXPECT_FALSE(service.connect(5s));

  EXPECT_EQ(service.tally().count(fault_kind::outage), 2U);
}

TEST(ApiService, AnOutageThatAnswers503LetsConnectionsIn) {
  auto service =
      service_with({.outages = {{.after = 0s, .lasts = 4s, .kind = outage_kind::unavailable}}});

  EXPECT_FALSE(service.connect(1s));
  EXPECT_TRUE(
      text_of(service.respond({"GET", "/molecule.json"}, 1s, {})).starts_with("HTTP/1.1 503"));
}

}  // namespace
}  // namespace holdfast
