#pragma once

#include "holdfast/base/failure.hpp"
#include "importer/page_body.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>

namespace holdfast {

/// Finds the records of a page that were delivered before it: a service whose data moves, or that
/// is wrong, puts the end of one page in front of the next, beyond its limit. Read as records of
/// their own they would be doubled, and counted as progress they would push others out.
///
/// Knows the last records that were delivered by their fingerprints. Memory: 64 of them.
class page_overlap {
 public:
  static constexpr std::size_t most_known = 64;
  static constexpr std::size_t most_saved = 16;

  void delivered(std::string_view raw);
  /// A record was delivered that could not be read: whatever stands in its place may be it.
  void lost();

  /// Takes what is not due out of a page that holds more than `wanted`: records that were delivered
  /// before it, and those beyond its limit, which belong to the next page. A failure of the service
  /// where records between them are missing, or where nobody can tell which are which.
  ///
  /// A page that holds just `wanted` and begins with a record that was delivered may have slipped,
  /// or belong to a listing that has the same record twice. The first such page is a failure, so
  /// that it is asked for again; the same answer twice is believed, and then all like it.
  [[nodiscard]] std::optional<failure> trim(page_body& page, std::uint64_t offset,
                                            std::uint64_t wanted);

  /// The last 16 records as text: "00c0ffee00c0ffee,-"; "-" is a lost one.
  [[nodiscard]] std::string save() const;
  /// Takes over what `save` gave. False, and nothing changed, for any other text.
  [[nodiscard]] bool restore(std::string_view saved);

 private:
  using print = std::optional<std::uint64_t>;  // nothing: lost

  void keep(print one);
  [[nodiscard]] bool knows(std::size_t count) const;
  [[nodiscard]] bool repeats(page_body const& page, std::size_t count) const;
  [[nodiscard]] std::size_t longest_repeat(page_body const& page, std::size_t most) const;
  [[nodiscard]] bool begins_with_known(page_body const& page) const;
  [[nodiscard]] std::optional<failure> doubt(page_body const& page);

  std::deque<print> tail_;
  print doubted_;  ///< the text of a page that was
  bool repeats_are_believed_ = false;
};

}  // namespace holdfast
