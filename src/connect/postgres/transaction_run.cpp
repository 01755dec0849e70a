#include "connect/postgres/transaction_run.hpp"

#include "connect/postgres/commit_resolver.hpp"
#include "connect/postgres/verdict.hpp"

#include <algorithm>
#include <cstdint>
#include <random>
#include <string>
#include <utility>

namespace holdfast::postgres {
namespace {

constexpr duration patience_of_rollback = std::chrono::seconds{5};
std::string const rollback = "ROLLBACK";

std::string_view name_of(isolation level) noexcept {
  switch (level) {
    case isolation::server_default: break;
    case isolation::read_committed: return " ISOLATION LEVEL READ COMMITTED";
    case isolation::repeatable_read: return " ISOLATION LEVEL REPEATABLE READ";
    case isolation::serializable: return " ISOLATION LEVEL SERIALIZABLE";
  }
  return "";
}

/// The time that is left, as the server's own limits: what nobody waits for any more ends there
/// too, a statement as well as a session behind a half-open link, and lets go of its locks.
std::string limits_of_server(instant deadline) {
  if (deadline == never_reached) return {};
  auto const left = std::chrono::ceil<std::chrono::milliseconds>(elapsed(now(), deadline)).count();
  constexpr std::int64_t longest = 2'147'483'647;
  std::string const limit = std::to_string(std::clamp<std::int64_t>(left, 1, longest));
  std::string settings;
  for (char const* each :
       {"statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout"}) {
    settings.append("; SET LOCAL ").append(each).append(" = ").append(limit);
  }
  return settings;
}

std::string begin_text(transaction_options const& options) {
  std::string text{"BEGIN"};
  text += name_of(options.isolation);
  if (options.read_only) text += " READ ONLY";
  if (options.deferrable) text += " DEFERRABLE";
  return text + limits_of_server(options.limits.deadline);
}

std::string drawn_key() {
  constexpr std::string_view digits = "0123456789abcdef";
  std::random_device system;
  std::string key;
  for (int word = 0; word < 4; ++word) {
    std::uint32_t bits = system();
    for (int digit = 0; digit < 8; ++digit, bits >>= 4U) key.push_back(digits[bits & 15U]);
  }
  return key;
}

/// It is known that nothing of it happened.
failure known_rolled_back(failure const& lost) {
  failure seen = lost;
  seen.category = category::connection;
  seen.advice = advice::after_reconnect;
  seen.fault = fault::dependency;
  seen.text =
      std::string_view{"the COMMIT was lost, and the transaction is known to be rolled back"};
  return seen;
}

failure still_in_doubt(failure const& lost, commit_mark const& mark) {
  failure seen = lost;
  seen.category = category::in_doubt;
  seen.advice = advice::resolve_first;
  seen.severity = std::max(seen.severity, severity::high);
  seen.text = std::string_view{"nobody could tell whether xid " + mark.xid + " of system " +
                               mark.system + ", timeline " + mark.timeline + ", was committed"};
  return seen;
}

}  // namespace

transaction_run::transaction_run(session& on, pool_state& of, transaction_options const& options)
    : on_{&on}, of_{&of}, options_{&options} {
  on_->limit(options.limits);
}

transaction_run::~transaction_run() {
  if (open_) on_->poison();
}

task<void> transaction_run::roll_back() {
  if (!open_) co_return;
  if (on_->is_usable() && on_->in_transaction()) {
    on_->limit({.deadline = later(now(), patience_of_rollback)});
    auto const undone = co_await on_->run_script(rollback, effect::reads);
    if (!undone) on_->poison();
  }
  open_ = false;
}

task<expected<void, failure>> transaction_run::begin() {
  open_ = true;  // also after a failure: part of it may have been done
  std::string const text = begin_text(*options_);
  auto const begun = co_await on_->run_script(text, effect::reads);
  if (!begun) co_return unexpected{begun.error()};
  co_return expected<void, failure>{};
}

task<expected<void, failure>> transaction_run::commit() {
  on_->limit(options_->limits);  // the closure may have had others
  if (on_->is_at_rest()) {
    on_->poison();
    co_return unexpected{not_sent("25P01", "the transaction was ended within the closure")};
  }
  if (!options_->read_only) {
    doubt_.ledger_key = options_->ledger.value_or("");
    if (options_->ledger && doubt_.ledger_key.empty()) doubt_.ledger_key = drawn_key();
    auto mark = co_await mark_commit(*on_, doubt_.ledger_key, of_->history());
    if (!mark) co_return unexpected{mark.error()};
    doubt_.mark = std::move(*mark);
  }
  co_return co_await commit_marked();
}

task<expected<void, failure>> transaction_run::commit_marked() {
  auto const done = co_await on_->commit();
  open_ = !done && on_->is_usable() && on_->in_transaction();
  if (done || done.error().category != category::in_doubt) co_return done;
  bool const wrote_nothing = doubt_.mark.xid.empty();
  if (wrote_nothing) co_return unexpected{known_rolled_back(done.error())};
  co_return co_await look_into(done.error());
}

task<expected<void, failure>> transaction_run::look_into(failure lost) {
  doubt_.arose = true;
  std::random_device system;
  commit_resolver resolver{of_->options().server, of_->history(), doubt_, random_bits{system()},
                           on_->waits_by()};
  try {
    co_await resolver.resolve(later(now(), options_->resolve_timeout));
  } catch (std::bad_alloc const&) {
    doubt_.outcome = resolved::still_in_doubt;
  }
  if (options_->doubt != nullptr) *options_->doubt = doubt_;
  switch (doubt_.outcome) {
    case resolved::happened: co_return expected<void, failure>{};
    case resolved::did_not_happen: co_return unexpected{known_rolled_back(lost)};
    case resolved::still_in_doubt: break;
  }
  if (options_->limits.context != nullptr) {
    options_->limits.context->server.detail = std::string_view{describe(doubt_)};
  }
  co_return unexpected{still_in_doubt(lost, doubt_.mark)};
}

}  // namespace holdfast::postgres
