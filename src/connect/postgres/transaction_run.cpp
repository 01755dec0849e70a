#include "connect/postgres/transaction_run.hpp"

#include "connect/postgres/commit_resolver.hpp"
#include "connect/postgres/verdict.hpp"
#include "connect/postgres/waiting.hpp"

#include <algorithm>
#include <cstdint>
#include <random>
#include <string>
#include <utility>

namespace holdfast::postgres {
namespace {

constexpr duration patience_of_rollback = std::chrono::seconds{5};

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

transaction_run::transaction_run(connection& on, transaction_options const& options, int number)
    : on_{&on}, options_{&options}, transaction_{on, number} {
  on_->limit(options.limits);
}

transaction_run::~transaction_run() {
  if (open_) roll_back();
}

void transaction_run::roll_back() noexcept {
  open_ = false;
  if (!on_->is_usable() || !on_->in_transaction()) return;
  try {
    on_->limit({.deadline = later(now(), patience_of_rollback)});
    auto const undone = on_->run_script("ROLLBACK", effect::reads);
    if (!undone) on_->poison();
  } catch (std::bad_alloc const&) {
    on_->poison();
  }
}

expected<void, failure> transaction_run::begin() {
  auto const begun = on_->run_script(begin_text(*options_), effect::reads);
  open_ = true;  // also after a failure: part of it may have been done
  if (!begun) return unexpected{begun.error()};
  return {};
}

std::optional<failure> transaction_run::call(detail::transaction_body& body) {
  std::optional<failure> seen;
  try {
    seen = body.run(transaction_);
  } catch (failure_error const& thrown) {
    thrown_ = std::current_exception();
    seen = thrown.why();
  } catch (...) {
    thrown_ = std::current_exception();
    seen = transaction_.first_failure().value_or(classify_current_exception());
  }
  // What came first tells more than what came of it (25P02).
  if (!seen || !transaction_.first_failure()) return seen ? seen : transaction_.first_failure();
  bool const consequence = seen->code.value == std::string_view{"25P02"};
  return consequence ? transaction_.first_failure() : seen;
}

expected<void, failure> transaction_run::commit(pool const& on) {
  if (on_->is_at_rest()) {
    on_->poison();
    return unexpected{not_sent("25P01", "the transaction was ended within the closure")};
  }
  if (!options_->read_only) {
    doubt_.ledger_key = options_->ledger.value_or("");
    if (options_->ledger && doubt_.ledger_key.empty()) doubt_.ledger_key = drawn_key();
    auto mark = mark_commit(*on_, doubt_.ledger_key, on.history());
    if (!mark) return unexpected{mark.error()};
    doubt_.mark = std::move(*mark);
  }
  return commit_marked(on);
}

expected<void, failure> transaction_run::commit_marked(pool const& on) {
  auto const done = on_->commit();
  open_ = !done && on_->is_usable() && on_->in_transaction();
  if (done || done.error().category != category::in_doubt) return done;
  bool const wrote_nothing = doubt_.mark.xid.empty();
  if (wrote_nothing) return unexpected{known_rolled_back(done.error())};
  return look_into(on, done.error());
}

expected<void, failure> transaction_run::look_into(pool const& on, failure const& lost) {
  doubt_.arose = true;
  std::random_device system;
  commit_resolver resolver{on.options().server, on.history(), doubt_, random_bits{system()}};
  try {
    resolver.resolve(later(now(), options_->resolve_timeout));
  } catch (std::bad_alloc const&) {
    doubt_.outcome = resolved::still_in_doubt;
  }
  if (options_->doubt != nullptr) *options_->doubt = doubt_;
  switch (doubt_.outcome) {
    case resolved::happened: return {};
    case resolved::did_not_happen: return unexpected{known_rolled_back(lost)};
    case resolved::still_in_doubt: break;
  }
  if (options_->limits.context != nullptr) {
    options_->limits.context->server.detail = std::string_view{describe(doubt_)};
  }
  return unexpected{still_in_doubt(lost, doubt_.mark)};
}

}  // namespace holdfast::postgres
