#include "commands.hpp"
#include "import_request.hpp"
#include "import_session.hpp"

#include <memory>

#include <CLI/CLI.hpp>

namespace holdfast::cli {
namespace {

constexpr char const* description =
    "Moves records from files and web APIs into a database, each exactly once: started again after "
    "a crash or Ctrl-C, the same command goes on where it stopped.";

constexpr char const* footer = R"(Sources:
  FILE            CSV, TSV or JSON Lines; plain or .gz; - is standard input
  http(s)://URL   a paged JSON API; --source names its shape

Targets:
  FILE            an SQLite database; made if it is not there
  postgresql://   a PostgreSQL database, or "host=db dbname=lab user=app"; give the password in
                  ~/.pgpass or in PGPASSWORD, where nobody sees it

Exit codes:
  0  all records are stored, or were there already
  1  finished; some records were rejected (table holdfast_rejected)
  2  nothing was imported: usage, mapping, a source or the target
  3  not finished; the same command goes on
  130  interrupted; the same command goes on)";

void add_what(CLI::App& command, import_arguments& into) {
  command.add_option("sources", into.sources, "Files, - or URLs")->required();
  command
      .add_option("--into", into.into, "SQLite database file, or postgresql://USER@HOST/DATABASE")
      ->capture_default_str();
  command.add_option("--mapping", into.mapping, "YAML file: table, key, fields, types, ranges");
  command.add_option("--table", into.table, "Table; by default named after the source");
  command.add_option("--key", into.key, "Columns that identify a record: the first one wins")
      ->delimiter(',');
}

void add_reading(CLI::App& command, import_arguments& into) {
  auto* group = command.add_option_group("Reading");
  group->add_option("--format", into.format, "auto, csv, tsv or jsonl");
  group->add_option("--delimiter", into.delimiter, "Of CSV: one character, or \\t");
  group->add_option("--source", into.shape, "Shape of a web API: chembl");
  group->add_option("--attempts", into.attempts, "Requests for one page before it must wait");
  group->add_option("--attempt-timeout", into.attempt_timeout, "Of one request, such as 30s");
  group->add_option("--recovery-timeout", into.recovery_timeout,
                    "How long an open circuit waits before it is probed, such as 10s");
}

void add_serving(CLI::App& command, import_arguments& into) {
  auto* group = command.add_option_group("Serving");
  group
      ->add_option("--serve", into.serve.listen,
                   "PORT or ADDRESS:PORT: metrics, health and circuits over HTTP while it runs")
      ->type_name("ADDRESS");
  group->add_option("--linger", into.linger,
                    "Time for which it is served on at the end, such as 30s: for the last scrape");
  add_server_options(*group, into.serve);
}

void add_logging(CLI::App& command, import_arguments& into) {
  auto* group = command.add_option_group("Logging");
  group
      ->add_option("--log", into.log,
                   "One line for every failure, retry and change of a circuit; - is standard error")
      ->type_name("FILE");
  group->add_option("--log-format", into.log_format, "json (the default) or human");
}

void add_running(CLI::App& command, import_arguments& into) {
  auto* group = command.add_option_group("Running");
  group->add_option("--batch", into.batch, "Records of one transaction, 1 .. 10000");
  group
      ->add_option("--config", into.config,
                   "Resilience file: policies of import.page and db.import.write, obeyed at once "
                   "when it changes, and where their circuits are kept")
      ->type_name("FILE");
  group->add_option("--give-up-after", into.give_up_after,
                    "Time without progress after which it stops, such as 10m, or off");
  group->add_flag("--json", into.json, "Print the result as one JSON object");
  group->add_flag("--quiet", into.quiet, "No progress, only problems and the result");
}

}  // namespace

void add_import_command(CLI::App& program, int& result) {
  auto* command = program.add_subcommand("import", description);
  command->footer(footer);
  auto const arguments = std::make_shared<import_arguments>();
  add_what(*command, *arguments);
  add_reading(*command, *arguments);
  add_running(*command, *arguments);
  add_serving(*command, *arguments);
  add_logging(*command, *arguments);
  command->callback([arguments, &result] {
    problems found;
    import_request request = understand(*arguments, found);
    result = run_import(std::move(request), std::move(found));
  });
}

}  // namespace holdfast::cli
