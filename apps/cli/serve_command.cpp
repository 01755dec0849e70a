#include "breakers_store.hpp"
#include "commands.hpp"
#include "holdfast/serve/server.hpp"
#include "holdfast/serve/stored_circuits.hpp"
#include "interrupts.hpp"
#include "serve_choice.hpp"
#include "telling.hpp"

#include <condition_variable>
#include <memory>
#include <mutex>
#include <utility>

#include <CLI/CLI.hpp>

namespace holdfast::cli {
namespace {

constexpr char const* about =
    "Shows the circuits that programs keep in a store over HTTP: for people, for Prometheus, for "
    "load balancers.";

constexpr char const* examples =
    "\nExamples:\n"
    "  holdfast serve --store sqlite:/var/lib/app/state.db\n"
    "  holdfast serve --config resilience.yaml --listen 127.0.0.1:9464 --token-file token\n"
    "\nPaths: /livez, /readyz, /health, /metrics, /breakers, /breakers/OPERATION,\n"
    "/breakers/OPERATION/events; orders by POST /breakers/OPERATION/open and the like.\n"
    "\nExit codes:\n"
    "  0    ended by SIGINT or SIGTERM\n"
    "  2    the store or the address can't be used\n";

struct serve_arguments {
  store_choice store{};
  serve_choice serve{.listen = "127.0.0.1:9464"};
};

void wait_for_stop(std::stop_token const& stop) {
  std::mutex lock;
  std::condition_variable_any stopped;
  std::unique_lock held{lock};
  stopped.wait(held, stop, [] { return false; });
}

[[nodiscard]] int run_serve(serve_arguments const& given) {
  interrupts const signals{""};  // first: threads inherit what it blocks
  problems found;
  server_options options = understand_server(given.serve, "--listen", found);
  if (!found.empty()) return refuse(found);
  auto store = open_store(given.store);
  if (!store) return refuse(store.error());
  stored_circuits circuits{std::move(store->store), store->url, std::move(store->is_required)};
  auto const running = server::open(circuits, std::move(options));
  if (!running) return refuse({running.error()});
  tell("serving " + running->url() + " (the circuits of " + store->url + ")");
  wait_for_stop(signals.token());
  return all_well;
}

}  // namespace

void add_serve_command(CLI::App& program, int& result) {
  auto* command = program.add_subcommand("serve", about);
  command->footer(examples);
  auto const arguments = std::make_shared<serve_arguments>();
  command->add_option("--store", arguments->store.store, "file:PATH or sqlite:PATH");
  command->add_option("--config", arguments->store.config,
                      "Resilience file, whose state.store is meant");
  command
      ->add_option("--listen", arguments->serve.listen, "PORT or ADDRESS:PORT; port 0: a free one")
      ->capture_default_str();
  add_server_options(*command, arguments->serve);
  command->callback([arguments, &result] { result = run_serve(*arguments); });
}

}  // namespace holdfast::cli
