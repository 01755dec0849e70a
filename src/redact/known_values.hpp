#pragma once

#include "holdfast/redact/redaction.hpp"
#include "redact/span.hpp"

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace holdfast::redact_detail {

/// Finds texts that are known, all at once, in one walk.
///
/// Source: A. V. Aho and M. J. Corasick, "Efficient String Matching: An Aid to Bibliographic
/// Search", 1975. While nothing has begun, three bytes at a time are looked up in a bitmap instead.
/// Memory: about 44 bytes for each byte of all forms that is not shared with another form.
class known_values {
 public:
  explicit known_values(std::span<std::string const> forms);

  /// Every form in `text`, those that overlap or touch as one. The mark of an earlier redaction is
  /// never part of one. Where the text is cut, at least `least_beginning` bytes of a form at its
  /// very end count too. Cost: linear in the text, whatever the forms.
  [[nodiscard]] std::vector<span> find(std::string_view text, text_end end) const;

  static constexpr std::size_t least_beginning = 4;

 private:
  struct node {
    std::uint32_t fallback = 0;  ///< the longest other beginning that ends here
    std::uint32_t depth = 0;
    std::uint32_t taken = 0;  ///< bytes of the longest form that ends here
  };
  struct edge {
    std::uint64_t from_by = 0;  ///< node, byte; 0 is a free place: nothing leads from nowhere by 0
    std::uint32_t to = 0;
  };

  void insert(std::string_view form);
  void link();
  void grow();
  void connect(std::uint64_t from_by, std::uint32_t to) noexcept;
  [[nodiscard]] std::uint32_t child(std::uint32_t from, char by) const noexcept;
  [[nodiscard]] std::uint32_t step(std::uint32_t from, char by) const noexcept;
  [[nodiscard]] std::size_t next_beginning(std::string_view text, std::size_t at) const noexcept;

  std::vector<node> nodes_;
  std::vector<edge> edges_;  ///< a hash table with open addressing, at most half full
  std::array<std::uint64_t, 512> may_begin_{};
};

}  // namespace holdfast::redact_detail
