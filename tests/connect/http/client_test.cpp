#include "holdfast/connect/http/client.hpp"

#include "connect/http/awaited_client.hpp"
#include "connect/http/outcomes/packed.hpp"
#include "connect/http/scripted_server.hpp"
#include "holdfast/redact/redact.hpp"

#include <chrono>
#include <cstdlib>
#include <string>
#include <thread>
#include <type_traits>

#include <gtest/gtest.h>

namespace holdfast::http {
namespace {

using namespace std::chrono_literals;
using testing::answer;
using testing::scripted_server;
using testing::then;

failure_code curl(char const* name) { return {code_kind::curl, name}; }

instant in(duration from_now) { return std::chrono::steady_clock::now() + from_now; }

request get(std::string url) { return {.url = std::move(url)}; }

/// What is promised of a client holds of both.
template <class Client>
class HttpClient : public ::testing::Test {};

struct by_client {
  template <class Client>
  static std::string GetName(int /*position*/) {
    return std::is_same_v<Client, client> ? "Blocking" : "InACoroutine";
  }
};

using both_clients = ::testing::Types<client, testing::awaited_client>;
TYPED_TEST_SUITE(HttpClient, both_clients, by_client);

TYPED_TEST(HttpClient, AGoodAnswerComesWhole) {
  scripted_server const server{
      {{answer("200 OK", "{\"a\":1}", "Content-Type: application/json\r\nX-Kelp: long\r\n")}}};
  TypeParam sender;

  auto const got = sender.send(get(server.url("/a?b=c")));

  ASSERT_TRUE(got) << describe(got.error());
  EXPECT_EQ(got->status, 200);
  EXPECT_EQ(got->body, "{\"a\":1}");
  EXPECT_EQ(got->content_type, "application/json");
  EXPECT_EQ(find_header(got->headers, "x-kelp"), "long");
  EXPECT_EQ(find_header(got->headers, "absent"), std::nullopt);
  EXPECT_EQ(got->effective_url, server.url("/a?b=c"));
  EXPECT_GT(got->duration, duration::zero());
}

TYPED_TEST(HttpClient, MethodHeadersAndBodyAreSent) {
  scripted_server const server{{{answer("201 Created", "")}}};
  TypeParam sender;
  request post{.url = server.url("/new"),
               .method = "POST",
               .headers = {{"X-Key", "7"}, {"X-Empty", ""}},
               .body = "hello"};

  ASSERT_TRUE(sender.send(post));

  std::string const text = server.requests().at(0).text;
  EXPECT_TRUE(text.starts_with("POST /new HTTP/1.1\r\n")) << text;
  EXPECT_NE(text.find("X-Key: 7\r\n"), std::string::npos);
  EXPECT_NE(text.find("X-Empty:\r\n"), std::string::npos);
  EXPECT_TRUE(text.ends_with("\r\n\r\nhello"));
}

TYPED_TEST(HttpClient, AConnectionIsUsedAgain) {
  scripted_server const server{{{answer("200 OK", "x")}}};
  TypeParam sender;

  ASSERT_TRUE(sender.send(get(server.url())));
  ASSERT_TRUE(sender.send(get(server.url())));

  EXPECT_EQ(server.requests().at(1).connection, 1);
}

// A server that hangs up on a kept connection: libcurl itself then sends a request again.
TYPED_TEST(HttpClient, OnlyARepeatableRequestIsSentAgainBehindTheCallersBack) {
  std::vector<testing::scripted_answer> const script{
      {answer("200 OK", "x")}, {"", then::close}, {"", then::close}};
  scripted_server const for_get{script};
  scripted_server const for_post{script};
  TypeParam sender;
  ASSERT_TRUE(sender.send(get(for_get.url())));
  ASSERT_TRUE(sender.send(get(for_post.url())));

  auto const lost = sender.send(get(for_get.url()));
  auto const lost_post = sender.send({.url = for_post.url(), .method = "POST", .body = "pay"});

  EXPECT_EQ(lost.error().category, category::connection);
  EXPECT_EQ(for_get.requests().size(), 3U);
  EXPECT_EQ(lost_post.error().advice, advice::if_idempotent);
  EXPECT_EQ(for_post.requests().size(), 2U);
}

TYPED_TEST(HttpClient, AnUnavailableServiceIsAFailureWithItsWait) {
  scripted_server const server{
      {{answer("503 Service Unavailable", "<html>", "Retry-After: 3\r\n")}}};
  TypeParam sender;

  auto const got = sender.send(get(server.url("/p?token=secret")));

  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().code, (failure_code{code_kind::http, "503"}));
  EXPECT_EQ(got.error().category, category::transient);
  EXPECT_EQ(got.error().advice, advice::after_wait);
  EXPECT_EQ(got.error().retry_after, duration{3s});
  EXPECT_EQ(got.error().text.view(), "Service Unavailable (GET " + server.url("/p") + ")");
}

TYPED_TEST(HttpClient, AServerErrorIsSafeToRepeatForAGetAndNotForAPost) {
  scripted_server const server{{{answer("500 Internal Server Error", "trace")}}};
  TypeParam sender;

  auto const got = sender.send(get(server.url()));
  auto const posted = sender.send({.url = server.url(), .method = "POST", .body = "x"});
  auto const keyed = sender.send(
      {.url = server.url(), .method = "POST", .body = "x", .repeatable = repeatable::yes});

  EXPECT_EQ(got.error().advice, advice::after_backoff);
  EXPECT_EQ(posted.error().advice, advice::if_idempotent);
  EXPECT_EQ(keyed.error().advice, advice::after_backoff);
}

TYPED_TEST(HttpClient, AResetBeforeTheHeadersIsALostConnection) {
  scripted_server const server{{{"", then::reset}}};
  TypeParam sender;

  auto const got = sender.send({.url = server.url(), .method = "POST", .body = "x"});

  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().category, category::connection);
  EXPECT_EQ(got.error().fault, fault::dependency);
  EXPECT_EQ(got.error().advice, advice::if_idempotent);  // it was sent
}

TYPED_TEST(HttpClient, ABodyCutShortIsALostConnection) {
  for (auto const* bytes :
       {"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nshort\r\n"}) {
    scripted_server const server{{{bytes, then::close}}};
    TypeParam sender;

    auto const got = sender.send(get(server.url()));

    ASSERT_FALSE(got);
    EXPECT_EQ(got.error().category, category::connection) << describe(got.error());
    EXPECT_EQ(got.error().advice, advice::after_backoff);
  }
}

TYPED_TEST(HttpClient, AFailureWhoseBodyBreaksIsStillThatFailure) {
  scripted_server const server{
      {{"HTTP/1.1 429 Slow\r\nRetry-After: 2\r\nContent-Length: 100\r\n\r\nx", then::reset}}};
  TypeParam sender;

  auto const got = sender.send(get(server.url()));

  EXPECT_EQ(got.error().category, category::throttled);
  EXPECT_EQ(got.error().retry_after, duration{2s});
}

TYPED_TEST(HttpClient, BytesBehindTheEndOfAGzipStreamAreTheServersFault) {
  std::string const packed{"\x1f\x8b\x08\0\0\0\0\0\0\x03\xab\xae\x05\0\x43\xbf\xa6\xa3\x02\0\0\0",
                           22};
  scripted_server const server{std::vector<holdfast::testing::scripted_answer>{
      {answer("200 OK", packed + "and more", "Content-Encoding: gzip\r\n")}}};
  TypeParam sender;

  auto const got = sender.send(get(server.url()));

  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().code.value.view(), "CURLE_BAD_CONTENT_ENCODING");
  EXPECT_EQ(got.error().fault, fault::dependency);
  EXPECT_EQ(got.error().advice, advice::after_backoff);
}

TYPED_TEST(HttpClient, AnAnswerThatStallsEndsAtTheDeadline) {
  scripted_server const server{{{"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nx", then::hold}}};
  TypeParam sender;
  instant const deadline = in(50ms);

  auto const got = sender.send({.url = server.url(), .deadline = deadline});

  EXPECT_GE(std::chrono::steady_clock::now(), deadline);
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().category, category::timeout);
  EXPECT_EQ(got.error().code, curl("CURLE_OPERATION_TIMEDOUT"));
}

TYPED_TEST(HttpClient, ADeadlineThatHasPassedSendsNothing) {
  scripted_server const server{{{answer("200 OK", "")}}};
  TypeParam sender;

  auto const got = sender.send({.url = server.url(), .method = "POST", .deadline = in(-1ms)});

  EXPECT_EQ(got.error().category, category::timeout);
  EXPECT_EQ(got.error().advice, advice::after_backoff);  // nothing was sent
  EXPECT_TRUE(server.requests().empty());
}

TYPED_TEST(HttpClient, AStopEndsTheRequestAtOnce) {
  scripted_server const server{{{"HTTP/1.1 200 OK\r\n", then::hold}}};
  TypeParam sender;
  std::stop_source source;
  std::thread stopper{[&] {
    while (server.requests().empty()) std::this_thread::yield();
    source.request_stop();
  }};

  auto const got =
      sender.send({.url = server.url(), .deadline = in(60s), .stop = source.get_token()});
  stopper.join();

  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().category, category::cancelled);
  EXPECT_EQ(got.error().fault, fault::nobody);
}

TYPED_TEST(HttpClient, AnAnswerOverTheLimitIsAFailureThatSaysSo) {
  std::string const big(5000, 'x');
  scripted_server const known{{{answer("200 OK", big), then::close}}};
  scripted_server const chunked{
      {{"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1388\r\n" + big + "\r\n0\r\n\r\n",
        then::close}}};
  TypeParam sender{{.max_body = {4999}}};
  TypeParam just_enough{{.max_body = {5000}}};

  for (auto const* server : {&known, &chunked}) {
    auto const got = sender.send(get(server->url()));
    ASSERT_FALSE(got);
    EXPECT_EQ(got.error().category, category::data);
    EXPECT_EQ(got.error().advice, advice::never);
    EXPECT_TRUE(
        got.error().text.view().starts_with("the answer is larger than the limit of 4999B"));
    EXPECT_TRUE(just_enough.send(get(server->url())));
  }
}

TYPED_TEST(HttpClient, HeadersOverTheLimitAreAFailure) {
  scripted_server const server{
      {{answer("200 OK", "", "X-Long: " + std::string(3000, 'x') + "\r\n"), then::close}}};
  TypeParam sender{{.max_headers = {2000}}};

  auto const got = sender.send(get(server.url()));

  ASSERT_FALSE(got);
  EXPECT_TRUE(got.error().text.view().starts_with("the headers of the answer are larger"));
}

TYPED_TEST(HttpClient, ARedirectIsFollowedByAGetAlone) {
  scripted_server const server{{{answer("302 Found", "", "Location: /there\r\n")},
                                {answer("200 OK", "here")},
                                {answer("302 Found", "", "Location: /there\r\n")}}};
  TypeParam sender;

  auto const got = sender.send(get(server.url("/a")));
  auto const posted = sender.send({.url = server.url("/a"), .method = "POST"});

  ASSERT_TRUE(got) << describe(got.error());
  EXPECT_EQ(got->body, "here");
  EXPECT_EQ(got->effective_url, server.url("/there"));
  EXPECT_EQ(posted.error().code, (failure_code{code_kind::http, "302"}));
}

TYPED_TEST(HttpClient, ARedirectLoopEnds) {
  scripted_server const server{{{answer("302 Found", "", "Location: /\r\n")}}};
  TypeParam sender;

  auto const got = sender.send(get(server.url()));

  EXPECT_EQ(got.error().code, curl("CURLE_TOO_MANY_REDIRECTS"));
  EXPECT_EQ(got.error().advice, advice::never);
  EXPECT_EQ(server.requests().size(), 6U);
}

TYPED_TEST(HttpClient, ARedirectToAnotherProtocolIsRefused) {
  scripted_server const server{{{answer("302 Found", "", "Location: file:///etc/passwd\r\n")}}};
  TypeParam sender;

  auto const got = sender.send(get(server.url()));

  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().code, curl("CURLE_UNSUPPORTED_PROTOCOL"));
  EXPECT_EQ(got.error().advice, advice::never);
}

TYPED_TEST(HttpClient, RubbishInPlaceOfAnAnswerIsTransient) {
  scripted_server const server{{{"SSH-2.0-OpenSSH_9.2\r\n\r\n\r\n", then::close}}};
  TypeParam sender;

  auto const got = sender.send(get(server.url()));

  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().code, curl("CURLE_WEIRD_SERVER_REPLY")) << describe(got.error());
  EXPECT_EQ(got.error().category, category::transient);
}

TYPED_TEST(HttpClient, AClosedPortIsUnreachableAndSafeToRepeat) {
  std::string const url = "http://127.0.0.1:" + std::to_string(testing::closed_port());
  TypeParam sender;

  auto const got = sender.send({.url = url, .method = "POST"});

  EXPECT_EQ(got.error().code, curl("CURLE_COULDNT_CONNECT"));
  EXPECT_EQ(got.error().category, category::connection);
  EXPECT_EQ(got.error().advice, advice::after_backoff);
}

TYPED_TEST(HttpClient, PasswordsDoNotReachTheText) {
  std::string const url =
      "http://user:hunter2@127.0.0.1:" + std::to_string(testing::closed_port()) + "/?key=hunter2";
  TypeParam sender;

  auto const got = sender.send(get(url));

  EXPECT_EQ(got.error().text.view().find("hunter2"), std::string_view::npos)
      << got.error().text.view();
}

TYPED_TEST(HttpClient, AProxyOfTheEnvironmentIsNotAskedForLoopback) {
  scripted_server const server{{{answer("200 OK", "direct")}}};
  std::string const nobody = "http://127.0.0.1:" + std::to_string(testing::closed_port());
  setenv("http_proxy", nobody.c_str(), 1);
  TypeParam sender;

  auto const got = sender.send(get(server.url()));
  unsetenv("http_proxy");

  ASSERT_TRUE(got) << describe(got.error());
  EXPECT_EQ(got->body, "direct");
}

TYPED_TEST(HttpClient, WhatCantBeSentIsRefused) {
  TypeParam sender;

  EXPECT_EQ(sender.send(get("ftp://example.org/")).error().code, curl("CURLE_URL_MALFORMAT"));
  EXPECT_EQ(sender.send(get("not a url")).error().code, curl("CURLE_URL_MALFORMAT"));
  EXPECT_EQ(sender.send({.url = "http://127.0.0.1/", .method = "GET /x"}).error().code,
            curl("CURLE_BAD_FUNCTION_ARGUMENT"));
  EXPECT_EQ(sender.send({.url = "http://127.0.0.1/", .headers = {{"A", "b\r\nC: d"}}}).error().code,
            curl("CURLE_BAD_FUNCTION_ARGUMENT"));
}

TYPED_TEST(HttpClient, SecretsThatTheProcessKnowsDoNotReachTheText) {
  ASSERT_TRUE(keep_secret("kelp-forest-42"));
  std::string const closed = "http://127.0.0.1:" + std::to_string(testing::closed_port());
  scripted_server const server{{{answer("404 Not Found", "")}}};
  TypeParam sender;

  auto const unreachable = sender.send(get(closed + "/hooks/kelp-forest-42"));
  auto const missing = sender.send(get(server.url("/hooks/kelp-forest-42")));
  forget_secrets();

  EXPECT_EQ(unreachable.error().text.view().find("forest"), std::string_view::npos);
  EXPECT_EQ(missing.error().text.view().find("forest"), std::string_view::npos);
  EXPECT_TRUE(missing.error().text.view().starts_with("Not Found (GET http://127.0.0.1"));
}

TYPED_TEST(HttpClient, AnotherOriginSeesNoCredentials) {
  scripted_server const other{{{answer("200 OK", "{}")}}};
  scripted_server const first{{{answer("302 Found", "", "Location: " + other.url("/b") + "\r\n")}}};
  std::string url = first.url("/a");
  url.insert(std::string_view{"http://"}.size(), "me:secret@");
  TypeParam sender;

  auto const got = sender.send({.url = url,
                                .headers = {{"Cookie", "secret"}, {"X-Api-Key", "secret"}},
                                .expects = expects::json,
                                .deadline = in(10s)});

  ASSERT_TRUE(got) << holdfast::describe(got.error());
  EXPECT_NE(first.requests().at(0).text.find("Authorization: Basic"), std::string::npos);
  std::string const seen = other.requests().at(0).text;
  EXPECT_EQ(seen.find("secret"), std::string::npos) << seen;
  EXPECT_EQ(seen.find("Authorization"), std::string::npos) << seen;
  EXPECT_NE(seen.find("Accept: application/json\r\n"), std::string::npos) << seen;
}

TYPED_TEST(HttpClient, ABodyHasTheTypeThatItIsGivenAndNoOther) {
  scripted_server const server{{{answer("200 OK", "")}}};
  TypeParam sender;

  ASSERT_TRUE(sender.send({.url = server.url(), .method = "POST", .body = "{}"}));
  ASSERT_TRUE(sender.send({.url = server.url(),
                           .method = "PUT",
                           .headers = {{"Content-Type", "application/json"}},
                           .body = "{}"}));
  ASSERT_TRUE(sender.send({.url = server.url(), .method = "PUT"}));

  EXPECT_EQ(server.requests().at(0).text.find("Content-Type"), std::string::npos);
  EXPECT_NE(server.requests().at(1).text.find("Content-Type: application/json\r\n"),
            std::string::npos);
  EXPECT_NE(server.requests().at(2).text.find("Content-Length: 0\r\n"), std::string::npos);
}

TYPED_TEST(HttpClient, GzipIsOfferedExceptForAPartOfABody) {
  std::string const packed = testing::gzip_of("kelp");
  scripted_server const server{{{answer("200 OK", packed, "Content-Encoding: gzip\r\n")},
                                {answer("206 Partial Content", "lp")}}};
  TypeParam sender;

  auto const whole = sender.send(get(server.url()));
  auto const part =
      sender.send({.url = server.url(), .headers = {{"Range", "bytes=2-3"}}, .deadline = in(10s)});

  ASSERT_TRUE(whole) << describe(whole.error());
  EXPECT_EQ(whole->body, "kelp");
  ASSERT_TRUE(part) << describe(part.error());
  EXPECT_NE(server.requests().at(0).text.find("Accept-Encoding: gzip\r\n"), std::string::npos);
  EXPECT_EQ(server.requests().at(1).text.find("Accept-Encoding"), std::string::npos);
}

TYPED_TEST(HttpClient, AHeadHasNoBodyToJudge) {
  scripted_server const server{
      {{"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
        "Content-Encoding: gzip\r\nContent-Length: 9\r\n\r\n",
        then::keep}}};
  TypeParam sender;

  auto const got = sender.send({.url = server.url(), .method = "HEAD", .expects = expects::json});

  ASSERT_TRUE(got) << describe(got.error());
  EXPECT_EQ(got->body, "");
}

TYPED_TEST(HttpClient, AnAnswerTellsHowNearItsLimitsWeAre) {
  scripted_server const server{
      {{answer("200 OK", "", "X-Throttling-Control: Request Count status: Yellow (60%)\r\n")}}};
  TypeParam sender;

  auto const got = sender.send(get(server.url()));

  ASSERT_TRUE(got);
  EXPECT_EQ(got->throttling, (throttling{throttle_level::yellow, 60}));
}

answer_verdict two_are_missing(http_answer const& seen) {
  EXPECT_EQ(seen.body, "{\"not_found\":[1,2]}");
  return {answer_extent::partial, 2, plain_failure(category::not_found)};
}

TYPED_TEST(HttpClient, APartOfAnAnswerIsGivenWithWhatItMisses) {
  scripted_server const server{{{answer("200 OK", "{\"not_found\":[1,2]}")}}};
  TypeParam sender;

  auto const got = sender.send({.url = server.url(), .judge = &two_are_missing});

  ASSERT_TRUE(got);
  EXPECT_EQ(got->extent, answer_extent::partial);
  EXPECT_EQ(got->missing, 2U);
}

TYPED_TEST(HttpClient, MovesWithItsConnections) {
  scripted_server const server{{{answer("200 OK", "x")}}};
  TypeParam first;
  ASSERT_TRUE(first.send(get(server.url())));

  TypeParam second = std::move(first);

  ASSERT_TRUE(second.send(get(server.url())));
  EXPECT_EQ(server.requests().at(1).connection, 1);
}

}  // namespace
}  // namespace holdfast::http
