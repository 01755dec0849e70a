#include "holdfast/classify/recovery.hpp"

#include <algorithm>

namespace holdfast {
namespace {

using enum recovery_step;

constexpr std::array<recovery_strategy, 11> table{{
    {.advice = advice::never,
     .only = {category::authentication},
     .steps = {refresh_credentials, reconnect, repeat},
     .count = 3,
     .help = "the secret may have been changed: read it anew, once, in the connector; then fail"},
    {.advice = advice::never,
     .only = {category::data, category::integrity},
     .steps = {skip_record, fail},
     .count = 2,
     .help = "the record is at fault: put it aside with the reason and go on, else fail"},
    {.advice = advice::never,
     .steps = {fail},
     .count = 1,
     .help = "the same call would fail the same way"},
    {.advice = advice::now, .steps = {repeat}, .count = 1, .help = "again, at once"},
    {.advice = advice::after_backoff,
     .steps = {wait, repeat},
     .count = 2,
     .help = "again, after the pause of the retry policy"},
    {.advice = advice::after_wait,
     .steps = {wait, repeat},
     .count = 2,
     .help = "again, not before the server said"},
    {.advice = advice::after_reconnect,
     .steps = {wait, reconnect, repeat},
     .count = 3,
     .help = "again, after a pause, on a new connection"},
    {.advice = advice::after_reprepare,
     .steps = {reprepare, repeat},
     .count = 2,
     .help = "again, once, with the statement prepared anew"},
    {.advice = advice::restart_transaction,
     .steps = {wait, restart_transaction, repeat},
     .count = 3,
     .help = "the whole transaction again, after a pause with jitter"},
    {.advice = advice::if_idempotent,
     .steps = {wait, repeat},
     .count = 2,
     .help = "again, after a pause, if retry{.idempotent = true} says that it does no harm"},
    {.advice = advice::resolve_first,
     .steps = {reconnect, resolve_outcome, repeat},
     .count = 3,
     .help = "find out whether it happened; again only if it did not"},
}};

bool is_meant_for(recovery_strategy const& row, category seen) {
  bool const anything = !row.only.front().has_value();
  return anything || std::ranges::find(row.only, std::optional{seen}) != row.only.end();
}

}  // namespace

std::string_view help_on(recovery_step step) noexcept {
  switch (step) {
    case wait: return "pause as long as the retry policy, or the server, says";
    case reconnect: return "give up the connection and make a new one";
    case refresh_credentials: return "read the secret anew, once";
    case reprepare: return "prepare the statement anew, once";
    case restart_transaction: return "roll back, and run everything again from BEGIN";
    case resolve_outcome: return "ask whether it happened";
    case skip_record: return "put the record aside, with the reason";
    case repeat: return "make the call again, if the retry policy allows one more";
    case fail: return "hand the failure to the caller";
  }
  return "";
}

std::span<recovery_strategy const> recovery_strategies() noexcept { return table; }

recovery_strategy const& strategy_for(failure const& seen) noexcept {
  auto const* const at = std::ranges::find_if(table, [&](recovery_strategy const& row) {
    return row.advice == seen.advice && is_meant_for(row, seen.category);
  });
  static constexpr recovery_strategy const& plain_failure_row = table[2];
  return at != table.end() ? *at : plain_failure_row;
}

recovery_plan::recovery_plan(failure const& seen) noexcept {
  auto const wanted = strategy_for(seen).in_order();
  bool const reconnects = std::ranges::find(wanted, reconnect) != wanted.end();
  bool const restarts = std::ranges::find(wanted, restart_transaction) != wanted.end();
  for (recovery_step const step : wanted) {
    if (step == repeat && seen.poisoned == poisoned::connection && !reconnects) add(reconnect);
    if (step == repeat && seen.poisoned == poisoned::transaction && !restarts && !reconnects) {
      add(restart_transaction);
    }
    add(step);
  }
}

void recovery_plan::add(recovery_step step) noexcept { steps_[count_++] = step; }

}  // namespace holdfast
