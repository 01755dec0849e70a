#include "breakers_order.hpp"
#include "breakers_store.hpp"
#include "breakers_view.hpp"
#include "commands.hpp"
#include "holdfast/manage/order_reader.hpp"
#include "holdfast/state/state_limits.hpp"
#include "telling.hpp"

#include <array>
#include <chrono>
#include <functional>
#include <memory>
#include <utility>

#include <CLI/CLI.hpp>

namespace holdfast::cli {
namespace {

constexpr char const* about =
    "Shows the circuits that programs keep in a store, and tells those programs to open or close "
    "them.";

constexpr char const* examples =
    "\nExamples:\n"
    "  holdfast breakers list --store sqlite:/var/lib/app/state.db\n"
    "  holdfast breakers show import.page --config resilience.yaml\n"
    "  holdfast breakers history import.page --limit 5\n"
    "  holdfast breakers open import.page --why 'the vendor migrates' --for 10m\n"
    "  holdfast breakers close import.page\n"
    "\nThe store is that of --store, or the state.store of a resilience file: --config, or the\n"
    "environment variable HOLDFAST_CONFIG.\n"
    "\nExit codes: 0 done; 2 the store can't be used, it does not know the operation, or an "
    "argument is\nwrong. --json prints one object a line. What stores keep: docs/state.md\n";

struct arguments {
  store_choice where{};
  std::string name{};
  std::size_t limit = 20;
  order_arguments order{};
  bool as_json = false;
};

wall_time wall_now() { return std::chrono::system_clock::now(); }

int put(std::string const& text, bool as_json) {
  return (as_json ? put_json(text) : put_result(text)) ? all_well : usage;
}

int list(arguments const& given) {
  auto const in = open_store(given.where);
  if (!in) return refuse(in.error());
  if (in->operations.empty()) {
    tell(in->url + " has no operations yet: the first process that uses it brings them");
  }
  if (given.as_json) return put(list_json(in->operations, wall_now()), true);
  return in->operations.empty() ? static_cast<int>(all_well)
                                : put(list_text(in->operations, wall_now()), false);
}

int show(arguments const& given) {
  auto const in = open_store(given.where);
  if (!in) return refuse(in.error());
  auto found = find_operation_of(*in, given.name);
  if (!found) return refuse({found.error()});
  auto const changes = in->store->changes(given.name, most_changes_each);
  if (!changes) return refuse({store_problem(in->url, changes.error())});
  auto const orders = in->store->orders_after(0);
  if (!orders) return refuse({store_problem(in->url, orders.error())});
  known_operation known{.record = *std::move(found)};
  if (!changes->empty()) known.last_change = changes->front();
  known.waiting = orders_waiting(known.record, *orders, *changes, wall_now());
  return given.as_json ? put(show_json(known, wall_now()), true)
                       : put(show_text(known, wall_now()), false);
}

int tell_history(arguments const& given) {
  if (given.limit < 1 || given.limit > most_changes_each) {
    return refuse({{{"--limit", 0, 0},
                    std::to_string(given.limit) + " is out of range",
                    "allowed: 1 .. " + std::to_string(most_changes_each)}});
  }
  auto const in = open_store(given.where);
  if (!in) return refuse(in.error());
  auto const found = find_operation_of(*in, given.name);
  if (!found) return refuse({found.error()});
  auto const changes = in->store->changes(given.name, given.limit);
  if (!changes) return refuse({store_problem(in->url, changes.error())});
  if (changes->empty()) tell("nothing has changed yet");
  if (given.as_json) return put(history_json(*changes), true);
  return changes->empty() ? static_cast<int>(all_well) : put(history_text(*changes), false);
}

int give_order(order_kind what, arguments const& given) {
  auto order = understand_order(what, given.order, wall_now());
  if (!order) return refuse(order.error());
  auto const in = open_store(given.where);
  if (!in) return refuse(in.error());
  auto const found = find_operation_of(*in, given.order.operation);
  if (!found) return refuse({found.error()});
  auto const number = in->store->give(*order);
  if (!number) return refuse({store_problem(in->url, number.error())});
  order->number = *number;
  return put(describe(*order) + "\nprocesses that share the store obey within a second or so\n",
             false);
}

/// What the command does, with its options.
struct told_command {
  CLI::App* command;
  std::shared_ptr<arguments> given;
};

told_command add_command(CLI::App& breakers, char const* name, char const* what) {
  told_command added{breakers.add_subcommand(name, what), std::make_shared<arguments>()};
  added.command->add_option("--store", added.given->where.store, "file:PATH or sqlite:PATH")
      ->type_name("URL");
  added.command
      ->add_option("--config", added.given->where.config,
                   "resilience file whose store is meant; else that of HOLDFAST_CONFIG")
      ->type_name("FILE");
  return added;
}

void run_as(told_command const& added, int& result, std::function<int(arguments const&)> run) {
  added.command->callback(
      [given = added.given, run = std::move(run), &result] { result = run(*given); });
}

void add_views(CLI::App& breakers, int& result) {
  told_command const all = add_command(breakers, "list", "All circuits of the store");
  told_command const one = add_command(breakers, "show", "All that is known of one circuit");
  told_command const past = add_command(breakers, "history", "What has changed, the newest first");
  for (told_command const& each : {one, past}) {
    each.command->add_option("name", each.given->name, "the operation")
        ->type_name("NAME")
        ->required();
  }
  past.command->add_option("--limit", past.given->limit, "changes to show, 1 .. 200")
      ->type_name("N")
      ->capture_default_str();
  for (told_command const& each : {all, one, past}) {
    each.command->add_flag("--json", each.given->as_json, "one JSON object a line");
  }
  run_as(all, result, list);
  run_as(one, result, show);
  run_as(past, result, tell_history);
}

struct order_command {
  order_kind what;
  char const* name;
  char const* about;
};

constexpr std::array order_commands{
    order_command{order_kind::open, "open", "Refuses every call, until it is closed or the end"},
    order_command{order_kind::close, "close", "Ends an override or a wait: calls are admitted"},
    order_command{order_kind::reset, "reset", "Closes, and forgets all results and waits"},
    order_command{order_kind::disable, "disable", "Admits every call and records nothing"},
    order_command{order_kind::observe_only, "observe-only",
                  "Admits every call, records, and says what would have opened"},
};

void add_order(CLI::App& breakers, int& result, order_command const& each) {
  told_command const added = add_command(breakers, each.name, each.about);
  order_arguments& order = added.given->order;
  added.command->add_option("name", order.operation, "the operation")
      ->type_name("NAME")
      ->required();
  added.command->add_option("--why", order.why, "for the history, at most 80 bytes")
      ->type_name("TEXT");
  added.command->add_option("--author", order.author, "who gives the order; else user@host")
      ->type_name("NAME");
  if (needs_a_reason(each.what)) {
    added.command->add_option("--for", order.length, "how long, such as 10m; else without an end")
        ->type_name("TIME");
    added.command->add_option("--until", order.until, "in UTC: 2026-12-01T10:00:00Z")
        ->type_name("TIME");
  }
  run_as(added, result,
         [what = each.what](arguments const& given) { return give_order(what, given); });
}

}  // namespace

void add_breakers_command(CLI::App& program, int& result) {
  CLI::App* const breakers = program.add_subcommand("breakers", about);
  breakers->footer(examples);
  breakers->require_subcommand(1);
  add_views(*breakers, result);
  for (order_command const& each : order_commands) add_order(*breakers, result, each);
}

}  // namespace holdfast::cli
