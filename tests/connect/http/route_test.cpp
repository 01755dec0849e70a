#include "connect/http/route.hpp"

#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace holdfast::http {
namespace {

response redirect(std::string to, int status = 302) {
  response seen;
  seen.status = status;
  seen.headers = {{"Location", std::move(to)}};
  return seen;
}

request get(std::string url) {
  return {.url = std::move(url),
          .headers = {{"Authorization", "Bearer x"},
                      {"cookie", "a=b"},
                      {"X-Api-Key", "7"},
                      {"Accept", "text/csv"}}};
}

std::string names_of(std::vector<header> const& fields) {
  std::string names;
  for (auto const& each : fields) names += each.name + " ";
  return names;
}

TEST(Route, WithinAnOriginEverythingGoesAlong) {
  request const wanted = get("http://me:secret@kelp.example/a/b?c=d");
  route led{wanted, 5};

  EXPECT_EQ(led.on_answer(redirect("../e")), way::further);
  EXPECT_EQ(led.url(), "http://me:secret@kelp.example/e");
  EXPECT_EQ(led.on_answer(redirect("http://KELP.example:80/f")), way::further);
  EXPECT_EQ(led.url(), "http://me:secret@KELP.example:80/f");
  EXPECT_EQ(names_of(led.headers()), "Authorization cookie X-Api-Key Accept ");
}

TEST(Route, NothingAboutTheSenderGoesToAnotherOrigin) {
  for (auto const* elsewhere : {"http://other.example/", "//other.example/",
                                "http://kelp.example:8080/", "https://kelp.example/"}) {
    request const wanted = get("http://me:secret@kelp.example/a");
    route led{wanted, 5};

    EXPECT_EQ(led.on_answer(redirect(elsewhere)), way::further) << elsewhere;
    EXPECT_EQ(led.url().find("secret"), std::string::npos) << led.url();
    EXPECT_EQ(names_of(led.headers()), "Accept ") << elsewhere;
  }
}

TEST(Route, AWayBackDoesNotBringBackWhatWasLeftOff) {
  request const wanted = get("http://kelp.example/a");
  route led{wanted, 5};

  EXPECT_EQ(led.on_answer(redirect("http://other.example/")), way::further);
  EXPECT_EQ(led.on_answer(redirect("http://kelp.example/a")), way::further);

  EXPECT_EQ(names_of(led.headers()), "Accept ");
}

TEST(Route, FromHttpsNoWayLeadsToHttp) {
  request const secure = get("https://kelp.example/");
  request const plain = get("http://kelp.example/");
  route from_secure{secure, 5};
  route from_plain{plain, 5};

  EXPECT_EQ(from_secure.on_answer(redirect("http://kelp.example/")), way::forbidden);
  EXPECT_EQ(from_plain.on_answer(redirect("https://kelp.example/")), way::further);
  EXPECT_EQ(from_plain.on_answer(redirect("http://kelp.example/")), way::forbidden);
}

TEST(Route, OnlyQuestionsAreAskedElsewhere) {
  for (auto const* method : {"POST", "PUT", "DELETE", "OPTIONS"}) {
    request const wanted{.url = "http://kelp.example/", .method = method};
    EXPECT_EQ((route{wanted, 5}.on_answer(redirect("/b"))), way::arrived) << method;
  }
  request const with_body{.url = "http://kelp.example/", .body = "secret"};
  EXPECT_EQ((route{with_body, 5}.on_answer(redirect("/b"))), way::arrived);
  request const head{.url = "http://kelp.example/", .method = "HEAD"};
  EXPECT_EQ((route{head, 5}.on_answer(redirect("/b", 308))), way::further);
}

TEST(Route, TheLimitIsTheNumberOfRedirectsThatAreFollowed) {
  request const wanted = get("http://kelp.example/");
  route once{wanted, 1};
  route never{wanted, 0};

  EXPECT_EQ(once.on_answer(redirect("/b")), way::further);
  EXPECT_EQ(once.on_answer(redirect("/c")), way::too_far);
  EXPECT_EQ(never.on_answer(redirect("/b")), way::arrived);
}

TEST(Route, OtherAnswersAreTheLast) {
  request const wanted = get("http://kelp.example/");
  response without_place;
  without_place.status = 302;

  EXPECT_EQ((route{wanted, 5}.on_answer(without_place)), way::arrived);
  for (int const status : {200, 300, 304, 305, 404}) {
    EXPECT_EQ((route{wanted, 5}.on_answer(redirect("/b", status))), way::arrived) << status;
  }
  for (auto const* nowhere : {"", "http://", "file:///etc/passwd", "javascript:0"}) {
    EXPECT_NE((route{wanted, 5}.on_answer(redirect(nowhere))), way::further) << nowhere;
  }
}

TEST(Route, JsonIsAskedForUnlessTheRequestSaysWhat) {
  request silent{.url = "http://kelp.example/", .expects = expects::json};
  request outspoken = get("http://kelp.example/");
  outspoken.expects = expects::json;

  EXPECT_EQ((route{silent, 5}.headers().at(0).value), "application/json");
  EXPECT_EQ(names_of(route{outspoken, 5}.headers()), "Authorization cookie X-Api-Key Accept ");
}

}  // namespace
}  // namespace holdfast::http
