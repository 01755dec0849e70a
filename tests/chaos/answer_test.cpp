#include "chaos/answer.hpp"

#include <gtest/gtest.h>

namespace holdfast {
namespace {

using namespace std::chrono_literals;
using enum fault_kind;

constexpr std::string_view page = R"({"molecules": [{"id": 1}], "page_meta": {}})";
/// 22 November 2026, 08:28:00.25 UTC.
constexpr wall_time now{std::chrono::milliseconds{1'795'336'080'250}};

exchange answer_to(fault_verdict const& verdict, bool keep_alive = true) {
  return answer(verdict, {}, std::string{page}, {now, keep_alive, "/m.json?limit=2"});
}

fault_verdict verdict_of(fault_kind kind) {
  fault_verdict verdict;
  verdict.kind = kind;
  return verdict;
}

std::string first_bytes(exchange const& todo) {
  return std::get<send_bytes>(todo.steps.at(0)).bytes;
}

bool has(std::string const& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

TEST(Answer, APageInGoodOrderKeepsTheConnection) {
  auto const todo = answer_to(verdict_of(none));
  auto const text = first_bytes(todo);

  EXPECT_TRUE(text.starts_with("HTTP/1.1 200 OK\r\n"));
  EXPECT_TRUE(has(text, "Date: Sun, 22 Nov 2026 08:28:00 GMT\r\n"));
  EXPECT_TRUE(has(text, "Content-Length: " + std::to_string(page.size()) + "\r\n"));
  EXPECT_TRUE(text.ends_with("\r\n\r\n" + std::string{page}));
  EXPECT_EQ(todo.end, exchange_end::keep);
}

TEST(Answer, AClientThatWantsToCloseIsClosed) {
  auto const todo = answer_to(verdict_of(none), false);

  EXPECT_TRUE(has(first_bytes(todo), "Connection: close\r\n"));
  EXPECT_EQ(todo.end, exchange_end::close);
}

TEST(Answer, EveryErrorHasItsStatusAndType) {
  struct row {
    fault_kind kind;
    std::string_view status;
    std::string_view type;
  };
  for (auto const& [kind, status, type] :
       {row{unavailable, "503", "application/json"}, row{maintenance_page, "503", "text/html"},
        row{bad_gateway, "502", "text/html"}, row{html_instead, "200", "text/html"},
        row{throttled, "429", "application/json"}, row{server_error, "500", "application/json"},
        row{poison, "500", "application/json"}, row{gateway_timeout, "504", "application/json"},
        row{quota, "429", "application/json"}}) {
    auto const text = first_bytes(answer_to(verdict_of(kind)));
    EXPECT_TRUE(text.starts_with("HTTP/1.1 " + std::string{status})) << enum_name(kind);
    EXPECT_TRUE(has(text, "Content-Type: " + std::string{type})) << enum_name(kind);
  }
  EXPECT_TRUE(has(first_bytes(answer_to(verdict_of(server_error))), "traceback"));
}

TEST(Answer, RetryAfterIsRoundedUpInBothForms) {
  auto verdict = verdict_of(unavailable);
  verdict.retry_after = retry_hint{1500ms, false};
  EXPECT_TRUE(has(first_bytes(answer_to(verdict)), "Retry-After: 2\r\n"));

  verdict.retry_after = retry_hint{1s, true};
  EXPECT_TRUE(has(first_bytes(answer_to(verdict)), "Retry-After: Sun, 22 Nov 2026 08:28:02 GMT"));
}

TEST(Answer, TheQuotaIsToldInAHeader) {
  auto verdict = verdict_of(none);
  verdict.used = quota_use{0.6, false};
  EXPECT_TRUE(has(first_bytes(answer_to(verdict)),
                  "X-Throttling-Control: Request Count status: Yellow (60%), "));

  verdict = verdict_of(quota);
  verdict.used = quota_use{1, true};
  verdict.refused_with = quota_status::unavailable;
  auto const text = first_bytes(answer_to(verdict));
  EXPECT_TRUE(text.starts_with("HTTP/1.1 503"));
  EXPECT_TRUE(has(text, "Black (100%)"));
}

TEST(Answer, AResetSendsNothing) {
  auto const todo = answer_to(verdict_of(reset));

  EXPECT_TRUE(todo.steps.empty());
  EXPECT_EQ(todo.end, exchange_end::reset);
}

TEST(Answer, ABrokenBodyAnnouncesMoreThanItSends) {
  for (auto const kind : {reset_in_body, short_body}) {
    auto const todo = answer_to(verdict_of(kind));
    auto const text = first_bytes(todo);
    EXPECT_TRUE(has(text, "Content-Length: " + std::to_string(page.size()) + "\r\n"));
    EXPECT_TRUE(text.ends_with(page.substr(0, page.size() / 2)));
    EXPECT_EQ(todo.end, kind == short_body ? exchange_end::close : exchange_end::reset);
  }
}

TEST(Answer, TruncatedJsonIsACompleteAnswer) {
  auto const todo = answer_to(verdict_of(truncated_json));

  EXPECT_TRUE(has(first_bytes(todo), "Content-Length: " + std::to_string(page.size() / 2)));
  EXPECT_EQ(todo.end, exchange_end::keep);
}

TEST(Answer, AStallIsSilentUntilItsLimit) {
  auto const todo = answer_to(verdict_of(stall));

  EXPECT_EQ(std::get<keep_silent>(todo.steps.at(0)).time, 60s);
  EXPECT_EQ(todo.end, exchange_end::close);
}

TEST(Answer, ADripSendsThePageByteByByte) {
  auto const todo = answer_to(verdict_of(slow_drip));
  auto const& drip = std::get<drip_bytes>(todo.steps.at(1));

  EXPECT_EQ(drip.bytes, page);
  EXPECT_EQ(drip.at_once, 1U);
  EXPECT_EQ(drip.apart, 1s);
}

TEST(Answer, AnEndlessBodyIsBoundedAndAnnouncesNoLength) {
  auto const todo = answer_to(verdict_of(endless_body));

  EXPECT_FALSE(has(first_bytes(todo), "Content-Length"));
  EXPECT_EQ(std::get<flood_bytes>(todo.steps.at(1)).total, 64_MiB);
  EXPECT_EQ(todo.end, exchange_end::close);
}

TEST(Answer, ARedirectLoopLeadsToItselfUntilItGivesUp) {
  EXPECT_TRUE(has(first_bytes(answer_to(verdict_of(redirect_loop))),
                  "Location: /m.json?limit=2&chaos_hop=1\r\n"));
  EXPECT_TRUE(has(first_bytes(redirect(8, {now, true, "/m.json?limit=2&chaos_hop=7"})),
                  "Location: /m.json?limit=2&chaos_hop=8\r\n"));
  EXPECT_TRUE(
      has(first_bytes(redirect(8, {now, true, "/m.json"})), "Location: /m.json?chaos_hop=8\r\n"));
  EXPECT_TRUE(first_bytes(redirect(1001, {now, true, "/m.json"})).starts_with("HTTP/1.1 508"));
}

TEST(Answer, AnOutageIsAResetOrA503) {
  auto verdict = verdict_of(outage);
  EXPECT_EQ(answer_to(verdict).end, exchange_end::reset);

  verdict.outage = outage_kind::unavailable;
  EXPECT_TRUE(first_bytes(answer_to(verdict)).starts_with("HTTP/1.1 503"));
}

TEST(Answer, TheWaitOfAVerdictComesFirst) {
  auto verdict = verdict_of(none);
  verdict.wait = 250ms;

  EXPECT_EQ(answer_to(verdict).wait, 250ms);
}

}  // namespace
}  // namespace holdfast
