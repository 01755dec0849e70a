#include "redact/taken.hpp"

#include <array>

namespace holdfast {
namespace {

TEST(Tokens, AreKnownByTheirPrefixWithoutAnyKey) {
  // In two parts each, so that no scanner takes this file for a leak.
  constexpr auto tokens = std::to_array<std::array<std::string_view, 2>>({
      {"AKIA", "QYLPMN5HHHFPZAM2"},
      {"ghp_", "0a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R"},
      {"github_pat_", "11AAAAAA0a1B2c3D4e5F6g_7H8i9J0k1L2m3N4o5P6q7R"},
      {"glpat-", "0a1B2c3D4e5F6g7H8i9J"},
      {"xoxb-", "123456789012-123456789012-0a1B2c3D4e5F6g7H8i9J0k1L"},
      {"sk_live_", "0a1B2c3D4e5F6g7H8i9J0k1L"},
      {"npm_", "0a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R"},
      {"AIza", "SyA0a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P"},
      {"SG.", "0a1B2c3D4e5F6g7H8i9J0k.1L2m3N4o5P6q7R8s9T0u1V2w3X4y5Z6a7B8c9D0e1F2"},
      {"hvs.", "0a1B2c3D4e5F6g7H8i9J0k1L"},
      {"eyJ", "hbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.0a1B2c3D4e5F6g7H8i9J0k1L"},
      {"hooks.slack.com/services/", "T00000000/B00000000/0a1B2c3D4e5F6g7H8i9J0k1L"},
      {"0a1", "7Q~0a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P"},
      {"0a1b2c3d4e5f60718293a4b5c6d7e8f9", "-us12"},
      {"123456789", ":AAH0a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P"},
  });
  redactor const by;
  for (auto const& [first, second] : tokens) {
    std::string const token = std::string{first} + std::string{second};
    EXPECT_EQ(by.redact("got " + token + ", again"), with_marks("got ~, again")) << token;
    EXPECT_EQ(by.redact("\\\"" + token + "\\\""), with_marks("\\\"~\\\"")) << token;
    EXPECT_EQ(by.redact("x%3D" + token + "%26"), with_marks("x%3D~%26")) << token;
  }
}

TEST(Tokens, WordsThatBeginLikeOneStay) {
  expect_unchanged(std::to_array<std::string_view>({
      "AKIA ghp_ xoxb-my-bot-token sk-learn hf_transformer npm_config_registry",
      "glpat-xxxxxxxxxxxxxxxxxxxx API-Version: 2 key-value SG. eyJ",
      "AKIAxxxxxxxxxxxxxxxx blackAKIAQYLPMN5HHHFPZAM2",
  }));
}

TEST(Tokens, KeyBlocksKeepTheirFrame) {
  expect_cases(std::to_array<redaction_case>({
      {"-----BEGIN RSA PRIVATE KEY-----\nMIIEpAIB\nAAKC\n-----END RSA PRIVATE KEY-----\nx",
       "-----BEGIN RSA PRIVATE KEY-----~-----END RSA PRIVATE KEY-----\nx"},
      {R"({"k":"-----BEGIN PRIVATE KEY-----\nMIIEv\n-----END PRIVATE KEY-----\n","n":1})",
       R"({"k":"-----BEGIN PRIVATE KEY-----~-----END PRIVATE KEY-----\n","n":1})"},
      {"-----BEGIN%20OPENSSH%20PRIVATE%20KEY-----%0Ab3Blbn",
       "-----BEGIN%20OPENSSH%20PRIVATE%20KEY-----~"},
  }));
}

TEST(Tokens, PrivateKeysInBase64AreToldFromCertificates) {
  expect_cases(std::to_array<redaction_case>({
      {"x LS0tLS1CRUdJTiBSU0EgUFJJVkFURSBLRVktLS0tLQpNSUlFcEFJQkFBS0NBUUVB y", "x ~ y"},
      {"x LS0tLS1CRUdJTiBQUklWQVRFIEtFWS0tLS0tCk1JSUVwQUlCQUFLQ0FRRUE= y", "x ~ y"},
      {"x LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCk1JSUJJakFOQmdrcWhraUc5dzBC y",
       "x LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCk1JSUJJakFOQmdrcWhraUc5dzBC y"},
  }));
}

}  // namespace
}  // namespace holdfast
