#include "telemetry/log_record.hpp"

#include "holdfast/base/units.hpp"
#include "telemetry/log_text.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <type_traits>

namespace holdfast {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t longest_name = 256;  ///< of events, operations and fields, escaped

/// Room for what tells that fields were left out, for the end of the object and of the line.
constexpr std::size_t longest_end = 64;
constexpr std::size_t longest_head = 128 + 2 * longest_name + event_log::longest_text;
static_assert(longest_head + longest_end < event_log::longest_line);

void append_real(std::string& to, double value, std::chars_format how) {
  if (!std::isfinite(value)) {
    to += "null";
    return;
  }
  std::array<char, 48> digits{};
  auto const end = std::to_chars(digits.data(), digits.data() + digits.size(), value, how).ptr;
  to.append(digits.data(), end);
}

// ----- JSON

void append_json_text(std::string& to, std::string_view text, std::size_t limit) {
  append_escaped(to += '"', text, text_place::json, limit);
  to += '"';
}

void append_json_value(std::string& to, std::string const& text) {
  append_json_text(to, text, event_log::longest_text);
}
void append_json_value(std::string& to, std::int64_t number) { to += std::to_string(number); }
void append_json_value(std::string& to, double number) {
  append_real(to, number, std::chars_format::general);
}
void append_json_value(std::string& to, duration span) {
  append_real(to, std::chrono::duration<double>{span}.count(), std::chars_format::fixed);
}

void append_json(std::string& to, log_fact const& fact) {
  append_json_text(to, fact.name, longest_name);
  if (std::holds_alternative<duration>(fact.value)) to.insert(to.size() - 1, "_seconds");
  to += ':';
  std::visit([&](auto const& value) { append_json_value(to, value); }, fact.value);
}

// ----- Words

/// Without digits that tell nobody anything.
[[nodiscard]] duration rounded(duration span) noexcept {
  if (is_off(span)) return span;
  if (span >= 1s) return span - span % 1ms;
  return span >= 1ms ? span - span % 1us : span;
}

void append_word(std::string& to, std::string_view text, std::size_t limit) {
  if (is_plain_word(text)) return append_escaped(to, text, text_place::open, limit);
  append_escaped(to += '"', text, text_place::quoted, limit);
  to += '"';
}

void append_words_value(std::string& to, std::string const& text) {
  append_word(to, text, event_log::longest_text);
}
void append_words_value(std::string& to, std::int64_t number) { to += std::to_string(number); }
void append_words_value(std::string& to, double number) {
  append_real(to, number, std::chars_format::general);
}
void append_words_value(std::string& to, duration span) { to += to_text(rounded(span)); }

void append_words(std::string& to, log_fact const& fact) {
  append_word(to, fact.name, longest_name);
  to += ' ';
  std::visit([&](auto const& value) { append_words_value(to, value); }, fact.value);
}

void append_upper(std::string& to, std::string_view name) {
  for (char const c : name) to += static_cast<char>(c - 'a' + 'A');
}

// ----- Both

/// Appends all facts that find room, each behind a mark of its own; false where there is none.
template <class Append>
bool append_facts(std::string& line, std::vector<log_fact> const& facts, std::string_view first,
                  std::string_view next, Append const& append) {
  std::string_view mark = first;
  std::int64_t left_out = 0;
  std::string piece;
  for (log_fact const& each : facts) {
    piece = mark;
    append(piece, each);
    if (line.size() + piece.size() + longest_end > event_log::longest_line) {
      ++left_out;
      continue;
    }
    line += piece;
    mark = next;
  }
  if (left_out > 0) append(line += mark, log_fact{"left_out", left_out});
  return !facts.empty();
}

[[nodiscard]] std::string json_line(log_record const& what) {
  std::string line = R"({"time":")" + timestamp_text(what.at) + '"';
  append_json_text(line += R"(,"level":)", enum_name(what.level), longest_name);
  append_json_text(line += R"(,"event":)", what.event, longest_name);
  if (!what.operation.empty()) {
    append_json_text(line += R"(,"operation":)", what.operation, longest_name);
  }
  if (!what.said.empty()) append_json(line += ',', {what.said_as, what.said});
  append_facts(line, what.facts, ",", ",", append_json);
  return line + '}';
}

/// The sentence, without the operation where it begins with that: the line does too.
[[nodiscard]] std::string_view said_of_its_operation(log_record const& what) {
  std::string_view said = what.said;
  if (what.operation.empty() || !said.starts_with(what.operation)) return said;
  std::string_view const rest = said.substr(what.operation.size());
  return rest.starts_with(": ") ? rest.substr(2) : said;
}

[[nodiscard]] std::string human_line(log_record const& what) {
  std::string line = timestamp_text(what.at) + ' ';
  append_upper(line, enum_name(what.level));
  if (!what.operation.empty()) append_word(line += ' ', what.operation, longest_name);
  append_word(line += ' ', what.event, longest_name);
  if (what.said.empty()) {
    append_facts(line, what.facts, ": ", ", ", append_words);
    return line;
  }
  append_escaped(line += ": ", said_of_its_operation(what), text_place::open,
                 event_log::longest_text);
  if (append_facts(line, what.facts, " [", ", ", append_words)) line += ']';
  return line;
}

}  // namespace

void log_record::add(std::string_view name, std::string_view text) {
  if (!text.empty()) facts.push_back({name, std::string{text}});
}

void log_record::add(std::string_view name, std::int64_t number) {
  if (number != 0) facts.push_back({name, number});
}

void log_record::add(std::string_view name, duration span) {
  if (span != duration::zero()) facts.push_back({name, span});
}

std::string line_of(log_record const& what, log_format format) {
  return format == log_format::json ? json_line(what) : human_line(what);
}

}  // namespace holdfast
