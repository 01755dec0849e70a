#pragma once

#include "holdfast/core/event.hpp"
#include "holdfast/importer/import.hpp"
#include "holdfast/manage/audit_record.hpp"

#include <memory>
#include <mutex>
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

/// The display of the job that runs; each job has its own. Thread-safe: a manager tells meanwhile,
/// by its own thread, what was done to the guards.
class shared_display final : public import_display {
 public:
  /// @param quiet tells of guards only what must be mended
  explicit shared_display(bool quiet) : quiet_{quiet} {}

  /// Shows this one from now on.
  void show(std::unique_ptr<import_display> next);

  void on_columns(table_schema const& schema) override;
  void on_progress(progress const& seen, instant now) override;
  void on_event(event const& what) override;
  void on_audit(audit_record const& what);
  void clear() override;

 private:
  bool const quiet_;
  std::mutex lock_;
  std::unique_ptr<import_display> shown_;  ///< null before the first job
};

}  // namespace holdfast::cli
