#pragma once

namespace CLI {
class App;
}

namespace holdfast::cli {

/// What the program ends with; shells and schedulers decide by it.
enum exit_code : int {
  all_well = 0,
  with_rejected = 1,  ///< finished, some records were rejected
  with_warnings = 1,  ///< checked, and valid, but the linter warns
  usage = 2,          ///< usage, configuration, or an input or output that can't be opened
  gave_up = 3,        ///< not finished; the same command resumes
  interrupted = 130,  ///< stopped by a signal; the same command resumes
};

/// Each adds one command to the program; `result` receives the exit code when it has run.
void add_import_command(CLI::App& program, int& result);
void add_check_command(CLI::App& program, int& result);
void add_schema_command(CLI::App& program, int& result);
void add_breakers_command(CLI::App& program, int& result);
void add_chaos_command(CLI::App& program, int& result);
void add_explain_command(CLI::App& program, int& result);
void add_redact_command(CLI::App& program, int& result);
void add_serve_command(CLI::App& program, int& result);

}  // namespace holdfast::cli
