#include "holdfast/classify/http_answer.hpp"

#include <gtest/gtest.h>

namespace holdfast {
namespace {

TEST(NotJson, APageForPeopleIsATransientFailureOfTheService) {
  auto const seen = classify_not_json(
      {.status = 200, .content_type = "text/html; charset=utf-8", .body = "<!DOCTYPE html>"});

  ASSERT_TRUE(seen);
  EXPECT_EQ(seen->category, category::transient);
  EXPECT_EQ(seen->fault, fault::dependency);
  EXPECT_EQ(seen->advice, advice::if_idempotent);
  EXPECT_EQ(seen->code, (failure_code{code_kind::http, "200"}));
  EXPECT_EQ(seen->text, "JSON was promised, and what came is text/html");
}

struct answer_case {
  char const* type;
  char const* body;
};

TEST(NotJson, IsWhatSaysSoOrBeginsSo) {
  for (auto const& each : {answer_case{"text/html", ""}, answer_case{"text/html", "{}"},
                           answer_case{"application/xml", "<a/>"}, answer_case{"", "<html>"},
                           answer_case{"text/plain", "  Service down"},
                           answer_case{"application/octet-stream", "\x1F\x8B"}}) {
    EXPECT_TRUE(classify_not_json({.content_type = each.type, .body = each.body})) << each.type;
  }
}

TEST(NotJson, IsNoneOfTheTypesAndBeginningsOfJson) {
  for (auto const& each :
       {answer_case{"application/json", "<html>"}, answer_case{" Application/JSON ;x=1", ""},
        answer_case{"application/problem+json", ""}, answer_case{"text/json", ""},
        answer_case{"", "\xEF\xBB\xBF {\"a\":1}"}, answer_case{"text/plain", "[1]"},
        answer_case{"text/plain", "null"}, answer_case{"", ""}}) {
    EXPECT_FALSE(classify_not_json({.content_type = each.type, .body = each.body})) << each.type;
  }
}

TEST(NotJson, AnAnswerWithoutABodyIsNotJudged) {
  for (int const status : {204, 205, 304}) {
    EXPECT_FALSE(classify_not_json({.status = status, .content_type = "text/html"})) << status;
  }
}

TEST(AnswerVerdict, APartThatIsGoodIsASuccessToTheGuard) {
  answer_verdict const partly{
      .extent = answer_extent::partial, .missing = 1, .why = {.category = category::not_found}};
  answer_verdict const failed{.extent = answer_extent::nothing,
                              .why = {.category = category::transient}};

  EXPECT_FALSE(failure_in(answer_verdict{}));
  EXPECT_FALSE(failure_in(partly));
  EXPECT_EQ(failure_in(failed), failed.why);
}

TEST(AnswerJudge, FindsThePartialSuccessInsideATwoHundred) {
  answer_judge const judge = [](http_answer const& seen) {
    bool const some_missing = seen.body.find(R"("not_found":[")") != std::string_view::npos;
    return some_missing ? answer_verdict{.extent = answer_extent::partial, .missing = 1}
                        : answer_verdict{};
  };

  EXPECT_EQ(judge({.body = R"({"molecules":[{}],"not_found":["CHEMBL0"]})"}).missing, 1U);
  EXPECT_EQ(judge({.body = R"({"molecules":[{}],"not_found":[]})"}).extent, answer_extent::whole);
}

}  // namespace
}  // namespace holdfast
