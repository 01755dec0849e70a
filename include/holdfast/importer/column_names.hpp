#pragma once

#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace holdfast {

/// Names of columns that a table can have: none empty, none twice. Case is ignored (that of ASCII
/// letters), as SQL databases ignore it.
class column_names {
 public:
  /// Adds a column and returns its name: as wanted, or "column_3" for an empty one, "name_2" for
  /// the second of a name. Bytes that are no UTF-8 become U+FFFD.
  std::string const& add(std::string_view wanted);

  /// Takes back the columns behind the first `count`.
  void cut(std::size_t count);

  [[nodiscard]] std::vector<std::string> const& all() const noexcept { return names_; }

 private:
  std::vector<std::string> names_;
  std::unordered_set<std::string> taken_;  // in lower case
};

/// The name with U+FFFD in place of each NUL: where an SQL text would end.
[[nodiscard]] std::string without_nul(std::string_view name);

}  // namespace holdfast
