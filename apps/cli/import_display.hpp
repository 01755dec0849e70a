#pragma once

#include "holdfast/core/event.hpp"
#include "holdfast/importer/import.hpp"

#include <memory>
#include <string>

namespace holdfast::cli {

enum class display_style {
  live,   ///< one line of a terminal, drawn again and again
  plain,  ///< a line every few seconds and at each change of state
  quiet,  ///< nothing
};

/// The style for standard error as it is.
[[nodiscard]] display_style style_for_stderr(bool quiet);

/// Shows the progress of one run on standard error. At most 10 drawings a second.
class import_display : public import_observer {
 public:
  /// A decision of the guard around a web API: tells when its circuit opens and closes, and why.
  virtual void on_event(event const& what) = 0;

  /// Wipes the live line, so that other text can follow.
  virtual void clear() = 0;
};

/// @param label what stands before the progress: the name of the table
[[nodiscard]] std::unique_ptr<import_display> make_display(display_style style,
                                                           std::string const& label, instant now);

}  // namespace holdfast::cli
