#include "telling.hpp"

#include "commands.hpp"
#include "holdfast/redact/redact.hpp"

#include <cstdio>

namespace holdfast::cli {
namespace {

bool write_all(std::FILE* where, std::string_view text) {
  return std::fwrite(text.data(), 1, text.size(), where) == text.size() && std::fflush(where) == 0;
}

bool write_redacted(std::FILE* where, std::string_view text) {
  std::string changed;
  return write_all(where, redact(text, changed));
}

}  // namespace

void put_error(std::string_view text) { write_redacted(stderr, text); }

void tell(std::string_view text) { put_error(std::string{text} + '\n'); }

int refuse(problems const& found) {
  tell(describe(found));
  return usage;
}

bool put_result(std::string_view text) { return write_redacted(stdout, text); }

bool put_json(std::string_view lines) { return write_all(stdout, lines); }

}  // namespace holdfast::cli
