#include "redact/taken.hpp"

#include <array>

namespace holdfast {
namespace {

TEST(CutTexts, TheBeginningOfASecretAtTheEndGoesToo) {
  constexpr std::string_view known = "correct horse battery";
  redactor const by{{}, std::array{known}};
  expect_cases(std::to_array<redaction_case>({
                   {"failed: postgres://user:hunt", "failed: postgres://user:~"},
                   {"failed: postgres%3A%2F%2Fuser%3Ahunt", "failed: postgres%3A%2F%2Fuser%3A~"},
                   {"{\"password\": \"hunt", "{\"password\": \"~"},
                   {"password='it''s hu", "password='~"},
                   {"curl -u me:hu", "curl -u me:~"},
                   {"Authorization: Bearer hu", "Authorization: Bearer ~"},
                   {"token ghp_0a", "token ~"},
                   {"it says correct ho", "it says ~"},
                   {"it says correct%20ho", "it says ~"},
                   {"INSERT INTO t VALUES ('hu", "INSERT INTO t VALUES ('~"},
                   {"Key (email)=(a@b.ex", "Key (email)=(~"},
                   {"thin:scott/hun", "thin:scott/~"},
               }),
               by, text_end::cut);
}

TEST(CutTexts, WhatMayBeAHostOrAWordStays) {
  redactor const by{{}, std::array<std::string_view, 1>{"correct horse battery"}};
  expect_cases(std::to_array<redaction_case>({
                   {"failed: http://db.example:54", "failed: http://db.example:54"},
                   {"failed: postgres://us", "failed: postgres://us"},
                   {"failed: cor", "failed: cor"},
                   {"failed: ghp", "failed: ghp"},
               }),
               by, text_end::cut);
}

TEST(CutTexts, AWholeTextKeepsWhatOnlyBeginsLikeASecret) {
  redactor const by{{}, std::array<std::string_view, 1>{"correct horse battery"}};

  EXPECT_EQ(by.redact("that is correct ho"), "that is correct ho");
  EXPECT_EQ(by.redact("see http://db.example:name"), "see http://db.example:name");
}

TEST(CutTexts, AnAtSignBeforeTheCutMayBeOneOfThePassword) {
  expect_cases(std::to_array<redaction_case>({
                   {"failed: postgres://app:P@ssw0rd", "failed: postgres://app:~"},
                   {"failed: postgres://app:P@ssw0rd@db/x", "failed: postgres://app:~@db/x"},
                   {"failed: http://db:80", "failed: http://db:80"},
               }),
               redactor{}, text_end::cut);
  expect_cases(std::to_array<redaction_case>({
      {"failed: postgres://app:P@ssw0rd…", "failed: postgres://app:~…"},
  }));
}

}  // namespace
}  // namespace holdfast
