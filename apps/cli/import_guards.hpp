#pragma once

#include "holdfast/base/expected.hpp"
#include "holdfast/base/problem.hpp"
#include "holdfast/drive/guard.hpp"
#include "holdfast/manage/manager.hpp"
#include "holdfast/serve/monitor.hpp"
#include "import_display.hpp"

#include <memory>
#include <optional>
#include <string>

namespace holdfast::cli {

/// The guards that an import works under: those of a resilience file, which change when it does, or
/// none, and then page source and target make their own.
class import_guards {
 public:
  /// Those of no file.
  import_guards() = default;

  /// Those of a file. What is done to them is told by `display`.
  /// @param seen_by what watches them; may be null, else outlives them
  [[nodiscard]] static expected<import_guards, problems> open(
      std::string const& config, bool quiet, std::shared_ptr<shared_display> display,
      monitor* seen_by);

  /// Null where there is no file.
  [[nodiscard]] manager* managed() noexcept { return manager_ ? &*manager_ : nullptr; }

  /// The guard of `page_operation`, which all web APIs of the command share. Made when it is first
  /// asked for.
  [[nodiscard]] std::optional<guard> of_pages();

  /// The guard of `write_operation`.
  [[nodiscard]] std::optional<guard> of_target();

 private:
  [[nodiscard]] std::optional<guard> named(char const* name);
  void tell_unnamed(char const* name) const;

  std::shared_ptr<shared_display> display_;
  std::optional<manager> manager_;
  std::optional<guard> pages_;
  bool quiet_ = false;
};

}  // namespace holdfast::cli
