#include "breakers_view.hpp"

#include "holdfast/base/excerpt.hpp"
#include "holdfast/importer/progress.hpp"
#include "holdfast/state/circuit_facts.hpp"
#include "holdfast/state/wall_text.hpp"
#include "shown_json.hpp"
#include "text_table.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <iterator>
#include <string_view>
#include <utility>

#include <nlohmann/json.hpp>

namespace holdfast::cli {
namespace {

using json = nlohmann::ordered_json;

constexpr std::size_t longest_name = 60;
constexpr std::size_t longest_text = 120;

std::string name_of_operation(operation_record const& record) {
  return excerpt(record.operation.view(), longest_name);
}

std::string end_text(operation_record const& record) {
  if (auto const end = state_end(record)) return utc_text(*end);
  return may_end(record.breaker.state) ? "no end" : "-";
}

std::string tokens_text(operation_record const& record) {
  auto const held = budget_tokens(record);
  if (!held) return "-";
  std::array<char, 64> text{};
  int const length = std::snprintf(text.data(), text.size(), "%.1f", *held);
  return {text.data(), static_cast<std::size_t>(length)};
}

std::string age_text(operation_record const& record, wall_time now) {
  return rough_time(elapsed(record.saved_at, now)) + " ago";
}

std::string counted(std::uint64_t count, std::string_view what) {
  return std::to_string(count) + " " + std::string{what} + (count == 1 ? "" : "s");
}

std::string state_text(operation_record const& record, wall_time now) {
  core::breaker_snapshot const& seen = record.breaker;
  std::string text{enum_name(seen.state)};
  if (auto const begun = state_begun(record)) text += " since " + utc_text(*begun);
  if (!may_end(seen.state)) return text;
  auto const end = state_end(record);
  if (!end) return text + ", without an end";
  text += ", until " + utc_text(*end);
  if (*end > now) return text;
  return text + (seen.state == breaker_state::open || seen.state == breaker_state::forced_open
                     ? ": that is over, the next call probes"
                     : ": that is over, the next call ends it");
}

std::string change_text(change_record const& change) {
  std::string text{enum_name(change.from)};
  if (change.to != change.from) text.append(" -> ").append(enum_name(change.to));
  return text;
}

/// A change with its reason, what the operator said and who made it, as far as they are known.
std::string cause_text(change_record const& change) {
  std::string text = change_text(change);
  if (!change.reason.empty()) text += ": " + excerpt(change.reason.view(), longest_text);
  if (!change.why.empty()) text += ", " + excerpt(change.why.view(), longest_text);
  if (!change.author.empty()) text += ", by " + excerpt(change.author.view(), longest_text);
  return text;
}

std::string order_text(order_record const& order) {
  std::string text{enum_name(order.what)};
  text += ", given " + utc_text(order.given_at);
  if (!order.author.empty()) text += " by " + excerpt(order.author.view(), longest_text);
  if (order.until) text += ", until " + utc_text(*order.until);
  if (!order.why.empty()) text += ": " + excerpt(order.why.view(), longest_text);
  return text;
}

json time_or_null(std::optional<wall_time> at) {
  if (!at) return nullptr;
  return utc_text(*at);
}

json record_json(operation_record const& record, wall_time now) {
  core::breaker_snapshot const& seen = record.breaker;
  json made{{"operation", std::string{record.operation.view()}},
            {"state", std::string{enum_name(seen.state)}},
            {"since", time_or_null(state_begun(record))},
            {"open_until", time_or_null(state_end(record))},
            {"consecutive_failures", seen.consecutive_failures},
            {"times_opened", seen.times_opened},
            {"tokens", nullptr},
            {"saved_at", utc_text(record.saved_at)},
            {"seconds_old", std::chrono::duration<double>(elapsed(record.saved_at, now)).count()}};
  if (auto const held = budget_tokens(record)) made["tokens"] = *held;
  return made;
}

json change_json(change_record const& change) {
  return {{"operation", std::string{change.operation.view()}},
          {"at", utc_text(change.at)},
          {"kind", std::string{enum_name(change.kind)}},
          {"from", std::string{enum_name(change.from)}},
          {"to", std::string{enum_name(change.to)}},
          {"reason", std::string{change.reason.view()}},
          {"why", std::string{change.why.view()}},
          {"author", std::string{change.author.view()}},
          {"end", time_or_null(change.end)}};
}

json order_json(order_record const& order) {
  return {{"number", order.number},
          {"order", std::string{enum_name(order.what)}},
          {"why", std::string{order.why.view()}},
          {"author", std::string{order.author.view()}},
          {"given_at", utc_text(order.given_at)},
          {"until", time_or_null(order.until)}};
}

}  // namespace

std::vector<order_record> orders_waiting(operation_record const& record,
                                         std::vector<order_record> const& orders,
                                         std::vector<change_record> const& history, wall_time now) {
  auto const is_waiting = [&](order_record const& order) {
    if (order.operation != record.operation.view() || order.given_at <= record.saved_at)
      return false;
    if (order.until && *order.until <= now) return false;
    return std::ranges::none_of(history, [&](change_record const& change) {
      return change.kind == change_kind::order && change.at >= order.given_at &&
             change.reason == enum_name(order.what) && change.author == order.author;
    });
  };
  std::vector<order_record> waiting;
  std::ranges::copy_if(orders, std::back_inserter(waiting), is_waiting);
  return waiting;
}

std::string list_text(std::vector<operation_record> const& operations, wall_time now) {
  text_table table;
  table.add({"operation", "state", "since", "until", "failures", "opened", "tokens", "saved"});
  for (operation_record const& each : operations) {
    auto const begun = state_begun(each);
    table.add({name_of_operation(each), std::string{enum_name(each.breaker.state)},
               begun ? utc_text(*begun) : "-", end_text(each),
               std::to_string(each.breaker.consecutive_failures),
               std::to_string(each.breaker.times_opened), tokens_text(each), age_text(each, now)});
  }
  return table.text();
}

std::string list_json(std::vector<operation_record> const& operations, wall_time now) {
  std::string lines;
  for (operation_record const& each : operations) {
    lines += shown_as_line(record_json(each, now)) + "\n";
  }
  return lines;
}

std::string show_text(known_operation const& known, wall_time now) {
  operation_record const& record = known.record;
  core::breaker_snapshot const& seen = record.breaker;
  std::string text = name_of_operation(record) + "\n  " + state_text(record, now) + "\n";
  text += "  " + counted(static_cast<std::uint64_t>(seen.consecutive_failures), "failure") +
          " in a row, opened " + counted(seen.times_opened, "time") + "\n";
  if (auto const all = window_totals_of(record)) {
    text += "  in its window: " + counted(all->calls, "call") + ", " +
            std::to_string(all->failures) + " failed, " + std::to_string(all->slow) + " slow\n";
  }
  if (record.budget) text += "  retry budget: " + tokens_text(record) + " tokens\n";
  text += "  saved " + utc_text(record.saved_at) + ", " + age_text(record, now) + "\n";
  if (known.last_change) {
    text += "  last change " + utc_text(known.last_change->at) + ": " +
            cause_text(*known.last_change) + "\n";
  }
  for (order_record const& each : known.waiting) {
    text += "  order " + std::to_string(each.number) +
            " waits for a process that obeys it: " + order_text(each) + "\n";
  }
  return text;
}

std::string show_json(known_operation const& known, wall_time now) {
  json made = record_json(known.record, now);
  made["generation"] = known.record.breaker.generation;
  made["window"] = nullptr;
  if (auto const all = window_totals_of(known.record)) {
    made["window"] = {{"calls", all->calls}, {"failures", all->failures}, {"slow", all->slow}};
  }
  made["last_change"] = nullptr;
  if (known.last_change) made["last_change"] = change_json(*known.last_change);
  made["orders_waiting"] = json::array();
  for (order_record const& each : known.waiting) made["orders_waiting"].push_back(order_json(each));
  return shown_as_line(std::move(made)) + "\n";
}

std::string history_text(std::vector<change_record> const& changes) {
  text_table table;
  table.add({"time", "kind", "change", "reason", "why", "author", "until"});
  for (change_record const& each : changes) {
    table.add({utc_text(each.at), std::string{enum_name(each.kind)}, change_text(each),
               excerpt(each.reason.view(), longest_text), excerpt(each.why.view(), longest_text),
               excerpt(each.author.view(), longest_text), each.end ? utc_text(*each.end) : ""});
  }
  return table.text();
}

std::string history_json(std::vector<change_record> const& changes) {
  std::string lines;
  for (change_record const& each : changes) lines += shown_as_line(change_json(each)) + "\n";
  return lines;
}

}  // namespace holdfast::cli
