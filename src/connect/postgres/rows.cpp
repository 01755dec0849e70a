#include "holdfast/connect/postgres/rows.hpp"

#include "holdfast/base/contract.hpp"

#include <charconv>
#include <string>
#include <system_error>

#include <libpq-fe.h>

namespace holdfast::postgres {
namespace {

template <class Number>
std::optional<Number> number_in(std::string_view text) noexcept {
  Number value{};
  auto const read = std::from_chars(text.data(), text.data() + text.size(), value);
  bool const whole = read.ec == std::errc{} && read.ptr == text.data() + text.size();
  return whole ? std::optional{value} : std::nullopt;
}

}  // namespace

void rows::clearer::operator()(pg_result* result) const noexcept { PQclear(result); }

std::size_t rows::size() const noexcept {
  return static_cast<std::size_t>(PQntuples(result_.get()));
}

std::size_t rows::columns() const noexcept {
  return static_cast<std::size_t>(PQnfields(result_.get()));
}

std::string_view rows::column_name(std::size_t column) const noexcept {
  expects(column < columns(), "a column's number is below columns()");
  return PQfname(result_.get(), static_cast<int>(column));
}

std::optional<std::size_t> rows::column(std::string_view name) const noexcept {
  for (std::size_t at = 0; at < columns(); ++at) {
    if (column_name(at) == name) return at;
  }
  return std::nullopt;
}

bool rows::is_null(std::size_t row, std::size_t column) const noexcept {
  expects(row < size() && column < columns(),
          "a row's number is below size(), a column's below "
          "columns()");
  return PQgetisnull(result_.get(), static_cast<int>(row), static_cast<int>(column)) != 0;
}

std::string_view rows::text(std::size_t row, std::size_t column) const noexcept {
  if (is_null(row, column)) return {};
  int const at_row = static_cast<int>(row);
  int const at_column = static_cast<int>(column);
  return {PQgetvalue(result_.get(), at_row, at_column),
          static_cast<std::size_t>(PQgetlength(result_.get(), at_row, at_column))};
}

std::optional<std::int64_t> rows::integer(std::size_t row, std::size_t column) const noexcept {
  return number_in<std::int64_t>(text(row, column));
}

std::optional<double> rows::real(std::size_t row, std::size_t column) const noexcept {
  return number_in<double>(text(row, column));
}

std::optional<bool> rows::boolean(std::size_t row, std::size_t column) const noexcept {
  std::string_view const value = text(row, column);
  if (value == "t") return true;
  if (value == "f") return false;
  return std::nullopt;
}

std::uint64_t rows::affected() const noexcept {
  return number_in<std::uint64_t>(PQcmdTuples(result_.get())).value_or(0);
}

std::string_view rows::tag() const noexcept { return result_ ? PQcmdStatus(result_.get()) : ""; }

}  // namespace holdfast::postgres
