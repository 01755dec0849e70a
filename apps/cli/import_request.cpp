#include "import_request.hpp"

#include "holdfast/base/excerpt.hpp"
#include "holdfast/core/deadline_fields.hpp"
#include "holdfast/importer/postgres_target.hpp"

#include <algorithm>
#include <charconv>
#include <functional>
#include <map>
#include <optional>
#include <utility>

namespace holdfast::cli {
namespace {

/// Collects what is wrong with the command line.
class argument_reader {
 public:
  explicit argument_reader(problems& found) : found_{found} {}

  void refuse(std::string const& option, std::string const& what, std::string remedy) {
    found_.push_back({{"command line", 0, 0}, option + ": " + what, std::move(remedy)});
  }

  template <class Number>
  void number(std::string const& option, std::string const& text, Number& into) {
    if (text.empty()) return;
    auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), into);
    if (error != std::errc{} || end != text.data() + text.size()) {
      refuse(option, "'" + text + "' is no whole number", {});
    }
  }

  void time(std::string const& option, std::string const& text, duration& into) {
    if (text.empty()) return;
    if (auto const value = parse_duration(text)) {
      into = *value;
    } else {
      refuse(option, "'" + text + "' is no duration", "write a number and a unit: 500ms, 30s, 10m");
    }
  }

  template <class Enum>
  void name(std::string const& option, std::string const& text, Enum& into) {
    if (text.empty()) return;
    if (auto const value = enum_value<Enum>(text)) {
      into = *value;
      return;
    }
    std::string allowed;
    for (auto const& row : names_of<Enum>::table) {
      allowed += (allowed.empty() ? "" : ", ") + std::string{row.name};
    }
    refuse(option, "'" + text + "' is unknown", "one of: " + allowed);
  }

  /// Every field that is out of its range, under the name of its option: that in `renamed`, or the
  /// field's own with hyphens.
  template <class Options>
  void check(Options const& options,
             std::map<std::string, std::string, std::less<>> const& renamed = {}) {
    for (field_problem const& each : check_fields(options)) {
      std::string option = "--" + each.field;
      std::ranges::replace(option, '_', '-');
      if (auto const other = renamed.find(each.field); other != renamed.end()) {
        option = other->second;
      }
      refuse(option, each.found, "allowed: " + each.allowed);
    }
  }

 private:
  problems& found_;
};

char read_delimiter(std::string const& text, argument_reader& reader) {
  if (text.empty()) return '\0';
  if (text == "\\t" || text == "tab") return '\t';
  bool const usable = text.size() == 1 && text != "\"" && text != "\n" && text != "\r" &&
                      static_cast<unsigned char>(text[0]) < 0x80;
  if (!usable)
    reader.refuse("--delimiter", "'" + text + "' can't be one", "one ASCII character, or \\t");
  return text[0];
}

holdfast::mapping read_mapping_of(import_arguments const& given, problems& found) {
  holdfast::mapping result;
  if (!given.mapping.empty()) {
    auto read = read_mapping(given.mapping);
    if (!read) {
      found.insert(found.end(), read.error().begin(), read.error().end());
      return result;
    }
    result = std::move(*read);
  }
  if (!given.table.empty()) result.table = given.table;
  if (!given.key.empty()) result.key = given.key;
  return result;
}

/// What the resilience file says can't be said beside it: when the file changes, who would win?
void refuse_beside_config(import_arguments const& given, argument_reader& reader) {
  auto const refuse = [&](char const* option, std::string const& value, char const* field) {
    if (value.empty()) return;
    reader.refuse(option, "not together with --config",
                  "the file says it: operations." + std::string{page_operation} + "." + field);
  };
  refuse("--attempts", given.attempts, "retry.max_attempts");
  refuse("--attempt-timeout", given.attempt_timeout, "attempt_timeout");
  refuse("--recovery-timeout", given.recovery_timeout, "breaker.recovery_timeout");
}

void understand_pages(import_arguments const& given, argument_reader& reader, page_options& into) {
  reader.name("--source", given.shape, into.shape);
  if (!given.config.empty()) return refuse_beside_config(given, reader);
  reader.number("--attempts", given.attempts, into.retry.max_attempts);
  reader.time("--attempt-timeout", given.attempt_timeout, into.attempt_timeout.limit);
  reader.time("--recovery-timeout", given.recovery_timeout, into.breaker.recovery_timeout);
  into.breaker.max_recovery_timeout =
      std::max(into.breaker.max_recovery_timeout, into.breaker.recovery_timeout);
  reader.check(into.retry, {{"max_attempts", "--attempts"}});
  reader.check(into.attempt_timeout, {{"limit", "--attempt-timeout"}});
  reader.check(into.breaker);
}

void understand_serving(import_arguments const& given, argument_reader& reader, problems& found,
                        import_request& into) {
  reader.time("--linger", given.linger, into.linger);
  into.log = given.log;
  reader.name("--log-format", given.log_format, into.log_format);
  if (given.log.empty() && !given.log_format.empty()) {
    reader.refuse("--log-format", "not without --log", "say where: --log FILE, or --log -");
  }
  if (!given.serve.listen.empty()) {
    into.serve = understand_server(given.serve, "--serve", found);
    return;
  }
  auto const refuse_alone = [&](char const* option, bool is_given) {
    if (is_given) reader.refuse(option, "not without --serve", "say where: --serve 127.0.0.1:9464");
  };
  refuse_alone("--linger", !given.linger.empty());
  refuse_alone("--host", !given.serve.hosts.empty());
  refuse_alone("--token-file", !given.serve.token_file.empty());
}

}  // namespace

import_request understand(import_arguments const& given, problems& found) {
  argument_reader reader{found};
  import_request request{.sources = given.sources, .into = given.into};
  request.json = given.json;
  request.quiet = given.quiet;
  request.mapping = read_mapping_of(given, found);
  request.config = given.config;

  reader.name("--format", given.format, request.file.format);
  request.file.delimiter = read_delimiter(given.delimiter, reader);

  if (names_postgres(given.into)) request.limits.batch_records = postgres_batch_records;
  reader.number("--batch", given.batch, request.limits.batch_records);
  reader.time("--give-up-after", given.give_up_after, request.limits.give_up_after);
  reader.check(request.limits);
  understand_pages(given, reader, request.page);
  understand_serving(given, reader, found, request);
  request.page.items = request.mapping.records;

  if (given.into.empty()) {
    request.can_open_target = false;
    reader.refuse("--into", "the name is empty",
                  "name an SQLite file or a PostgreSQL database: --into holdfast.db");
  }
  if (given.into.starts_with(":memory:") || given.into.starts_with("file:")) {
    request.can_open_target = false;
    reader.refuse(
        "--into", "'" + excerpt(given.into) + "' is no file that stays",
        "name an SQLite file: --into holdfast.db; one of such a name is ./" + excerpt(given.into));
  }
  if (std::ranges::count(given.sources, "-") > 1) {
    reader.refuse("-", "standard input can be read once only", {});
  }
  return request;
}

}  // namespace holdfast::cli
