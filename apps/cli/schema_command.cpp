#include "commands.hpp"
#include "holdfast/manage/config_schema.hpp"
#include "telling.hpp"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

namespace holdfast::cli {
namespace {

constexpr char const* about =
    "Prints the JSON Schema of a resilience file (draft 2020-12), for editors that complete and "
    "check\nwhat is typed.\n";

constexpr char const* examples =
    "\nExamples:\n"
    "  holdfast schema > resilience.schema.json\n"
    "\nEditors with the YAML language server find it by the first line of the file:\n"
    "  # yaml-language-server: $schema=resilience.schema.json\n"
    "\nThe file is explained in docs/configuration.md\n";

}  // namespace

void add_schema_command(CLI::App& program, int& result) {
  CLI::App* const schema = program.add_subcommand("schema", about);
  schema->footer(examples);
  schema->callback([&result] {
    auto const made = nlohmann::ordered_json::parse(resilience_schema());
    result = put_json(made.dump(2) + "\n") ? all_well : usage;
  });
}

}  // namespace holdfast::cli
