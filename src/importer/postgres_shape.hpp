#pragma once

#include "holdfast/base/expected.hpp"
#include "holdfast/base/failure.hpp"
#include "holdfast/connect/postgres/connection.hpp"
#include "holdfast/importer/table_schema.hpp"

#include <array>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace holdfast::postgres {

/// What a name stands for in a database, found as statements find it: by the search_path.
struct named_relation {
  std::string name{};       ///< as it is spelled there
  std::string kind{};       ///< relkind: "r" table, "p" partitioned, "v" view, "i" index, …
  bool takes_rows = true;   ///< it is a table, or a view that rows can be inserted into
  bool takes_copy = false;  ///< COPY does there what INSERT does: no rules, no row security
};

/// A relation with its columns and keys.
struct seen_relation {
  named_relation of{};
  table_shape shape{};
};

/// The queries that see a table, to be sent in one round trip with others, and what they answer.
///
/// A table is ours where its comment says so, and a column where its comment names the type that
/// it has: whoever alters a column, or makes the table anew, takes it over.
class relation_query {
 public:
  static constexpr std::size_t statements = 3;

  /// @param name must outlive it
  explicit relation_query(std::string const& name);
  relation_query(relation_query const&) = delete;
  relation_query& operator=(relation_query const&) = delete;

  [[nodiscard]] std::array<bound_statement, statements> bound() const noexcept;
  /// Nothing where there is no such relation.
  [[nodiscard]] static std::optional<seen_relation> read(std::span<rows const> answers);

 private:
  std::string quoted_name_;
  std::array<parameter, 1> parameters_;
};

/// What stands under this name, or under one that differs in the case of letters alone.
[[nodiscard]] expected<std::optional<seen_relation>, failure> find_relation(
    connection& on, std::string const& name);

}  // namespace holdfast::postgres
