#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace holdfast::sqlite {

/// A CREATE TABLE statement in its parts, each as it is written, without blanks before it
/// (those behind it may end a comment).
struct table_definition {
  std::string head;                ///< up to and with the parenthesis that opens
  std::vector<std::string> parts;  ///< definitions of columns, then constraints of the table
  std::string tail;                ///< behind the parenthesis that closes: STRICT and the like
};

/// Takes a statement apart that SQLite has accepted. Nothing for one without parentheses, such as
/// CREATE VIEW ... AS SELECT 1.
[[nodiscard]] std::optional<table_definition> definition_in(std::string_view sql);

}  // namespace holdfast::sqlite
