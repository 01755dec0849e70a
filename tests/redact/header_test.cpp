#include "redact/taken.hpp"

#include <array>

namespace holdfast {
namespace {

TEST(Headers, TheSchemeStaysAndTheCredentialsGo) {
  expect_cases(std::to_array<redaction_case>({
      {"> Authorization: Bearer tr0ub4dor.abc-def", "> Authorization: Bearer ~"},
      {"Proxy-Authorization: Basic dHIwdWI0ZG9y==", "Proxy-Authorization: Basic ~"},
      {R"(curl -H "Authorization: token tr0ub4dor" https://api.example)",
       R"(curl -H "Authorization: token ~" https://api.example)"},
      {"authorization: [Bearer tr0ub4dor]", "authorization: [Bearer ~]"},
      {R"(-H Authorization:Bearer\ tr0ub4dor)", R"(-H Authorization:Bearer\ ~)"},
      {"'Authorization': 'Bearer tr0ub4dor', 'Accept': '*/*'",
       "'Authorization': 'Bearer ~', 'Accept': '*/*'"},
      {R"({"authorization":"Bearer tr0ub4dor","x-api-key":"tr0ub4dor"})",
       R"({"authorization":"Bearer ~","x-api-key":"~"})"},
      {R"(Authorization: Digest username="bob", realm="x", nonce="abc", response="tr0ub4dor")",
       "Authorization: Digest ~"},
      {"Authorization: AWS4-HMAC-SHA256 Credential=AKI/2026/x, SignedHeaders=host, Signature=0ab1",
       "Authorization: AWS4-HMAC-SHA256 ~"},
      {"sent Bearer 0a1B2c3D4e5F6g7H8i9J to peer", "sent Bearer ~ to peer"},
  }));
}

TEST(Headers, CookiesGoTogether) {
  expect_cases(std::to_array<redaction_case>({
      {"Cookie: session=tr0ub4dor; theme=dark", "Cookie: ~"},
      {"Set-Cookie: sid=tr0ub4dor; Path=/; HttpOnly", "Set-Cookie: ~"},
      {R"({"cookie":"a=tr0ub4dor; b=2","n":1})", R"({"cookie":"~","n":1})"},
      {"curl -H 'Cookie: a=tr0ub4dor' https://x.example", "curl -H 'Cookie: ~' https://x.example"},
  }));
}

TEST(Headers, KeysInHeadersOfTheirOwn) {
  expect_cases(std::to_array<redaction_case>({
      {"X-Api-Key: tr0ub4dor", "X-Api-Key: ~"},
      {"x-vault-token: tr0ub4dor", "x-vault-token: ~"},
      {"X-Amz-Security-Token=tr0ub4dor", "X-Amz-Security-Token=~"},
      {"Ocp-Apim-Subscription-Key: tr0ub4dor", "Ocp-Apim-Subscription-Key: ~"},
  }));
}

}  // namespace
}  // namespace holdfast
