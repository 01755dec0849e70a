// A client within guards: what is repeated, what is not, and what an attempt hands over.

#include "connect/http/scripted_server.hpp"
#include "holdfast/connect/http/client.hpp"
#include "holdfast/drive/guard.hpp"
#include "holdfast/testing.hpp"

#include <chrono>
#include <cstddef>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace holdfast::http {
namespace {

using namespace std::chrono_literals;
using holdfast::testing::answer;
using holdfast::testing::scripted_answer;
using holdfast::testing::scripted_server;
using holdfast::testing::then;

retry at_once() { return {.max_attempts = 3, .initial_delay = 1ms, .jitter = jitter::none}; }

std::size_t times_sent(request wanted, scripted_answer const& always) {
  scripted_server const server{std::vector<scripted_answer>{always}};
  guard const pay{"pay", at_once()};
  client by;
  wanted.url = server.url();
  auto const got = pay([&](attempt const& now) { return by.send(wanted, now); });
  EXPECT_FALSE(got);
  return server.requests().size();
}

TEST(GuardedClient, APostIsSentOnceUnlessItHasAKey) {
  request const plain{.url = {}, .method = "POST", .body = "pay"};
  request keyed = plain;
  keyed.headers.push_back({"idempotency-key", "7f3a"});
  request declared = plain;
  declared.repeatable = repeatable::yes;
  request doubtful = keyed;
  doubtful.repeatable = repeatable::no;

  for (auto const end : {then::close, then::reset}) {
    EXPECT_EQ(times_sent(plain, {"", end}), 1U);
    EXPECT_EQ(times_sent(keyed, {"", end}), 3U);
    EXPECT_EQ(times_sent(declared, {"", end}), 3U);
    EXPECT_EQ(times_sent(doubtful, {"", end}), 1U);
    EXPECT_EQ(times_sent({.url = {}}, {"", end}), 3U);
  }
  EXPECT_EQ(times_sent(plain, {answer("502 Bad Gateway", ""), then::close}), 1U);
}

TEST(GuardedClient, AStatusThatLeavesItOpenWhatHappenedRepeatsOnlyWhatMayBeSentTwice) {
  request const post{.url = {}, .method = "POST", .body = "pay"};
  request once{.url = {}};
  once.repeatable = repeatable::no;

  for (auto const* status : {"408 Request Timeout", "503 Busy", "507 Full", "522 Timed Out"}) {
    EXPECT_EQ(times_sent(post, {answer(status, "")}), 1U) << status;
    EXPECT_EQ(times_sent(once, {answer(status, "")}), 1U) << status;
    EXPECT_EQ(times_sent({.url = {}}, {answer(status, "")}), 3U) << status;
  }
  for (auto const* status : {"425 Too Early", "429 Slow"}) {
    EXPECT_EQ(times_sent(post, {answer(status, "")}), 3U) << status;
    EXPECT_EQ(times_sent(once, {answer(status, "")}), 3U) << status;
  }
}

TEST(GuardedClient, WhatMustNotBeSentTwiceIsNotEvenThroughAGuardThatCallsAllIdempotent) {
  scripted_server const server{{{answer("503 Busy", "")}, {answer("200 OK", "x")}}};
  retry all = at_once();
  all.idempotent = true;
  guard const pay{"pay", all};
  client by;
  request wanted{.url = server.url()};
  wanted.repeatable = repeatable::no;

  EXPECT_FALSE(pay([&](attempt const& now) { return by.send(wanted, now); }));
  EXPECT_EQ(server.requests().size(), 1U);
}

TEST(GuardedClient, APlainGetIsRepeatedUntilItIsAnswered) {
  scripted_server const server{
      {{answer("503 Busy", "")}, {"", then::reset}, {answer("200 OK", "x")}}};
  guard const page{"page", at_once(), breaker{}, attempt_timeout{5s}};
  client by;

  auto const got = page([&](attempt const& now) { return by.get(server.url(), now); });

  ASSERT_TRUE(got) << describe(got.error());
  EXPECT_EQ(server.requests().size(), 3U);
}

TEST(GuardedClient, AMisdirectedRequestIsRepeatedOnAConnectionOfItsOwn) {
  scripted_server const server{{{answer("421 Misdirected Request", "")}, {answer("200 OK", "x")}}};
  guard const page{"page", at_once()};
  client by;

  ASSERT_TRUE(page([&](attempt const& now) { return by.get(server.url(), now); }));

  EXPECT_EQ(server.requests().at(0).connection, 1);
  EXPECT_EQ(server.requests().at(1).connection, 2);
}

TEST(GuardedClient, TheContextTellsHowFarTheRequestCame) {
  scripted_server const server{std::vector<scripted_answer>{{"", then::close}}};
  guard const page{"page", retry{.max_attempts = 1}};
  client by;
  failure_context context;
  std::string url = server.url();
  auto const ask = [&](attempt const& now) { return by.get(url, now); };

  EXPECT_FALSE(page.with({.context = &context})(ask));
  EXPECT_EQ(context.how_far, phase::sent);

  url = "http://127.0.0.1:" + std::to_string(holdfast::testing::closed_port());
  EXPECT_FALSE(page.with({.context = &context})(ask));
  EXPECT_EQ(context.how_far, phase::not_sent);
}

TEST(Request, WithinAnAttemptTakesOverWhatTheAttemptKnows) {
  std::stop_source source;
  lone_attempt const soon{
      {.deadline = instant{} + 2s, .stop = source.get_token(), .correlation_id = "order-7"}};
  request const patient{.url = "http://kelp.example/", .deadline = instant{} + 9s};
  request const hasty{.url = "http://kelp.example/", .deadline = instant{} + 1s};

  request const joined = patient.within(soon);

  EXPECT_EQ(joined.deadline, instant{} + 2s);
  EXPECT_EQ(hasty.within(soon).deadline, instant{} + 1s);
  EXPECT_TRUE(joined.stop == source.get_token());
  EXPECT_EQ(find_header(joined.headers, "X-Request-Id"), "order-7");
  EXPECT_TRUE(patient.headers.empty());
}

TEST(Request, AnAttemptWithoutAStopLeavesTheRequestItsOwn) {
  std::stop_source source;
  failure_context context;
  request const own{.url = "http://kelp.example/", .stop = source.get_token(), .context = &context};

  request const joined = own.within(lone_attempt{});

  EXPECT_TRUE(joined.stop == source.get_token());
  EXPECT_EQ(joined.context, &context);
}

TEST(Request, ACorrelationIdNeitherReplacesAHeaderNorMakesOne) {
  lone_attempt const smuggled{{.correlation_id = "a\r\nX-Admin: yes"}};
  lone_attempt const named{{.correlation_id = "order-7"}};
  request const own{.url = "http://kelp.example/", .headers = {{"x-request-id", "mine"}}};

  EXPECT_TRUE(request{.url = "http://kelp.example/"}.within(smuggled).headers.empty());
  EXPECT_EQ(own.within(named).headers.size(), 1U);
}

}  // namespace
}  // namespace holdfast::http
