#include "redact/taken.hpp"

#include <array>

namespace holdfast {
namespace {

TEST(CleanTexts, WordsAboutSecretsAreNone) {
  expect_unchanged(std::to_array<std::string_view>({
      "bucket exhausted; tokens left: 20; max_tokens=4096 prompt_tokens=120",
      "unexpected token: '}' at line 3",
      "syntax error near unexpected token `('",
      "duplicate key value violates unique constraint \"users_pkey\"",
      "primary key: id; foreign key: user_id; sort_key=created_at partition_key=2026-11",
      "password: required",
      "Password must be at least 8 characters",
      "invalid password attempt 3 of 5",
      "Access denied for user 'root'@'localhost' (using password: YES)",
      "no password supplied; secret not found; key rotated",
      "the cookie policy: see docs; cookie: none",
      "Bearer authentication is required",
      "login successful for user bob; login: bob",
      "Secret \"db-credentials\" created; secretName: db-credentials",
      "author: John Smith <x>; authority: example.org:443",
      "pass: 12 fail: 3 skip: 0 passed=12 passenger=bob compass: north",
      "std::token::kind == token::identifier",
      "please select one of the options; update your settings set by default",
      "select the row where it hurts; values (1, 2, 3) inserted",
      "mysql -u root -p db",
      "curl: (28) Operation timed out after 2000 milliseconds",
  }));
}

TEST(CleanTexts, PlaceholdersStayAsTheyAre) {
  expect_unchanged(std::to_array<std::string_view>({
      "password= user=x",
      "PASSWORD=",
      R"(password="" user="x")",
      "password=null token=None secret=undefined",
      "password=${DB_PASSWORD} token=$TOKEN secret={{ secret }} pw=%s",
      "<password> token=<token> api_key=[FILTERED] secret=(secret)",
      "password=******** token=xxxxxxxx",
      "password%3D%2A%2A%2A%20user%3Dx",
      "password=[redacted] host=db",
      "PWD=/home/me OLDPWD=/tmp HOME=/home/me",
      "password_file=/run/secrets/pw passfile=/dev/null token_type=bearer expires_in=3600",
  }));
}

TEST(CleanTexts, WhatOnlyLooksMadeByChanceStays) {
  expect_unchanged(std::to_array<std::string_view>({
      "traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
      "x-request-id: 6f1c1d2e-8a55-4c1e-9b7a-6b86b273ff34",
      "idempotency_key=6f1c1d2e-8a55-4c1e-9b7a-6b86b273ff34",
      "next_page_token=abc123def456ghi789",
      "session_id=6f1c1d2e-8a55-4c1e-9b7a-6b86b273ff34",
      "github_sha=4f9a0c1d2e3b4a5f6071829a0b1c2d3e4f506172",
      "image sha256:4f9a0c1d2e3b4a5f6071829a0b1c2d3e4f5061724f9a0c1d2e3b4a5f60718293",
      "etag W/\"5feceb66ffc86f38d952786c6d696c79\"",
      "checksum=5feceb66ffc86f38d952786c6d696c79c2dbc239dd4e91b46729d73a27fb57e9",
      "payload SGVsbG8gd29ybGQsIHRoaXMgaXMgYSB0ZXN0",
      "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQC7 bob@host",
      "-----BEGIN CERTIFICATE-----\nMIIBIjANBgkqhkiG9w0B\n-----END CERTIFICATE-----",
      "inchikey: BSYNRYMUTXBXSQ-UHFFFAOYSA-N smiles=CC(=O)Oc1ccccc1C(=O)O",
  }));
}

TEST(CleanTexts, AHashInsideOfANameStays) {
  expect_unchanged(std::to_array<std::string_view>({
      "run test_9e107d9d372bb6826bd81d3542a419d6_migration ok",
      "test_da39a3ee5e6b4b0d3255bfef95601890afd80709_migration",
  }));
}

TEST(CleanTexts, AddressesOfServicesStay) {
  expect_unchanged(std::to_array<std::string_view>({
      "https://example.org:8443/path?x=1&page=2#frag",
      "http://[::1]:8080/a postgres://u@h:5432/db",
      "git clone https://github.com/org/repo.git",
      "POST /oauth/token -> 401 secret/data/foo read",
      "mail to https://example.org/?to=a@b.example",
  }));
}

TEST(CleanTexts, AnyBytesComeOutAsTheyWentIn) {
  using namespace std::string_view_literals;
  expect_unchanged(
      std::to_array<std::string_view>({""sv, "\0"sv, "\xFF\xFE\0\x80 =\0:"sv, "%"sv, R"(\)"sv}));
}

TEST(CleanTexts, PersonalDataStaysUnlessItIsAskedFor) {
  expect_unchanged(std::to_array<std::string_view>(
      {"mail to bob@x.example bounced", "card 4111 1111 1111 1111", "caller +1 202 555 0143"}));
}

TEST(CleanTexts, TypesNumbersAndNamesBehindTheNameOfASecretStay) {
  expect_unchanged(std::to_array<std::string_view>({
      "export interface Login { token: string; password: string }",
      "password: str = Field(min_length=8)",
      "otp=26 sig=SIGTERM",
      "password:\nhost: db1",
      "for token in tokens:\n    print(token)\n",
      "  for name, secret in self.secrets:\n    check(name, secret)\n",
      "def f():\n    while not token:\n        wait()\n",
      "if password:\n    connect(password)\n",
      R"({"code":"for token in tokens:\n    print(token)\n"})",
      "for%20token%20in%20tokens%3A%0A%20%20%20%20print%28token%29%0A",
      "document_key: 6f1c1d2e-8a55-4c1e-9b7a-6b86b273ff34",
      "client_id=6f1c1d2e-8a55-4c1e-9b7a-6b86b273ff34 scope=read",
      R"({"clientId":"6f1c1d2e-8a55-4c1e-9b7a-6b86b273ff34"})",
      "GET /authorize?client_id=6f1c1d2e-8a55-4c1e-9b7a-6b86b273ff34&state=x",
      "cache-key-5feceb66ffc86f38d952786c6d696c79",
  }));
}

}  // namespace
}  // namespace holdfast
