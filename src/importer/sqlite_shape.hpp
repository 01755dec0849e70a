#pragma once

#include "holdfast/connect/sqlite/database.hpp"
#include "holdfast/importer/table_schema.hpp"

#include <optional>
#include <string>

namespace holdfast::sqlite {

/// What a name stands for in a database.
struct named_object {
  std::string type;  ///< "table", "view", "index"
  std::string name;  ///< as it is spelled there
  std::string made_by;
  bool takes_rows = true;  ///< false for a view without a trigger that inserts instead of it
};

/// Nothing where the name is free. Triggers have names of their own.
[[nodiscard]] expected<std::optional<named_object>, failure> object_named(database& in,
                                                                          std::string const& name);

/// The shape of the table or view of this name; nothing where there is none.
///
/// A table is ours where it begins and ends as we write tables. Its columns that are defined as we
/// define columns may be widened; those that somebody else added keep what they are.
[[nodiscard]] expected<std::optional<table_shape>, failure> shape_of(database& in,
                                                                     std::string const& table);

}  // namespace holdfast::sqlite
