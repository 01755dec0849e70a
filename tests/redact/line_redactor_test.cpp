#include "holdfast/redact/line_redactor.hpp"

#include "redact/taken.hpp"

#include <array>

namespace holdfast {
namespace {

constexpr std::size_t window = line_redactor::window;

std::string in_pieces(std::string_view text, std::size_t size, redactor const& by = redactor{}) {
  line_redactor lines{by};
  std::string out;
  for (std::size_t at = 0; at < text.size(); at += size) lines.feed(text.substr(at, size), out);
  lines.finish(out);
  return out;
}

std::string words(std::size_t bytes) {
  std::string text;
  while (text.size() < bytes) text += "request served in 12 ms, ";
  text.resize(bytes);
  return text;
}

TEST(LineRedactor, TheSizeOfThePiecesChangesNothing) {
  std::string_view const text =
      "password=tr0ub4dor host=db\nclean\r\n\n{\"token\":\"tr0ub4dor\"}\nsecret: tr0ub4dor";
  std::string const shown =
      with_marks("password=~ host=db\nclean\r\n\n{\"token\":\"~\"}\nsecret: ~");

  for (std::size_t const size : {1U, 2U, 7U, 1000U}) EXPECT_EQ(in_pieces(text, size), shown);
}

TEST(LineRedactor, ALineIsToldAsSoonAsItsEndWasSeen) {
  line_redactor lines{redactor{}};
  std::string out;

  lines.feed("token=tr0ub", out);
  EXPECT_EQ(out, "");
  lines.feed("4dor x\nnext", out);
  EXPECT_EQ(out, with_marks("token=~ x\n"));
  lines.finish(out);
  EXPECT_EQ(out, with_marks("token=~ x\nnext"));
}

TEST(LineRedactor, ASecretAtTheBorderOfAWindowIsTakenWhole) {
  std::string_view const secret = "password=\"tr0ub4dor and more\"";
  for (std::size_t const before : {window - 70'000, window - 65'540, window - 65'536, window - 40,
                                   window - 10, window - 1, 2 * window - 65'550}) {
    std::string const text = words(before) + " " + std::string{secret} + " " + words(200'000);
    std::string const shown = words(before) + with_marks(" password=\"~\" ") + words(200'000);
    EXPECT_EQ(in_pieces(text, 100'000), shown) << before;
  }
}

TEST(LineRedactor, AKnownSecretAtTheBorderIsTakenToo) {
  redactor const by{{}, std::array<std::string_view, 1>{"correct horse battery"}};
  for (std::size_t before = window - 65'560; before < window - 65'500; before += 7) {
    std::string const text = words(before) + "correct horse battery" + words(100'000);
    EXPECT_EQ(in_pieces(text, 1 << 20, by), words(before) + with_marks("~") + words(100'000));
  }
}

TEST(LineRedactor, ASecretOfAnyLengthIsOneMark) {
  for (std::size_t const size : {window / 2, window, 3 * window + 17}) {
    std::string const text = words(1000) + " secret='" + std::string(size, 'y') + "' end";
    EXPECT_EQ(in_pieces(text, 50'000), words(1000) + with_marks(" secret='~' end")) << size;
  }
}

TEST(LineRedactor, AStatementGoesOnBehindTheBorder) {
  std::string given = "INSERT INTO t VALUES ";
  std::string shown = given;
  while (given.size() < 2 * window) {
    given += "('jane', 12), ";
    shown += with_marks("('~', 12), ");
  }

  EXPECT_EQ(in_pieces(given, 65'536), shown);
}

TEST(LineRedactor, AKeyIsFollowedFromLineToLine) {
  EXPECT_EQ(in_pieces("-----BEGIN RSA PRIVATE KEY-----\n"
                      "Proc-Type: 4,ENCRYPTED\n"
                      "MIIEpAIBAAKCAQEA\n"
                      "q83vEjRWeJCrze8=\n"
                      "-----END RSA PRIVATE KEY-----\n"
                      "MIIEpAIBAAKCAQEA\n",
                      5),
            with_marks("-----BEGIN RSA PRIVATE KEY-----\n~\n~\n~\n"
                       "-----END RSA PRIVATE KEY-----\nMIIEpAIBAAKCAQEA\n"));
}

TEST(LineRedactor, AKeyWithoutItsEndIsNotFollowedForEver) {
  EXPECT_EQ(in_pieces("-----BEGIN PRIVATE KEY-----\nMIIEpAIB\nand then a log line\nMIIEpAIB\n", 9),
            with_marks("-----BEGIN PRIVATE KEY-----\n~\nand then a log line\nMIIEpAIB\n"));
}

TEST(LineRedactor, WhatGoesToTheEndOfItsLineLeavesTheLineEnd) {
  std::string_view const text =
      "-----BEGIN PRIVATE KEY-----MIIEpAIB\nand next\npassword=$$tr0ub4dor\r\nlast\n";
  std::string const shown =
      with_marks("-----BEGIN PRIVATE KEY-----~\nand next\npassword=$$~\r\nlast\n");

  EXPECT_EQ(in_pieces(text, 1000), shown);
  EXPECT_EQ(in_pieces(shown, 1000), shown);
}

TEST(LineRedactor, TheEmptyLineBehindTheHeadersOfAKeyDoesNotEndIt) {
  for (std::string_view const block : {"PRIVATE KEY BLOCK", "RSA PRIVATE KEY"}) {
    std::string const head = "-----BEGIN " + std::string{block} + "-----\r\n";
    std::string const end = "-----END " + std::string{block} + "-----\r\nMIIEpAIB\r\n";
    std::string const shown = head + with_marks("Version: GnuPG v2\r\n~\r\n\r\n~\r\n~\r\n") + end;
    EXPECT_EQ(in_pieces(head + "Version: GnuPG v2\r\nDEK-Info: AES-128-CBC,0A\r\n\r\n" +
                            "lQOYBF4dor\r\n=tr0u\r\n" + end,
                        7),
              shown);
    EXPECT_EQ(in_pieces(shown, 7), shown);
  }
  EXPECT_EQ(in_pieces("-----BEGIN PRIVATE KEY-----\n\nMIIE\n\nMIIE\nINFO: x\n", 9),
            with_marks("-----BEGIN PRIVATE KEY-----\n\n~\n\nMIIE\nINFO: x\n"));
}

TEST(LineRedactor, AKeyIsFollowedBehindWhatALogWritesBeforeItsLines) {
  EXPECT_EQ(in_pieces("app_1  | -----BEGIN RSA PRIVATE KEY-----\n"
                      "app_1  | Proc-Type: 4,ENCRYPTED\n"
                      "app_1  |\n"
                      "app_12 | MIIEpAIBAAKCAQEA\n"
                      "app_1  | q83vEjRWeJCrze8=\n"
                      "app_1  | -----END RSA PRIVATE KEY-----\n"
                      "app_1  | MIIEpAIBAAKCAQEA\n",
                      5),
            with_marks("app_1  | -----BEGIN RSA PRIVATE KEY-----\n"
                       "app_1  | ~\napp_1  |\napp_12 | ~\napp_1  | ~\n"
                       "app_1  | -----END RSA PRIVATE KEY-----\napp_1  | MIIEpAIBAAKCAQEA\n"));
  EXPECT_EQ(in_pieces("Nov 29 10:00:01 h app[7]: -----BEGIN PRIVATE KEY-----\n"
                      "Nov 30 10:00:02 h app[17]: MIIEpA\n"
                      "10:00 MIIEpAIBAAKCAQEAMIIEpAIBAAKCAQEAMIIEpAIBAAKCAQEA\n"
                      "Nov 30 10:00:03 h app[7]: and a word\n",
                      50),
            with_marks("Nov 29 10:00:01 h app[7]: -----BEGIN PRIVATE KEY-----\n"
                       "Nov 30 10:00:02 h app[17]: ~\n10:00 ~\n"
                       "Nov 30 10:00:03 h app[7]: and a word\n"));
  EXPECT_EQ(in_pieces("{\"log\":\"-----BEGIN PRIVATE KEY-----\\n\",\"n\":1}\n"
                      "{\"log\":\"MIIEpA=\\n\",\"n\":2}\n",
                      50),
            with_marks("{\"log\":\"-----BEGIN PRIVATE KEY-----~\n"
                       "{\"log\":\"~\\n\",\"n\":2}\n"));
}

TEST(LineRedactor, KeysOfSsh2AndPuttyGoToo) {
  std::string_view const text =
      "---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----\nComment: \"me\"\nP2/56wAA\n4dor=\n"
      "---- END SSH2 ENCRYPTED PRIVATE KEY ----\n"
      "Private-Lines: 2\nAAAAgQ\ntr0ub4dor=\nPrivate-MAC: 0\nAAAA\n";

  EXPECT_EQ(in_pieces(text, 20),
            with_marks("---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----\nComment: \"me\"\n~\n~\n"
                       "---- END SSH2 ENCRYPTED PRIVATE KEY ----\n"
                       "Private-Lines: 2\n~\n~\nPrivate-MAC: 0\nAAAA\n"));
  EXPECT_EQ(redactor{}.redact(text), with_marks("---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----~"
                                                "---- END SSH2 ENCRYPTED PRIVATE KEY ----\n"
                                                "Private-Lines: 2\n~Private-MAC: 0\nAAAA\n"));
}

}  // namespace
}  // namespace holdfast
