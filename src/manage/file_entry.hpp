#pragma once

#include "holdfast/config/reading.hpp"
#include "holdfast/config/tree.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace holdfast {

/// Which part of a file an entry is; each may have keys that others may not.
enum class entry_kind { defaults, policy, operation };

/// One part of a file that says something of operations: the defaults, a policy, a pattern, an
/// operation.
struct file_entry {
  entry_kind kind = entry_kind::defaults;
  std::string path;               ///< "operations.chembl.page", for problems
  config_node own;                ///< a map, short forms written out, what is off being null
  text_position where;            ///< of its name
  std::vector<std::string> uses;  ///< names of policies, in order
};

/// Takes an entry out of its node: writes short forms out (`attempt_timeout: 2s`), and makes null
/// of a policy that is off. An entry without a usable map is empty.
[[nodiscard]] file_entry take_entry(entry_kind kind, config_reading const& from);

/// Tells everything that is wrong with an entry by itself: keys, kinds of values, units, ranges.
void check_entry(file_entry const& what, problems& found);

/// Merges trees of entries, and counts what that costs, since a small file can ask for much.
class entry_merge {
 public:
  /// Comparisons of names in all merges of one file; about half a second.
  static constexpr std::uint64_t most_work = 20'000'000;
  /// Reading an item of a list anew for each operation costs as much as so many comparisons.
  static constexpr std::uint64_t cost_of_an_item = 10;

  /// One tree of several, the later ones winning: maps field by field, all else as a whole. A null
  /// takes away what was inherited; of a policy it stays, so that one can see where. There must be
  /// a layer.
  [[nodiscard]] config_node merged(std::span<file_entry const* const> layers);

  [[nodiscard]] bool is_too_much() const noexcept { return work_ > most_work; }

 private:
  void merge_into(config_node& base, config_node const& over, bool keeps_null);

  std::uint64_t work_ = 0;
};

}  // namespace holdfast
