#include "holdfast/chaos/proxy_plan.hpp"

#include "chaos/byte_pattern.hpp"
#include "chaos/fault_book.hpp"
#include "chaos/proxy_address.hpp"

#include <string>

#include <gtest/gtest.h>

namespace holdfast {
namespace {

using namespace std::chrono_literals;

std::string problems_of(std::string_view text) {
  auto const plan = parse_proxy_plan(text, "a.proxy.yaml");
  return plan ? "" : describe(plan.error());
}

TEST(ProxyPlan, AnEmptyFileLetsEverythingPass) {
  auto const plan = parse_proxy_plan("# nothing goes wrong\n", "a.proxy.yaml");

  ASSERT_TRUE(plan);
  EXPECT_TRUE(plan->faults.empty());
}

TEST(ProxyPlan, AFaultIsReadFieldByField) {
  auto const plan = parse_proxy_plan(R"(
protocol: postgres
faults:
  - {kind: half_open, direction: to_server, affects: to_client, connections: [1, 3], share: 0.5,
     times: 2, from: 1s, until: 2s, message: Q, containing: COMMIT, any_case: true, occurrence: 2,
     chance: 0.25, delivered: true, closes: client, kept_for: 3s}
  - {kind: delay, delay: 10ms, jitter: 5ms}
)",
                                     "a.proxy.yaml");

  ASSERT_TRUE(plan) << describe(plan.error());
  proxy_fault const& fault = plan->faults.at(0);
  EXPECT_EQ(fault.kind, proxy_fault_kind::half_open);
  EXPECT_EQ(fault.direction, proxy_direction::to_server);
  EXPECT_EQ(fault.affects, proxy_direction::to_client);
  EXPECT_EQ(fault.connections, (std::vector<std::uint64_t>{1, 3}));
  EXPECT_EQ(fault.times, 2U);
  EXPECT_EQ(fault.until, 2s);
  EXPECT_EQ(fault.containing, "COMMIT");
  EXPECT_TRUE(fault.delivered);
  EXPECT_EQ(fault.closes, proxy_sides::client);
  EXPECT_EQ(plan->faults.at(1).jitter, 5ms);
}

TEST(ProxyPlan, JsonIsAPlanToo) {
  EXPECT_EQ(problems_of(R"({"faults": [{"kind": "cut", "at_byte": 10}]})"), "");
}

TEST(ProxyPlan, EveryProblemIsToldWithItsPlace) {
  std::string const told = problems_of("faults:\n  - {kind: cutt}\n  - {kind: cut, at_bite: 3}\n");

  EXPECT_NE(told.find("a.proxy.yaml:2:"), std::string::npos);
  EXPECT_NE(told.find("a.proxy.yaml:3:"), std::string::npos);
  EXPECT_NE(told.find("at_byte"), std::string::npos);
}

TEST(ProxyPlan, WhatContradictsItselfIsRefused) {
  for (std::string_view const fault : {"{kind: cut, at_byte: 1, pattern: x}",
                                       "{kind: refuse, share: 0.5}",
                                       "{kind: refuse, at_byte: 3}",
                                       "{kind: black_hole, pattern: x}",
                                       "{kind: delay}",
                                       "{kind: cut, delay: 1s}",
                                       "{kind: throttle}",
                                       "{kind: cut, bytes_per_second: 5}",
                                       "{kind: corrupt}",
                                       "{kind: cut, byte_share: 0.1}",
                                       "{kind: corrupt, byte_share: 0.1, at_byte: 3}",
                                       "{kind: cut, affects: both}",
                                       "{kind: answer_lost, direction: both}",
                                       "{kind: cut, from: 2s, until: 1s}",
                                       "{kind: cut, pattern_hex: 5}",
                                       "{kind: cut, pattern_hex: ' '}",
                                       "{kind: cut, pattern_hex: xy}",
                                       "{kind: cut, containing: x}",
                                       "{kind: cut, message: QQ}",
                                       "{at_byte: 3}"}) {
    EXPECT_NE(problems_of("protocol: postgres\nfaults: [" + std::string{fault} + "]"), "") << fault;
  }
}

TEST(ProxyPlan, AMessageNeedsItsProtocol) {
  EXPECT_NE(problems_of("faults: [{kind: cut, message: Q}]").find("protocol: postgres"),
            std::string::npos);
}

TEST(ProxyPlan, TheNumberOfFaultsHasALimit) {
  std::string plan = "faults:\n";
  for (std::size_t i = 0; i <= max_proxy_faults; ++i) plan += "  - {kind: cut, at_byte: 1}\n";

  EXPECT_NE(problems_of(plan).find("64"), std::string::npos);
}

TEST(FaultBook, NobodyListensWhileAWindowOfRefuseIsOpen) {
  fault_book book{1};
  proxy_fault fault;
  fault.kind = proxy_fault_kind::refuse;
  fault.from = 1s;
  fault.until = 2s;
  book.add(fault, 10s);

  EXPECT_TRUE(book.listens(10s));
  EXPECT_EQ(book.next_change(10s), 11s);
  EXPECT_FALSE(book.listens(11s));
  EXPECT_EQ(book.next_change(11s), 12s);
  EXPECT_TRUE(book.listens(12s));
  EXPECT_EQ(book.next_change(12s), std::nullopt);
}

TEST(BytePattern, OverlappingMatchesAreAllFound) {
  byte_pattern pattern{"aba", false};

  EXPECT_EQ(pattern.find_end("ab"), std::nullopt);
  EXPECT_EQ(pattern.find_end("aba"), 1U);
  EXPECT_EQ(pattern.find_end("ba"), 2U);
}

TEST(ProxyAddress, HostsPortsAndPathsAreSplit) {
  EXPECT_EQ(parse_proxy_address("127.0.0.1:80")->port, "80");
  EXPECT_EQ(parse_proxy_address("localhost:80")->host, "localhost");
  EXPECT_EQ(parse_proxy_address("[::1]:80")->host, "::1");
  EXPECT_EQ(parse_proxy_address("unix:/tmp/s")->path, "/tmp/s");
  for (std::string_view const wrong : {"", "nowhere", ":80", "a:", "a:99999", "::1:80", "a:b",
                                       "unix:", "unix:relative", "[::1]"}) {
    EXPECT_FALSE(parse_proxy_address(wrong)) << wrong;
  }
  EXPECT_FALSE(parse_proxy_address("unix:/" + std::string(200, 'x')));
}

TEST(ProxyAddress, AnEndpointPrintsAsItWasWritten) {
  for (std::string const text : {"127.0.0.1:80", "[::1]:8080", "unix:/tmp/a.socket"}) {
    auto const endpoints = resolve(text);
    ASSERT_TRUE(endpoints) << text;
    EXPECT_EQ(to_text(endpoints->front()), text);
  }
}

}  // namespace
}  // namespace holdfast
