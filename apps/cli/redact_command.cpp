#include "commands.hpp"
#include "holdfast/base/expected.hpp"
#include "holdfast/base/problem.hpp"
#include "holdfast/redact/line_redactor.hpp"
#include "telling.hpp"

#include <array>
#include <cerrno>
#include <fstream>
#include <memory>
#include <system_error>
#include <vector>

#include <CLI/CLI.hpp>
#include <unistd.h>

namespace holdfast::cli {
namespace {

constexpr char const* about =
    "Takes secrets out of a log: standard input to standard output, line by line.\n\n"
    "Passwords, tokens and keys are known by their key (password=..., \"token\": \"...\",\n"
    "--password ..., Authorization: ...), by their place (user:password@host, PASSWORD '...',\n"
    "key blocks) or by their prefix (AKIA..., ghp_..., eyJ...), also inside JSON and URLs. What "
    "is\n"
    "taken reads [redacted]; all other bytes stay as they are.\n";

constexpr char const* examples =
    "\nExamples:\n"
    "  tail -f app.log | holdfast redact\n"
    "  holdfast redact --personal < app.log > shared.log\n"
    "  pg_dump ... 2>&1 | holdfast redact --secrets secrets.txt\n"
    "\nExit codes: 0 all was written; 2 wrong usage, or a file that can't be read or written.\n"
    "What is taken and what is not: docs/redaction.md\n";

struct arguments {
  std::string secrets;
  bool personal = false;
  bool keep_sql = false;
  bool keep_rows = false;
};

std::string reason() { return std::generic_category().message(errno); }

/// The secrets of a file, one a line.
expected<std::vector<std::string>, problem> read_secrets(std::string const& path) {
  std::vector<std::string> secrets;
  if (path.empty()) return secrets;
  std::ifstream file{path};
  if (!file) {
    return unexpected{problem{{path, 0, 0}, "can't be read: " + reason(), "one secret a line"}};
  }
  for (std::string line; std::getline(file, line);) {
    if (line.ends_with('\r')) line.pop_back();
    if (!line.empty()) secrets.push_back(line);
  }
  return secrets;
}

expected<redactor, problem> make_redactor(arguments const& given) {
  auto const secrets = read_secrets(given.secrets);
  if (!secrets) return unexpected{secrets.error()};
  redaction const rules{
      .row_values = !given.keep_rows, .sql_literals = !given.keep_sql, .personal = given.personal};
  redactor made{rules, std::vector<std::string_view>{secrets->begin(), secrets->end()}};
  if (made.secrets_kept() == secrets->size()) return made;
  // Which one is not said: it would be shown.
  return unexpected{problem{{given.secrets, 0, 0},
                            "a line is shorter than 6 bytes, or they are too many",
                            "at most 256 secrets with 16 KiB together, each of 6 bytes or more"}};
}

/// Whether all of `text` was written; errno says why not.
bool write_all(std::string_view text) {
  while (!text.empty()) {
    ssize_t const written = ::write(STDOUT_FILENO, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

/// What one read brings is written before the next one waits, so that `tail -f` can be followed.
int filter(redactor const& by) {
  line_redactor lines{by};
  std::vector<char> piece(std::size_t{256} * 1024);
  std::string out;
  for (;;) {
    ssize_t const bytes = ::read(STDIN_FILENO, piece.data(), piece.size());
    if (bytes < 0 && errno == EINTR) continue;
    if (bytes < 0) return refuse({{{"standard input", 0, 0}, "can't be read: " + reason(), ""}});
    out.clear();
    if (bytes == 0) {
      lines.finish(out);
    } else {
      lines.feed({piece.data(), static_cast<std::size_t>(bytes)}, out);
    }
    if (!write_all(out)) {
      return refuse({{{"standard output", 0, 0}, "can't be written: " + reason(), ""}});
    }
    if (bytes == 0) return all_well;
  }
}

int run(arguments const& given) {
  auto const by = make_redactor(given);
  return by ? filter(*by) : refuse({by.error()});
}

}  // namespace

void add_redact_command(CLI::App& program, int& result) {
  CLI::App* const redact = program.add_subcommand("redact", about);
  redact->footer(examples);
  auto const given = std::make_shared<arguments>();
  redact->add_option("--secrets", given->secrets, "file with more secrets, one a line")
      ->type_name("FILE");
  redact->add_flag("--personal,--pii", given->personal,
                   "also e-mail addresses, card numbers and international telephone numbers");
  redact->add_flag("--keep-sql-literals", given->keep_sql,
                   "leave the literals of SQL statements that are no secrets by their key");
  redact->add_flag("--keep-row-values", given->keep_rows,
                   "leave the values of rows in messages like Key (email)=(a@b) already exists");
  redact->callback([given, &result] { result = run(*given); });
}

}  // namespace holdfast::cli
