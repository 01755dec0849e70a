// Texts that others wrote: what they contain harms no line, no terminal and no reader.
#include "holdfast/base/excerpt.hpp"
#include "holdfast/redact/redact.hpp"
#include "telemetry/log_bench.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace holdfast {
namespace {

/// The value of a field as it comes back from a line.
std::string told_back(std::string_view text) {
  log_bench b;
  log_field const field{"text", text};
  b.log.tell(log_level::info, "said", {&field, 1});
  return b.told().at(0)["text"];
}

std::string in_words(std::string_view text) {
  log_bench b{{.format = log_format::human}};
  log_field const field{"text", text};
  b.log.tell(log_level::info, "said", {&field, 1});
  std::string const line = b.text.str();
  constexpr std::string_view head = "2026-11-30T20:31:12.123Z INFO said: text ";
  return line.substr(head.size(), line.size() - head.size() - 1);
}

/// Whether a character does something to a terminal instead of being shown by it.
bool is_harmful(std::string_view character) {
  auto const first = static_cast<unsigned char>(character[0]);
  if (character.size() == 1) return first < 0x20 || first == 0x7F;
  return (character >= "\u0080" && character <= "\u009F") ||
         (character >= "\u2028" && character <= "\u202E") ||
         (character >= "\u2066" && character <= "\u2069") || character == "\u200E" ||
         character == "\u200F" || character == "\u061C" || character == "\uFEFF";
}

bool is_harmless(std::string_view text) {
  while (!text.empty()) {
    std::size_t const length = utf8_length(text);
    if (length == 0 || is_harmful(text.substr(0, length))) return false;
    text.remove_prefix(length);
  }
  return true;
}

TEST(EventLogHostile, JsonGivesEveryTextBackThatIsOne) {
  for (std::string const text :
       {"plain", "quote \" and \\ backslash", "line\nbreak\r\ttab", "\x1B[31mred\x1B[0m",
        "del \x7F, csi \u009B", "\u202Edesrever", "é 漢字 🙂", "\u2028", ""}) {
    EXPECT_EQ(told_back(text), text);
  }
  EXPECT_EQ(told_back(std::string_view{"nul\0end", 7}), std::string("nul\0end", 7));
}

TEST(EventLogHostile, BytesThatAreNoTextAreToldByTheirNumber) {
  EXPECT_EQ(told_back("a\xFFz\xC0\xAF"), "a\\xffz\\xc0\\xaf");
  EXPECT_EQ(told_back("\xED\xA0\x80"), "\\xed\\xa0\\x80") << "a surrogate";
  EXPECT_EQ(told_back("\xE2\x82"), "\\xe2\\x82") << "cut";
}

TEST(EventLogHostile, NothingMovesATerminal) {
  EXPECT_EQ(in_words("a\nb\tc"), R"("a\nb\tc")");
  EXPECT_EQ(in_words("\x1B]0;owned\x07"), R"("\x1b]0;owned\x07")");
  EXPECT_EQ(in_words("del \x7F csi \u009B1m"), R"("del \x7f csi \u009b1m")");
  EXPECT_EQ(in_words("\u202Egnp.exe\u2069"), R"("\u202egnp.exe\u2069")");
  EXPECT_EQ(in_words("\xFFquote\"\\"), R"("\xffquote\"\\")");
}

TEST(EventLogHostile, NoTextForgesALineOrAField) {
  log_bench b{{.format = log_format::human}};
  failure seen = http_503();
  seen.text = "x\n2026-11-30T20:31:13.000Z INFO db closed";

  b.log.on_event({.kind = event_kind::attempt_failed,
                  .operation = "db\nWARN forged",
                  .correlation_id = "a, attempt 9",
                  .seen = &seen});

  ASSERT_EQ(b.lines().size(), 1U);
  EXPECT_NE(b.lines()[0].find("INFO \"db\\nWARN forged\" attempt_failed: x\\n2026"),
            std::string::npos)
      << b.lines()[0];
  EXPECT_NE(b.lines()[0].find("[correlation_id \"a, attempt 9\""), std::string::npos);
}

TEST(EventLogHostile, ALongTextIsCutBetweenCharacters) {
  std::string const long_text(5'000, 'a');
  std::string const wide = "b" + [] {
    std::string all;
    for (int i = 0; i < 1'000; ++i) all += "漢";
    return all;
  }();

  EXPECT_EQ(told_back(long_text), std::string(1'024, 'a') + "…");
  EXPECT_EQ(told_back(wide).size(), 1U + 341U * 3U + 3U);
}

TEST(EventLogHostile, ALineHasABoundAndTellsWhatItLeftOut) {
  std::string const all_controls(2'000, '\x01');
  std::vector<log_field> fields(300, {"field", all_controls});
  fields.push_back({"number", 7});

  for (log_format const format : {log_format::json, log_format::human}) {
    log_bench b{{.format = format}};
    b.log.tell(log_level::info, std::string(5'000, '\x01'), fields);
    EXPECT_LE(b.text.str().size(), event_log::longest_line);
    EXPECT_EQ(b.lines().size(), 1U);
    if (format != log_format::json) continue;
    EXPECT_EQ(b.told()[0]["number"], 7) << "what has room is told";
    EXPECT_EQ(b.told()[0]["left_out"], 300 - 3);
  }
}

TEST(EventLogHostile, ALineThatIsFullHasRoomForItsEnd) {
  for (std::size_t last = 900; last < 1'000; ++last) {
    std::string const text(1'000, 'a');
    std::vector<log_field> const fields{{"a", text},
                                        {"b", text},
                                        {"c", text},
                                        {"d", std::string_view{text}.substr(0, last)},
                                        {"e", text}};
    for (log_format const format : {log_format::json, log_format::human}) {
      log_bench b{{.format = format}};
      b.log.tell(log_level::info, "said", fields);
      ASSERT_LE(b.text.str().size(), event_log::longest_line) << last;
    }
  }
}

TEST(EventLogHostile, APasswordInAFailureIsNotTold) {
  failure seen = http_503();
  seen.text = "can't reach postgres://app:hunter2secret@db/orders";
  story told = three_failures(seen);
  failure_context const known{.server = {.routine = "password=hunter2secret"}};
  transition const changed{.to = breaker_state::forced_open,
                           .reason = transition_reason::forced,
                           .why = "token=hunter2secret was lost"};
  log_field const field{"url", "https://app:hunter2secret@api.example/"};

  for (log_format const format : {log_format::json, log_format::human}) {
    log_bench b{{.format = format}};
    b.log.on_event({.kind = event_kind::call_failed,
                    .operation = "password=hunter2secret",
                    .correlation_id = "api_key=hunter2secret",
                    .seen = &seen,
                    .context = &known,
                    .told = &told});
    b.log.on_event({.kind = event_kind::breaker_changed, .changed = &changed});
    b.log.tell(log_level::info, "started", {&field, 1});
    EXPECT_EQ(b.text.str().find("hunter2"), std::string::npos) << b.text.str();
    EXPECT_NE(b.text.str().find("db/orders"), std::string::npos) << b.text.str();
    EXPECT_NE(b.text.str().find("[redacted]"), std::string::npos) << b.text.str();
  }
}

TEST(EventLogHostile, ASecretAtTheEndOfWhatIsShownIsNotToldByHalf) {
  ASSERT_TRUE(keep_secret("correct horse battery staple"));
  std::string const text = std::string(1'014, 'a') + " correct horse battery staple";

  EXPECT_EQ(told_back(text).find("correct"), std::string::npos) << told_back(text);
  failure seen = http_503();
  seen.text = std::string_view{text}.substr(1'014 - 105);
  story const told = three_failures(seen);
  log_bench b;
  b.log.on_event({.kind = event_kind::call_failed, .seen = &seen, .told = &told});
  EXPECT_EQ(b.text.str().find("correct"), std::string::npos) << b.text.str();

  forget_secrets();
}

TEST(EventLogHostile, ASecretOfTheProcessIsNotToldThoughItHoldsControls) {
  ASSERT_TRUE(keep_secret("correct\nhorse"));

  EXPECT_EQ(told_back("with correct\nhorse inside"), "with [redacted] inside");

  forget_secrets();
}

rc::Gen<std::string> hostile_texts() {
  auto const pieces = rc::gen::elementOf(std::vector<std::string>{
      "a", " ", "\"", "\\", "\n", "\x1B[2J", "\x7F", "\u0085", "\u202E", "\xFF", "\xED\xA0\x80",
      "🙂", "\uFEFF", std::string(1, '\0'), "{", "}", ",", "\\u0000", "\xF0\x9F"});
  auto const random = rc::gen::container<std::string>(rc::gen::arbitrary<char>());
  auto const joined = rc::gen::map(rc::gen::container<std::vector<std::string>>(pieces),
                                   [](std::vector<std::string> const& all) {
                                     std::string text;
                                     for (auto const& each : all) text += each;
                                     return text;
                                   });
  return rc::gen::oneOf(random, joined);
}

RC_GTEST_PROP(EventLogHostile, WhateverTheBytesAJsonLineParsesAndAnyLineIsOne, ()) {
  auto const given = *rc::gen::container<std::vector<std::string>>(8, hostile_texts());
  failure seen = http_503();
  seen.text = std::string_view{given[0]};
  seen.code.value = std::string_view{given[1]};
  failure_context known{.how_far = phase::sent};
  known.server.table = std::string_view{given[2]};
  transition changed{.to = breaker_state::open, .reason = transition_reason::reset};
  changed.why = std::string_view{given[3]};
  story const told = three_failures(seen);
  log_field const field{given[4], given[5]};

  for (log_format const format : {log_format::json, log_format::human}) {
    log_bench b{{.format = format}};
    b.log.on_event({.kind = event_kind::call_failed,
                    .operation = given[6],
                    .correlation_id = given[7],
                    .seen = &seen,
                    .context = &known,
                    .told = &told});
    b.log.on_event(
        {.kind = event_kind::breaker_changed, .operation = given[6], .changed = &changed});
    b.log.tell(log_level::info, given[3], {&field, 1});

    auto const lines = b.lines();
    RC_ASSERT(lines.size() == 3U);
    for (std::string const& line : lines) {
      RC_ASSERT(line.size() < event_log::longest_line);
      RC_ASSERT(is_harmless(line));
      if (format == log_format::json) RC_ASSERT(log_json::parse(line).is_object());
    }
  }
}

}  // namespace
}  // namespace holdfast
