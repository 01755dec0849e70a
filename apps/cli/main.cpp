#include "commands.hpp"
#include "holdfast/version.hpp"
#include "private_arguments.hpp"
#include "telling.hpp"

#include <iostream>
#include <sstream>

#include <CLI/CLI.hpp>

int main(int argc, char** argv) {
  holdfast::cli::private_arguments arguments{argc, argv};
  CLI::App program{"Keeps data moving when the services beneath it fail.", "holdfast"};
  program.set_version_flag("--version", std::string{holdfast::version_text});
  program.require_subcommand(1);
  int result = holdfast::cli::all_well;
  holdfast::cli::add_import_command(program, result);
  holdfast::cli::add_breakers_command(program, result);
  holdfast::cli::add_chaos_command(program, result);
  holdfast::cli::add_check_command(program, result);
  holdfast::cli::add_explain_command(program, result);
  holdfast::cli::add_schema_command(program, result);
  holdfast::cli::add_redact_command(program, result);
  holdfast::cli::add_serve_command(program, result);
  try {
    program.parse(arguments.count(), arguments.values());
  } catch (CLI::ParseError const& error) {
    // What is wrong is told in the words of the command line, which may hold a secret.
    std::ostringstream wrong;
    int const code = program.exit(error, std::cout, wrong);
    holdfast::cli::put_error(wrong.str());
    return code == 0 ? holdfast::cli::all_well : holdfast::cli::usage;
  }
  return result;
}
