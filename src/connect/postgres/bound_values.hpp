#pragma once

#include "holdfast/connect/postgres/parameter.hpp"

#include <span>
#include <string>
#include <vector>

namespace holdfast::postgres {

/// Parameters in the form in which libpq takes them: texts that end with a NUL. Keeps its memory
/// from call to call, up to 64 KiB.
class bound_values {
 public:
  /// Texts must hold no NUL: libpq would cut them there in silence.
  void bind(std::span<parameter const> given);
  /// Lets go of more memory than one usually needs.
  void let_go();

  [[nodiscard]] int count() const noexcept { return static_cast<int>(values_.size()); }
  [[nodiscard]] char const* const* values() const noexcept { return values_.data(); }
  [[nodiscard]] int const* lengths() const noexcept { return lengths_.data(); }
  [[nodiscard]] int const* formats() const noexcept { return formats_.data(); }

 private:
  std::string texts_;
  std::vector<char const*> values_;
  std::vector<int> lengths_;
  std::vector<int> formats_;
};

}  // namespace holdfast::postgres
