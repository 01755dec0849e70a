#include "holdfast/connect/sqlite/statement.hpp"

#include "connect/sqlite/failures.hpp"

#include <sqlite3.h>

namespace holdfast::sqlite {
namespace {

// A null pointer would bind NULL, and an empty view may hold one.
char const* non_null(std::string_view text) { return text.data() == nullptr ? "" : text.data(); }
void const* non_null(std::span<std::byte const> blob) {
  return blob.data() == nullptr ? static_cast<void const*>("") : blob.data();
}

int bind_text(sqlite3_stmt* to, int parameter, std::string_view text,
              sqlite3_destructor_type lifetime) {
  return sqlite3_bind_text64(to, parameter, non_null(text), text.size(), lifetime, SQLITE_UTF8);
}

int bind_blob(sqlite3_stmt* to, int parameter, std::span<std::byte const> blob,
              sqlite3_destructor_type lifetime) {
  return sqlite3_bind_blob64(to, parameter, non_null(blob), blob.size(), lifetime);
}

}  // namespace

void statement::finalizer::operator()(sqlite3_stmt* prepared) const noexcept {
  sqlite3_finalize(prepared);
}

statement::done_or_failure statement::checked(int code) const {
  return checked_on(sqlite3_db_handle(prepared_.get()), code);
}

statement::done_or_failure statement::bind_null(int parameter) {
  return checked(sqlite3_bind_null(prepared_.get(), parameter));
}

statement::done_or_failure statement::bind(int parameter, bool value) {
  return checked(sqlite3_bind_int(prepared_.get(), parameter, value ? 1 : 0));
}

statement::done_or_failure statement::bind(int parameter, int value) {
  return checked(sqlite3_bind_int(prepared_.get(), parameter, value));
}

statement::done_or_failure statement::bind(int parameter, std::int64_t value) {
  return checked(sqlite3_bind_int64(prepared_.get(), parameter, value));
}

statement::done_or_failure statement::bind(int parameter, double value) {
  return checked(sqlite3_bind_double(prepared_.get(), parameter, value));
}

statement::done_or_failure statement::bind(int parameter, std::string_view text) {
  return checked(bind_text(prepared_.get(), parameter, text, SQLITE_TRANSIENT));
}

statement::done_or_failure statement::bind(int parameter, std::span<std::byte const> blob) {
  return checked(bind_blob(prepared_.get(), parameter, blob, SQLITE_TRANSIENT));
}

statement::done_or_failure statement::bind_in_place(int parameter, std::string_view text) {
  return checked(bind_text(prepared_.get(), parameter, text, SQLITE_STATIC));
}

statement::done_or_failure statement::bind_in_place(int parameter,
                                                    std::span<std::byte const> blob) {
  return checked(bind_blob(prepared_.get(), parameter, blob, SQLITE_STATIC));
}

void statement::clear_bindings() noexcept { sqlite3_clear_bindings(prepared_.get()); }

expected<step_result, failure> statement::step() {
  int const code = sqlite3_step(prepared_.get());
  if (code == SQLITE_ROW) return step_result::row;
  if (code == SQLITE_DONE) return step_result::done;
  return unexpected(failure_on(sqlite3_db_handle(prepared_.get()), code));
}

// The code that sqlite3_reset repeats was handed out by `step` already.
void statement::reset() noexcept { sqlite3_reset(prepared_.get()); }

statement::done_or_failure statement::run() {
  int code = SQLITE_ROW;
  while (code == SQLITE_ROW) code = sqlite3_step(prepared_.get());
  if (code == SQLITE_DONE) {
    reset();
    return {};
  }
  failure const seen = failure_on(sqlite3_db_handle(prepared_.get()), code);
  reset();
  return unexpected(seen);
}

int statement::parameter_count() const noexcept {
  return sqlite3_bind_parameter_count(prepared_.get());
}

int statement::column_count() const noexcept { return sqlite3_column_count(prepared_.get()); }

std::string_view statement::column_name(int column) const noexcept {
  char const* const name = sqlite3_column_name(prepared_.get(), column);
  return name == nullptr ? std::string_view{} : std::string_view{name};
}

value_type statement::type(int column) const noexcept {
  switch (sqlite3_column_type(prepared_.get(), column)) {
    case SQLITE_INTEGER: return value_type::integer;
    case SQLITE_FLOAT: return value_type::real;
    case SQLITE_TEXT: return value_type::text;
    case SQLITE_BLOB: return value_type::blob;
    default: return value_type::null;
  }
}

bool statement::is_null(int column) const noexcept {
  return sqlite3_column_type(prepared_.get(), column) == SQLITE_NULL;
}

std::int64_t statement::int64(int column) const noexcept {
  return sqlite3_column_int64(prepared_.get(), column);
}

double statement::real(int column) const noexcept {
  return sqlite3_column_double(prepared_.get(), column);
}

std::string_view statement::text(int column) const noexcept {
  // The pointer is asked for first: the conversion that it may cause decides the size.
  unsigned char const* const bytes = sqlite3_column_text(prepared_.get(), column);
  if (bytes == nullptr) return {};
  auto const size = static_cast<std::size_t>(sqlite3_column_bytes(prepared_.get(), column));
  return {reinterpret_cast<char const*>(bytes), size};
}

std::span<std::byte const> statement::blob(int column) const noexcept {
  void const* const bytes = sqlite3_column_blob(prepared_.get(), column);
  if (bytes == nullptr) return {};
  auto const size = static_cast<std::size_t>(sqlite3_column_bytes(prepared_.get(), column));
  return {static_cast<std::byte const*>(bytes), size};
}

}  // namespace holdfast::sqlite
