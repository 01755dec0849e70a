#pragma once

#include "holdfast/chaos/proxy.hpp"
#include "postgres_server.hpp"

#include <chrono>
#include <memory>
#include <string>

#include <gtest/gtest.h>

namespace postgres_tests {

/// Tests that share one server, which they leave as they found it.
class with_server : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    if (has_postgres()) server = std::make_unique<postgres_server>();
  }
  static void TearDownTestSuite() { server.reset(); }
  void SetUp() override {
    if (!has_postgres()) GTEST_SKIP() << "PostgreSQL 15 is not installed";
  }

  /// A proxy before the server; what goes wrong is added to it by `fault`.
  void open_proxy() {
    auto const plan = holdfast::parse_proxy_plan("protocol: postgres", "test");
    ASSERT_TRUE(plan);
    auto opened = holdfast::chaos_proxy::open({.to = server->socket_address()}, *plan);
    ASSERT_TRUE(opened);
    proxy = std::make_unique<holdfast::chaos_proxy>(std::move(*opened));
  }
  void fault(std::string const& what) const {
    ASSERT_TRUE(proxy->add_text("faults: [{" + what + "}]"));
  }
  [[nodiscard]] holdfast::postgres::connection through_proxy() const {
    auto opened = holdfast::postgres::connection::open(
        {.conninfo = server->tcp_conninfo(proxy->port(), "sslmode=disable gssencmode=disable")});
    EXPECT_TRUE(opened) << describe(opened.error());
    return std::move(*opened);
  }

  /// Limits that end so soon.
  [[nodiscard]] static holdfast::postgres::call_limits within(holdfast::duration patience) {
    return {.deadline = std::chrono::steady_clock::now() + patience};
  }

  // NOLINTNEXTLINE(*-avoid-non-const-global-variables): gtest's way to share what is costly
  static inline std::unique_ptr<postgres_server> server;
  std::unique_ptr<holdfast::chaos_proxy> proxy;
};

/// How long something takes.
template <class Action>
holdfast::duration time_of(Action const& action) {
  auto const began = std::chrono::steady_clock::now();
  action();
  return std::chrono::steady_clock::now() - began;
}

}  // namespace postgres_tests
