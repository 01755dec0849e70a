#include "chaos_proxy_command.hpp"

#include "chaos_files.hpp"
#include "commands.hpp"
#include "holdfast/chaos/proxy.hpp"
#include "telling.hpp"

#include <csignal>
#include <iostream>
#include <memory>

#include <CLI/CLI.hpp>

namespace holdfast::cli {
namespace {

constexpr char const* about =
    "Stands between clients and a server, and lets the connections fail as planned.\n\n"
    "Passes bytes on as they are, until the plan says otherwise: delay, throttle, corrupt, cut,\n"
    "reset, half_open, shutdown, request_lost, answer_lost, black_hole, refuse; by time, byte,\n"
    "pattern, PostgreSQL message, or a control call. The same plan, seed and bytes give the same\n"
    "faults. SIGINT or SIGTERM ends it, with one line of statistics.\n";

constexpr char const* examples =
    "\nExample, a PostgreSQL server whose first COMMIT is done and never answered:\n"
    "  echo '{protocol: postgres, faults: [{kind: answer_lost, message: Q,\n"
    "         containing: commit, any_case: true, times: 1}]}' > a.proxy.yaml\n"
    "  holdfast chaos proxy --listen 127.0.0.1:6432 --to 127.0.0.1:5432 --plan a.proxy.yaml\n"
    "Example, without a plan, and a fault while it runs:\n"
    "  holdfast chaos proxy --listen 127.0.0.1:6432 --to unix:/run/postgresql/.s.PGSQL.5432 \\\n"
    "      --control 127.0.0.1:6433\n"
    "  curl -d 'faults: [{kind: delay, delay: 200ms}]' http://127.0.0.1:6433/faults\n"
    "  curl http://127.0.0.1:6433/stats\n"
    "\nEvery fault and field of a plan, and the control calls: docs/chaos.md\n";

struct arguments {
  std::string plan;
  std::string port_file;
  proxy_options options;
};

/// SIGINT and SIGTERM wait from now on until they are asked for.
sigset_t hold_signals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  return set;
}

int serve(arguments const& given) {
  auto plan = given.plan.empty() ? expected<proxy_plan, problems>{proxy_plan{}}
                                 : read_proxy_plan(given.plan);
  if (!plan) return refuse(plan.error());
  sigset_t const ending = hold_signals();
  auto proxy = chaos_proxy::open(given.options, std::move(*plan));
  if (!proxy) return refuse({proxy.error()});

  std::string const control = proxy->control_url();
  std::cout << "listening on " << proxy->address() << std::endl;
  if (!control.empty()) std::cout << "control calls on " << control << std::endl;
  if (!given.port_file.empty()) {
    std::string const lines = proxy->address() + "\n" + (control.empty() ? "" : control + "\n");
    auto const written = write_atomically(given.port_file, lines);
    if (!written) return refuse({written.error()});
  }
  int came = 0;
  sigwait(&ending, &came);
  auto const stats = proxy->stats();
  proxy->stop();
  std::cout << to_text(stats) << std::endl;
  return all_well;
}

}  // namespace

void add_chaos_proxy_command(CLI::App& chaos, int& result) {
  CLI::App* const proxy = chaos.add_subcommand("proxy", about);
  proxy->footer(examples);
  auto const given = std::make_shared<arguments>();
  proxy->add_option("--to", given->options.to, "the server: HOST:PORT or unix:/PATH")
      ->required()
      ->type_name("ADDRESS");
  proxy
      ->add_option("--listen", given->options.listen,
                   "where clients connect to: HOST:PORT, port 0 is any that is free; or unix:/PATH")
      ->type_name("ADDRESS")
      ->capture_default_str();
  proxy
      ->add_option("--plan", given->plan,
                   "YAML file that says what goes wrong; without it nothing does")
      ->type_name("FILE");
  proxy->add_option("--seed", given->options.seed, "of all chance")->capture_default_str();
  proxy
      ->add_option("--control", given->options.control,
                   "HOST:PORT of the control calls: GET /stats, POST /faults, DELETE /faults, "
                   "POST /cut; without it there are none")
      ->type_name("ADDRESS");
  proxy
      ->add_option("--port-file", given->port_file,
                   "write the address into this file when listening, and the URL of the control "
                   "calls into its second line")
      ->type_name("FILE");
  proxy->add_option("--max-connections", given->options.max_connections, "open at once; more wait")
      ->check(CLI::Range(1, 100'000))
      ->capture_default_str();
  proxy->callback([given, &result] { result = serve(*given); });
}

}  // namespace holdfast::cli
