#include "chaos_files.hpp"
#include "chaos_proxy_command.hpp"
#include "commands.hpp"
#include "holdfast/chaos/api_server.hpp"
#include "telling.hpp"

#include <iostream>
#include <memory>

#include <CLI/CLI.hpp>

namespace holdfast::cli {
namespace {

constexpr char const* about =
    "Serves the records of a JSON Lines file as a paged web API that fails as planned.\n\n"
    "GET PATH?limit=20&offset=0 answers {\"molecules\": [...], \"page_meta\": {\"limit\", "
    "\"next\",\n"
    "\"offset\", \"previous\", \"total_count\"}}; `next` leads to the end. GET /chaos/stats tells "
    "what\n"
    "was done. The plan says what goes wrong and how often; the same plan, seed and order of\n"
    "requests give the same faults. SIGINT or SIGTERM ends it, with one line of statistics.\n";

constexpr char const* examples =
    "\nExample, a service of which every fifth answer fails:\n"
    "  echo 'faults: {unavailable: 0.1, reset: 0.1}' > a.plan.yaml\n"
    "  holdfast chaos api --data examples/data/molecules.jsonl --plan a.plan.yaml --seed 7\n"
    "  curl -s 'http://127.0.0.1:PORT/molecule.json?limit=2'\n"
    "  holdfast import http://127.0.0.1:PORT/molecule.json --into molecules.db\n"
    "\nEvery fault and its field in the plan: docs/chaos.md\n";

struct arguments {
  std::string data;
  std::string plan;
  std::string listen = "127.0.0.1:0";
  std::string port_file;
  api_options options;
};

/// Splits "127.0.0.1:8080" or "[::1]:8080".
bool parse_listen(std::string const& text, api_options& options) {
  auto const colon = text.rfind(':');
  if (colon == std::string::npos || colon == 0) return false;
  std::string host = text.substr(0, colon);
  if (host.front() == '[' && host.back() == ']') host = host.substr(1, host.size() - 2);
  std::string const digits = text.substr(colon + 1);
  if (digits.empty() || digits.size() > 5) return false;
  if (digits.find_first_not_of("0123456789") != std::string::npos) return false;
  auto const port = std::stoul(digits);
  if (port > 65535) return false;
  options.address = host;
  options.port = static_cast<std::uint16_t>(port);
  return true;
}

int serve(arguments const& given) {
  api_options options = given.options;
  if (!parse_listen(given.listen, options)) {
    return refuse({{{"--listen", 0, 0},
                    "'" + given.listen + "' is no address with a port",
                    "for example 127.0.0.1:0 for a free port, or [::1]:8080"}});
  }
  auto plan = given.plan.empty() ? expected<chaos_plan, problems>{chaos_plan{}}
                                 : read_chaos_plan(given.plan);
  if (!plan) return refuse(plan.error());
  auto records = record_set::read(given.data);
  if (!records) return refuse(records.error());
  auto server = api_server::open(options, std::move(*plan), std::move(*records));
  if (!server) return refuse({server.error()});

  std::cout << "listening on " << server->url() << std::endl;
  if (!given.port_file.empty()) {
    auto const written = write_atomically(given.port_file, server->url() + "\n");
    if (!written) return refuse({written.error()});
  }
  server->run();
  std::cout << to_text(server->tally()) << std::endl;
  return all_well;
}

}  // namespace

void add_chaos_command(CLI::App& program, int& result) {
  CLI::App* const chaos = program.add_subcommand("chaos", "Fails on purpose, to test against");
  chaos->require_subcommand(1);
  CLI::App* const api = chaos->add_subcommand("api", about);
  api->footer(examples);

  auto const given = std::make_shared<arguments>();
  api->add_option("--data", given->data, "JSON Lines file with the records")
      ->required()
      ->type_name("FILE");
  api->add_option("--plan", given->plan,
                  "YAML file that says what goes wrong; without it nothing does")
      ->type_name("FILE");
  api->add_option("--seed", given->options.seed, "of all chance")->capture_default_str();
  api->add_option("--listen", given->listen, "address and port; port 0 is any that is free")
      ->type_name("ADDRESS:PORT")
      ->capture_default_str();
  api->add_option("--path", given->options.path, "path of the pages")->capture_default_str();
  api->add_option("--records-key", given->options.records_key,
                  "name of the list of records in a page")
      ->capture_default_str();
  api->add_option("--port-file", given->port_file, "write the URL into this file when listening")
      ->type_name("FILE");
  api->add_flag("--log", given->options.log, "one line for each request on standard error");
  api->callback([given, &result] { result = serve(*given); });
  add_chaos_proxy_command(*chaos, result);
}

}  // namespace holdfast::cli
