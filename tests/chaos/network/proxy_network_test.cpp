// The proxy between real sockets on loopback: what a client sees is what the plan says.

#include "echo_server.hpp"
#include "holdfast/chaos/proxy.hpp"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>
#include <unistd.h>

namespace holdfast {
namespace {

using namespace std::chrono_literals;

chaos_proxy proxy_to(echo_server const& server, std::string_view plan, proxy_options options = {}) {
  auto parsed = parse_proxy_plan(plan, "test");
  EXPECT_TRUE(parsed) << (parsed ? "" : describe(parsed.error()));
  options.to = server.address();
  auto opened = chaos_proxy::open(std::move(options), parsed.value_or(proxy_plan{}));
  if (!opened) throw std::runtime_error{describe(opened.error())};
  return std::move(*opened);
}

TEST(ChaosProxy, DataPassesIntactWithoutAFault) {
  echo_server server;
  auto proxy = proxy_to(server, "");
  test_client client{proxy.address()};

  client.send("hello");
  EXPECT_EQ(client.receive(5).bytes, "hello");
  client.end_sending();
  EXPECT_TRUE(client.receive(1).end);

  EXPECT_TRUE(eventually([&] { return proxy.stats().open == 0; }));
  auto const stats = proxy.stats();
  EXPECT_EQ(stats.connections, 1U);
  EXPECT_EQ(stats.to_server, (proxy_traffic{5, 5, 0}));
  EXPECT_EQ(stats.to_client, (proxy_traffic{5, 5, 0}));
}

TEST(ChaosProxy, ACutIsAnEndOfTheStreamBehindItsBytes) {
  echo_server server;
  auto proxy = proxy_to(server, "faults: [{kind: cut, direction: to_client, at_byte: 3}]");
  test_client client{proxy.address()};

  client.send("abcdef");
  auto const got = client.receive(100);

  EXPECT_EQ(got.bytes, "abc");
  EXPECT_TRUE(got.end);
  EXPECT_EQ(server.received(), 6U);
  EXPECT_TRUE(eventually([&] { return server.open() == 0; }));
}

TEST(ChaosProxy, AResetIsSeenAsOne) {
  echo_server server;
  auto proxy = proxy_to(server, "faults: [{kind: reset, direction: to_server, at_byte: 3}]");
  test_client client{proxy.address()};

  client.send("abcdef");

  EXPECT_EQ(client.receive(100).error, ECONNRESET);
  EXPECT_EQ(proxy.stats().count(proxy_fault_kind::reset), 1U);
}

TEST(ChaosProxy, AHalfOpenLinkIsSilentAndOpen) {
  echo_server server;
  auto proxy = proxy_to(server, "");
  test_client client{proxy.address()};
  client.send("a");
  client.receive(1);
  proxy_fault fault;
  fault.kind = proxy_fault_kind::half_open;
  ASSERT_TRUE(proxy.add(fault));

  EXPECT_EQ(client.send("lost"), 0);
  auto const got = client.receive(1, 300);

  EXPECT_EQ(got.error, EAGAIN);
  EXPECT_FALSE(got.end);
  EXPECT_EQ(server.received(), 1U);
  EXPECT_EQ(server.open(), 1);
  EXPECT_EQ(proxy.stats().to_server.swallowed, 4U);
}

TEST(ChaosProxy, AHalfOpenLinkWhoseClientIsClosedKeepsTheServerWaiting) {
  echo_server server;
  auto proxy = proxy_to(server, "faults: [{kind: half_open, pattern: x, closes: client}]");
  test_client client{proxy.address()};

  client.send("x");

  EXPECT_TRUE(client.receive(1).end);
  std::this_thread::sleep_for(100ms);
  EXPECT_EQ(server.open(), 1);
  EXPECT_EQ(proxy.stats().open, 1U);
  EXPECT_EQ(proxy.end_all(), 1U);
  EXPECT_TRUE(eventually([&] { return server.open() == 0 && proxy.stats().open == 0; }));
}

TEST(ChaosProxy, AClientThatLeavesAHalfOpenLinkIsNotToldToTheServer) {
  echo_server server;
  auto proxy = proxy_to(server, "faults: [{kind: half_open, pattern: x}]");
  {
    test_client client{proxy.address()};
    client.send("x");
    EXPECT_TRUE(eventually([&] { return server.accepted() == 1; }));
  }
  std::this_thread::sleep_for(100ms);

  EXPECT_EQ(server.open(), 1);
}

TEST(ChaosProxy, ClosingAHalfOpenLinkEndsAReadThatWaits) {
  echo_server server;
  auto proxy = proxy_to(server, "faults: [{kind: half_open}]");
  test_client client{proxy.address()};
  test_client::received got;
  std::thread reader{[&] { got = client.receive(1); }};
  std::this_thread::sleep_for(50ms);

  proxy.end_all(proxy_fault_kind::cut);
  reader.join();

  EXPECT_TRUE(got.end);
}

TEST(ChaosProxy, AShutdownOfOneWayLeavesTheOther) {
  echo_server server;
  auto proxy = proxy_to(
      server, "faults: [{kind: shutdown, direction: to_server, pattern: b, delivered: true}]");
  test_client client{proxy.address()};

  client.send("abc");
  auto const got = client.receive(100);

  EXPECT_EQ(got.bytes, "ab");
  EXPECT_TRUE(got.end);
}

TEST(ChaosProxy, ALostAnswerReachedTheServerAsARequest) {
  echo_server server;
  auto proxy = proxy_to(server, "faults: [{kind: answer_lost, pattern: COMMIT}]");
  test_client client{proxy.address()};

  client.send("COMMIT");
  auto const got = client.receive(100);

  EXPECT_EQ(got.bytes, "");
  EXPECT_TRUE(got.end);
  EXPECT_EQ(server.received(), 6U);
}

TEST(ChaosProxy, ALostRequestNeverReachedTheServer) {
  echo_server server;
  auto proxy = proxy_to(server, "faults: [{kind: request_lost}]");
  test_client client{proxy.address()};

  client.send("COMMIT");

  EXPECT_TRUE(client.receive(100).end);
  EXPECT_TRUE(eventually([&] { return server.accepted() == 1 && server.open() == 0; }));
  EXPECT_EQ(server.received(), 0U);
}

TEST(ChaosProxy, ABlackHoleTakesConnectionsAndIsSilent) {
  echo_server server;
  auto proxy = proxy_to(server, "faults: [{kind: black_hole}]");
  test_client client{proxy.address()};

  EXPECT_EQ(client.connect_error(), 0);
  client.send("hello");

  EXPECT_EQ(client.receive(1, 300).error, EAGAIN);
  EXPECT_EQ(server.accepted(), 0);
}

TEST(ChaosProxy, WhileItRefusesNobodyListens) {
  echo_server server;
  auto proxy = proxy_to(server, "");
  ASSERT_TRUE(proxy.add_text("faults: [{kind: refuse}]"));

  EXPECT_EQ(test_client{proxy.address()}.connect_error(), ECONNREFUSED);
  EXPECT_EQ(proxy.clear(), 1U);

  test_client client{proxy.address()};
  client.send("x");
  EXPECT_EQ(client.receive(1).bytes, "x");
}

TEST(ChaosProxy, DelayAndThrottleTakeTheirTime) {
  echo_server server;
  auto proxy = proxy_to(server,
                        "faults: [{kind: delay, direction: to_server, delay: 100ms},"
                        " {kind: throttle, direction: to_client, bytes_per_second: 10000}]");
  test_client client{proxy.address()};
  auto const began = std::chrono::steady_clock::now();

  client.send(std::string(2000, 'x'));
  EXPECT_EQ(client.receive(2000).bytes.size(), 2000U);

  EXPECT_GE(std::chrono::steady_clock::now() - began, 240ms);
}

TEST(ChaosProxy, CorruptBytesKeepTheirNumber) {
  echo_server server;
  auto proxy = proxy_to(server, "faults: [{kind: corrupt, direction: to_client, byte_share: 1}]");
  test_client client{proxy.address()};

  client.send(std::string(100, 'x'));
  auto const got = client.receive(100).bytes;

  EXPECT_EQ(got.size(), 100U);
  EXPECT_EQ(got.find('x'), std::string::npos);
}

TEST(ChaosProxy, AServerThatCanNotBeReachedIsAReset) {
  std::string nobody;
  {
    echo_server gone;
    nobody = gone.address();
  }
  auto proxy = chaos_proxy::open({.to = nobody});
  ASSERT_TRUE(proxy);
  test_client client{proxy->address()};

  EXPECT_EQ(client.receive(1).error, ECONNRESET);
  EXPECT_EQ(proxy->stats().unreachable, 1U);
}

TEST(ChaosProxy, UnixSocketsCanStandOnBothSides) {
  echo_server server;
  std::string const folder = testing::TempDir() + "proxy" + std::to_string(::getpid());
  auto inner = proxy_to(server, "", {.listen = "unix:" + folder + ".inner"});
  auto outer = chaos_proxy::open({.to = inner.address(), .listen = "unix:" + folder + ".outer"});
  ASSERT_TRUE(outer);
  test_client client{outer->address()};

  client.send("hello!");

  EXPECT_EQ(client.receive(100).bytes, "hello!");
  outer->stop();
  EXPECT_NE(::access((folder + ".outer").c_str(), F_OK), 0);
}

TEST(ChaosProxy, AddressesThatCanNotBeUsedAreProblems) {
  echo_server server;
  EXPECT_FALSE(chaos_proxy::open({.to = "nowhere"}));
  EXPECT_FALSE(chaos_proxy::open({.to = server.address(), .listen = server.address()}));
  EXPECT_FALSE(chaos_proxy::open({.to = server.address(), .control = server.address()}));
}

TEST(ChaosProxy, AFaultThatIsWrongIsNotAdded) {
  echo_server server;
  auto proxy = proxy_to(server, "");
  proxy_fault fault;
  fault.message = "Q";

  EXPECT_FALSE(proxy.add(fault));
  EXPECT_FALSE(proxy.add_text("faults: [{kind: delay}]"));
  EXPECT_TRUE(proxy.stats().faults.empty());
}

std::uint64_t checksum(std::uint64_t sum, std::string_view bytes) {
  for (char const c : bytes) sum = (sum ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
  return sum;
}

#if defined(__SANITIZE_ADDRESS__)
#define HOLDFAST_ADDRESS_SANITIZER 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define HOLDFAST_ADDRESS_SANITIZER 1
#endif
#endif
#ifdef HOLDFAST_ADDRESS_SANITIZER
constexpr bool memory_tells = false;  // freed memory is kept for a while, to catch its users
#else
constexpr bool memory_tells = true;
#endif

std::uint64_t resident_bytes() {
  std::uint64_t pages = 0;
  if (FILE* const file = std::fopen("/proc/self/statm", "r")) {
    unsigned long size = 0;
    unsigned long resident = 0;
    if (std::fscanf(file, "%lu %lu", &size, &resident) == 2) pages = resident;
    std::fclose(file);
  }
  return pages * 4096;
}

TEST(ChaosProxy, ALargeTransferIsIntactBothWaysInBoundedMemory) {
  constexpr std::size_t total = std::size_t{64} << 20U;
  echo_server server;
  auto proxy = proxy_to(server, "");
  test_client client{proxy.address()};
  std::uint64_t sent = 0;
  std::uint64_t got = 0;
  std::size_t size = 0;
  std::uint64_t const before = resident_bytes();

  std::thread sender{[&] {
    std::string block(1U << 16U, '\0');
    for (std::size_t at = 0; at < total; at += block.size()) {
      for (std::size_t i = 0; i < block.size(); ++i) {
        block[i] = static_cast<char>('a' + ((at >> 12U) + i * 7) % 26);
      }
      sent = checksum(sent, block);
      client.send(block);
    }
  }};
  while (size < total) {
    auto const part = client.receive(std::min<std::size_t>(total - size, 1U << 20U));
    if (part.bytes.empty()) break;
    size += part.bytes.size();
    got = checksum(got, part.bytes);
  }
  sender.join();

  EXPECT_EQ(size, total);
  EXPECT_EQ(got, sent);
  EXPECT_TRUE(!memory_tells || resident_bytes() < before + (std::uint64_t{16} << 20U));
  RecordProperty("grown_kib", static_cast<int>((resident_bytes() - before) / 1024));
}

TEST(ChaosProxy, AReceiverThatDoesNotReadStopsItsSender) {
  echo_server server;
  auto proxy =
      proxy_to(server, "faults: [{kind: throttle, direction: to_server, bytes_per_second: 10}]");
  test_client client{proxy.address()};
  std::thread sender{[&] { client.send(std::string(std::size_t{32} << 20U, 'x')); }};
  std::this_thread::sleep_for(200ms);

  EXPECT_LT(proxy.stats().to_server.received, std::uint64_t{96} << 10U);
  proxy.end_all(proxy_fault_kind::reset);
  proxy.stop();
  sender.join();
}

TEST(ChaosProxy, AThousandConnectionsAreServedAtOnce) {
  constexpr std::size_t count = 1000;
  echo_server server;
  auto proxy = proxy_to(server, "");
  std::vector<std::unique_ptr<test_client>> clients;
  for (std::size_t i = 0; i < count; ++i) {
    clients.push_back(std::make_unique<test_client>(proxy.address()));
  }
  for (auto const& each : clients) ASSERT_EQ(each->send("hello"), 0);
  for (auto const& each : clients) ASSERT_EQ(each->receive(5).bytes, "hello");

  EXPECT_EQ(proxy.stats().open, count);
  clients.clear();
  EXPECT_TRUE(eventually([&] { return proxy.stats().open == 0 && server.open() == 0; }));
}

TEST(ChaosProxy, BeyondItsLimitConnectionsWait) {
  echo_server server;
  auto proxy = proxy_to(server, "", {.max_connections = 1});
  auto first = std::make_unique<test_client>(proxy.address());
  first->send("a");
  EXPECT_EQ(first->receive(1).bytes, "a");
  test_client second{proxy.address()};
  second.send("b");
  EXPECT_EQ(second.receive(1, 100).error, EAGAIN);

  first.reset();

  EXPECT_EQ(second.receive(1).bytes, "b");
}

TEST(ChaosProxy, ItsMethodsMayBeCalledFromManyThreads) {
  echo_server server;
  auto proxy = proxy_to(server, "");
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int round = 0; round < 25; ++round) {
        test_client client{proxy.address()};
        client.send("x");
        proxy.add_text("faults: [{kind: reset, at_byte: 100}]");
        client.receive(1, 1000);
        static_cast<void>(proxy.stats());
        proxy.clear();
      }
    });
  }
  for (auto& each : threads) each.join();
  EXPECT_EQ(proxy.stats().connections, 100U);
  proxy.stop();
  EXPECT_EQ(proxy.stats().open, 0U);
}

}  // namespace
}  // namespace holdfast
