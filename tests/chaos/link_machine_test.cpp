#include "chaos/link_machine.hpp"

#include "link_script.hpp"

#include <algorithm>

#include <gtest/gtest.h>

namespace holdfast {
namespace {

using namespace std::chrono_literals;

TEST(LinkMachine, WithoutFaultsEverythingPassesAtOnce) {
  link_script link{""};

  link.client_sends("ask").server_sends("answer").client_ends();

  EXPECT_EQ(link.to_server, "ask");
  EXPECT_EQ(link.to_client, "answer");
  EXPECT_EQ(link.due, 0s);
  EXPECT_EQ(link.server, socket_order::end_of_stream);
  EXPECT_EQ(link.client, socket_order::keep);
}

TEST(LinkMachine, WhereBothHaveEndedBothAreClosed) {
  link_script link{""};

  link.client_ends().server_ends();

  EXPECT_EQ(link.client, socket_order::close);
  EXPECT_TRUE(link.link().finished());
}

TEST(LinkMachine, AResetIsPassedOn) {
  link_script link{""};

  link.breaks(side::server);

  EXPECT_EQ(link.client, socket_order::reset);
}

TEST(LinkMachine, ADelayMakesBytesLaterAndKeepsTheirOrder) {
  link_script link{"faults: [{kind: delay, direction: to_server, delay: 100ms, jitter: 50ms}]"};

  link.client_sends("a");
  duration const first = link.due;
  link.client_sends("b");

  EXPECT_GE(first, 100ms);
  EXPECT_LT(first, 150ms);
  EXPECT_GE(link.due, first);
  link.server_sends("c");
  EXPECT_EQ(link.due, 0s);
  EXPECT_EQ(link.strikes(), 2U);
}

TEST(LinkMachine, AThrottleSpreadsBytesOverTime) {
  link_script link{"faults: [{kind: throttle, direction: to_client, bytes_per_second: 1000}]"};

  link.server_sends(std::string(1000, 'x'));

  EXPECT_EQ(link.parcels, 20);
  EXPECT_EQ(link.due, 950ms);
  EXPECT_EQ(link.link().appetite(flow::to_client, 0s), 50U);
  EXPECT_EQ(link.link().appetite(flow::to_server, 0s), link_chunk);
  EXPECT_EQ(link.strikes(), 1U);
}

TEST(LinkMachine, ACutAtAByteLetsExactlySoManyPass) {
  for (std::size_t const size : {1U, 2U, 3U, 7U, 20U}) {
    link_script link{"faults: [{kind: cut, direction: to_client, at_byte: 5}]"};

    std::string const answer = "0123456789";
    for (std::size_t at = 0; at < answer.size(); at += size) {
      link.server_sends(std::string_view{answer}.substr(at, size));
    }

    EXPECT_EQ(link.to_client, "01234") << size;
    EXPECT_EQ(link.client, socket_order::close);
    EXPECT_EQ(link.server, socket_order::close);
    EXPECT_EQ(link.link().swallowed(flow::to_client), 5U);
  }
}

TEST(LinkMachine, WithoutADirectionACutHappensInTheFirstThatGetsThere) {
  link_script link{"faults: [{kind: cut, at_byte: 5}]"};

  link.client_sends("123").server_sends("1234567");

  EXPECT_EQ(link.to_server, "123");
  EXPECT_EQ(link.to_client, "12345");
}

TEST(LinkMachine, ACutMayLeaveOneSideOpen) {
  link_script link{"faults: [{kind: cut, at_byte: 1, closes: client}]"};

  link.client_sends("ab");

  EXPECT_EQ(link.client, socket_order::close);
  EXPECT_EQ(link.server, socket_order::keep);
  EXPECT_FALSE(link.link().finished());
  link.server_ends();
  EXPECT_TRUE(link.link().finished());
}

TEST(LinkMachine, APlaceWithSpreadIsDrawnFromSeedAndNumber) {
  auto const cut_at = [](std::uint64_t number, std::uint64_t seed) {
    link_script link{"faults: [{kind: cut, at_byte: 10, at_byte_spread: 1000}]", number, seed};
    link.client_sends(std::string(5000, 'x'));
    return link.to_server.size();
  };

  EXPECT_EQ(cut_at(1, 7), cut_at(1, 7));
  EXPECT_NE(cut_at(1, 7), cut_at(2, 7));
  EXPECT_NE(cut_at(1, 7), cut_at(1, 8));
  for (std::uint64_t number = 1; number < 50; ++number) {
    EXPECT_GE(cut_at(number, 7), 10U);
    EXPECT_LE(cut_at(number, 7), 1010U);
  }
}

TEST(LinkMachine, AResetByAgeStrikesAnIdleConnection) {
  link_script link{"faults: [{kind: reset, at_age: 2s}]"};

  EXPECT_EQ(link.link().next_time(0s), 2s);
  link.at(1999ms);
  EXPECT_EQ(link.client, socket_order::keep);
  link.at(2s);
  EXPECT_EQ(link.client, socket_order::reset);
  EXPECT_EQ(link.server, socket_order::reset);
}

TEST(LinkMachine, AWindowBoundsWhenAFaultStrikes) {
  link_script link{"faults: [{kind: delay, delay: 1s, from: 5s, until: 6s}]"};

  link.client_sends("a");
  EXPECT_EQ(link.due, 0s);
  link.at(5s).client_sends("b");
  EXPECT_EQ(link.due, 6s);
  link.at(7s).client_sends("c");
  EXPECT_EQ(link.due, 7s);
}

TEST(LinkMachine, AWindowResetsTheConnectionsThatItFinds) {
  link_script link{"faults: [{kind: reset, from: 5s, until: 6s}]"};

  EXPECT_EQ(link.link().next_time(0s), 5s);
  link.at(5s);

  EXPECT_EQ(link.client, socket_order::reset);
}

TEST(LinkMachine, AResetWithoutATriggerMeetsAConnectionBeforeTheServerIsAsked) {
  link_script link{"faults: [{kind: reset}]"};

  EXPECT_FALSE(link.link().wants_server());
}

TEST(LinkMachine, AHalfOpenLinkSwallowsBytesAndEnds) {
  link_script link{"faults: [{kind: half_open, direction: to_server, at_byte: 3}]"};

  link.client_sends("abcdef").server_sends("answer").client_ends();

  EXPECT_EQ(link.to_server, "abc");
  EXPECT_EQ(link.to_client, "");
  EXPECT_EQ(link.client, socket_order::keep);
  EXPECT_EQ(link.server, socket_order::keep);
  EXPECT_EQ(link.link().swallowed(flow::to_client), 6U);
}

TEST(LinkMachine, AHalfOpenLinkDoesNotPassAResetOn) {
  link_script link{"faults: [{kind: half_open}]"};

  link.at(0s).breaks(side::client);

  EXPECT_EQ(link.client, socket_order::reset);
  EXPECT_EQ(link.server, socket_order::keep);
}

TEST(LinkMachine, OneWayMayStopAndTheOtherGoOn) {
  link_script link{"faults: [{kind: half_open, affects: to_client}]"};

  link.client_sends("ask").server_sends("answer");

  EXPECT_EQ(link.to_server, "ask");
  EXPECT_EQ(link.to_client, "");
}

TEST(LinkMachine, AHalfOpenLinkMayCloseOneSideAndKeepTheOtherForATime) {
  link_script link{"faults: [{kind: half_open, closes: client, kept_for: 3s}]"};

  link.at(1s);
  EXPECT_EQ(link.client, socket_order::close);
  EXPECT_EQ(link.server, socket_order::keep);
  EXPECT_EQ(link.link().next_time(1s), 3s);
  link.at(3s);
  EXPECT_EQ(link.server, socket_order::close);
}

TEST(LinkMachine, AShutdownEndsOneDirectionAlone) {
  link_script link{"faults: [{kind: shutdown, direction: to_server, at_byte: 2}]"};

  link.client_sends("abcd").server_sends("answer");

  EXPECT_EQ(link.to_server, "ab");
  EXPECT_EQ(link.to_client, "answer");
  EXPECT_EQ(link.server, socket_order::end_of_stream);
  EXPECT_EQ(link.client, socket_order::keep);
}

TEST(LinkMachine, ABlackHoleWantsNoServerAndEndsWithItsClient) {
  link_script link{"faults: [{kind: black_hole}]"};

  EXPECT_FALSE(link.link().wants_server());
  link.client_sends("hello");
  EXPECT_EQ(link.to_server, "");
  EXPECT_EQ(link.client, socket_order::keep);
  link.client_ends();
  EXPECT_TRUE(link.link().finished());
}

TEST(LinkMachine, FaultsMeetTheConnectionsThatTheyName) {
  std::string_view const plan = "faults: [{kind: cut, at_byte: 0, connections: [2, 4]}]";
  for (std::uint64_t number = 1; number <= 5; ++number) {
    link_script link{plan, number};
    link.client_sends("x");
    EXPECT_EQ(link.client == socket_order::close, number == 2 || number == 4) << number;
  }
}

TEST(LinkMachine, AShareOfTheConnectionsIsDrawn) {
  int struck = 0;
  for (std::uint64_t number = 1; number <= 1000; ++number) {
    link_script link{"faults: [{kind: cut, at_byte: 0, share: 0.3}]", number};
    link.client_sends("x");
    struck += link.client == socket_order::close ? 1 : 0;
  }
  EXPECT_GT(struck, 250);
  EXPECT_LT(struck, 350);
}

TEST(LinkMachine, AFaultStrikesNoMoreThanItsTimes) {
  link_script link{"faults: [{kind: delay, delay: 1s, times: 2}]"};

  link.client_sends("a").client_sends("b");
  link.at(10s).client_sends("c");

  EXPECT_EQ(link.due, 10s);
  EXPECT_EQ(link.strikes(), 2U);
}

TEST(LinkMachine, ByteFlipsFollowTheirPlaceNotTheChunks) {
  std::string const bytes(10'000, '\0');
  auto const through = [&](std::size_t size) {
    link_script link{"faults: [{kind: corrupt, byte_share: 0.01}]"};
    for (std::size_t at = 0; at < bytes.size(); at += size) {
      link.client_sends(std::string_view{bytes}.substr(at, size));
    }
    return link.to_server;
  };

  std::string const whole = through(bytes.size());
  auto const flipped = std::count_if(whole.begin(), whole.end(), [](char c) { return c != 0; });
  EXPECT_GT(flipped, 60);
  EXPECT_LT(flipped, 140);
  EXPECT_EQ(through(1), whole);
  EXPECT_EQ(through(777), whole);
}

TEST(LinkMachine, OneByteIsCorruptedAtItsPlace) {
  link_script link{"faults: [{kind: corrupt, direction: to_server, at_byte: 2}]"};

  link.client_sends("ab").client_sends("cd");

  EXPECT_EQ(link.to_server.substr(0, 2), "ab");
  EXPECT_NE(link.to_server[2], 'c');
  EXPECT_EQ(link.to_server[3], 'd');
  EXPECT_EQ(link.strikes(), 1U);
}

TEST(LinkMachine, SeveralFaultsStrikeInTheOrderOfTheirPlaces) {
  link_script link{
      "faults: [{kind: cut, direction: to_server, at_byte: 6},"
      " {kind: corrupt, direction: to_server, pattern: b}]"};

  link.client_sends("abababab");

  EXPECT_EQ(link.to_server.size(), 6U);
  EXPECT_EQ(link.to_server[0], 'a');
  EXPECT_NE(link.to_server[1], 'b');
  EXPECT_NE(link.to_server[5], 'b');
  EXPECT_EQ(link.strikes(), 4U);
}

TEST(LinkMachine, ManyStrikesInAChunkMakeFewParcels) {
  link_script link{"faults: [{kind: corrupt, pattern: a}]"};

  link.client_sends(std::string(10'000, 'a'));

  EXPECT_EQ(link.strikes(), 10'000U);
  EXPECT_EQ(link.to_server.size(), 10'000U);
  EXPECT_EQ(link.parcels, 1);
}

TEST(LinkMachine, AFaultAddedLaterCountsFromThen) {
  link_script link{""};
  link.client_sends("0123456789");
  proxy_fault fault;
  fault.at_byte = 3;
  link.book().add(fault, 1s);

  link.at(1s).client_sends("abcdef");

  EXPECT_EQ(link.to_server, "0123456789abc");
}

TEST(LinkMachine, ClearedFaultsStrikeNoMore) {
  link_script link{"faults: [{kind: cut, at_byte: 3}]"};
  link.client_sends("ab");
  EXPECT_EQ(link.book().clear(), 1U);

  link.client_sends("cdef");

  EXPECT_EQ(link.to_server, "abcdef");
}

TEST(LinkMachine, AControlCallEndsEvenAHalfOpenLink) {
  link_script link{"faults: [{kind: half_open}]"};
  link.at(0s);

  link.after(link.link().end(proxy_fault_kind::reset, proxy_sides::both, 1s));

  EXPECT_EQ(link.client, socket_order::reset);
  EXPECT_EQ(link.server, socket_order::reset);
}

}  // namespace
}  // namespace holdfast
