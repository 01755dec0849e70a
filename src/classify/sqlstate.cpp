#include "holdfast/classify/sqlstate.hpp"

#include "classify/sqlstate_index.hpp"
#include "holdfast/base/enum_names.hpp"

namespace holdfast {

template <>
struct names_of<commit_outcome> {
  using enum commit_outcome;
  static constexpr std::array<named_value<commit_outcome>, 3> table{
      {{rolled_back, "rolled_back"}, {unknown, "unknown"}, {not_sent, "not_sent"}}};
};

std::string_view name_of(commit_outcome value) noexcept { return enum_name(value); }

namespace {

using namespace classify_detail;

#include "classify/sqlstate_table.inc"

static_assert(std::ranges::is_sorted(rows, std::ranges::less_equal{}, &sqlstate_row::key));
static_assert(std::ranges::equal(rows, facts, {}, &sqlstate_row::key,
                                 [](auto const& each) { return packed_sqlstate(each.sqlstate); }));

constexpr std::size_t nowhere = rows.size();

/// The place of a code in `rows` and `facts`.
constexpr std::size_t place_of(std::uint32_t key) noexcept {
  std::uint16_t const row = slots[slot_of(key, seeds[bucket_of(key)])];
  return row != no_row && rows[row].key == key ? row : nowhere;
}

static_assert(std::ranges::all_of(rows, [](sqlstate_row const& row) {
  return rows[place_of(row.key)].key == row.key;
}));

/// The place of a code, or that of its class.
constexpr std::size_t place_or_class(std::uint32_t key) noexcept {
  if (key == no_key) return nowhere;
  std::size_t const exact = place_of(key);
  return exact != nowhere ? exact : place_of(class_of(key));
}

constexpr meaning not_committed{category::programming, severity::medium, fault::caller,
                                advice::never, poisoned::transaction};
constexpr meaning out_of_step{category::in_doubt, severity::critical, fault::dependency,
                              advice::resolve_first, poisoned::connection};

constexpr sqlstate_verdict link_lost{{category::connection, severity::high, fault::dependency,
                                      advice::after_reconnect, poisoned::connection},
                                     commit_outcome::unknown,
                                     false};
// An ERROR of the server is a definite no, also with a code that we do not know.
constexpr sqlstate_verdict unknown_class{unknown_meaning, commit_outcome::rolled_back, false};
// What has not the form of an SQLSTATE was not said by the server.
constexpr sqlstate_verdict no_sqlstate{unknown_meaning, commit_outcome::unknown, false};
constexpr sqlstate_verdict cancelled{
    {category::cancelled, severity::low, fault::nobody, advice::never, poisoned::transaction},
    commit_outcome::rolled_back,
    false};
constexpr sqlstate_verdict plan_outdated{{category::transient, severity::low, fault::caller,
                                          advice::after_reprepare, poisoned::transaction},
                                         commit_outcome::rolled_back,
                                         false};

constexpr std::uint32_t feature_not_supported = packed_sqlstate("0A000");
constexpr std::uint32_t query_canceled = packed_sqlstate("57014");
constexpr std::uint32_t protocol_violation = packed_sqlstate("08P01");

/// What the code means; where it can mean more than one thing, what it means here.
sqlstate_verdict const& verdict_on(sqlstate_report const& seen, std::uint32_t key,
                                   std::size_t place) noexcept {
  if (key == query_canceled && seen.cancelled_by_caller) return cancelled;
  if (key == protocol_violation && seen.behind_pooler) return link_lost;
  // The routine's name is never translated, and has been the same since PostgreSQL 9.2.
  bool const outdated =
      key == feature_not_supported && seen.source_function == "RevalidateCachedQuery";
  if (outdated) return plan_outdated;
  if (place != nowhere) return verdicts[rows[place].verdict];
  if (seen.sqlstate.empty()) return link_lost;
  return key == no_key ? no_sqlstate : unknown_class;
}

/// What was to run again in a session that is no more runs in a new one.
advice in_a_new_session(advice given) noexcept {
  switch (given) {
    case advice::now:
    case advice::after_backoff:
    case advice::after_reprepare:
    case advice::restart_transaction: return advice::after_reconnect;
    default: return given;
  }
}

/// Whether the server ended the session because its client let it wait.
constexpr bool is_clients_delay(std::string_view sqlstate) noexcept {
  return sqlstate == "25P03" || sqlstate == "25P04" || sqlstate == "57P05";
}

/// A lost answer is no proof that the service is alive, whatever the code's own fault.
meaning in_doubt(meaning means, std::string_view sqlstate) noexcept {
  bool const caller_blamed = means.fault == fault::caller && !is_clients_delay(sqlstate);
  if (caller_blamed) means.fault = fault::dependency;
  means.category = category::in_doubt;
  means.severity = std::max(means.severity, severity::high);
  means.advice = advice::resolve_first;
  return means;
}

/// Nothing was sent, so nothing is in doubt and a repetition does no harm.
meaning harmless(meaning means) noexcept {
  if (means.category == category::in_doubt) return link_lost.meaning;
  if (means.advice == advice::if_idempotent) means.advice = advice::after_backoff;
  return means;
}

meaning session_ended(meaning means) noexcept {
  means.poisoned = poisoned::connection;
  means.advice = in_a_new_session(means.advice);
  return means;
}

/// A verdict, which is that of the phase sent, in the light of phase and severity.
meaning in_phase(sqlstate_verdict const& verdict, sqlstate_report const& seen) noexcept {
  bool const doubtful = seen.fatal || verdict.at_commit == commit_outcome::unknown;
  meaning means = verdict.meaning;
  if (seen.how_far == phase::awaiting_commit && doubtful) {
    means = in_doubt(means, seen.sqlstate);
  }
  if (seen.how_far == phase::not_sent) means = harmless(means);
  return seen.fatal ? session_ended(means) : means;
}

std::string_view text_of(sqlstate_report const& seen, std::size_t place) noexcept {
  if (!seen.message.empty()) return seen.message;
  if (place != nowhere) return facts[place].condition_name;
  return seen.sqlstate.empty() ? "the link to the server was lost" : std::string_view{};
}

}  // namespace

failure classify_sqlstate(sqlstate_report const& seen) noexcept {
  std::uint32_t const key = packed_sqlstate(seen.sqlstate);
  std::size_t const place = place_or_class(key);
  sqlstate_verdict const& verdict = verdict_on(seen, key, place);
  std::string_view const code = seen.sqlstate.empty() ? "none" : seen.sqlstate;
  std::string_view const text = text_of(seen, place);
  bool const as_it_stands = verdict.success || (seen.how_far == phase::sent && !seen.fatal);
  if (as_it_stands) return make_failure(verdict.meaning, code_kind::sqlstate, code, text);
  return make_failure(in_phase(verdict, seen), code_kind::sqlstate, code, text);
}

failure classify_sqlstate(std::string_view sqlstate, phase how_far) noexcept {
  return classify_sqlstate({.sqlstate = sqlstate, .how_far = how_far});
}

std::optional<failure> classify_commit_tag(std::string_view tag) noexcept {
  if (tag == "COMMIT" || tag == "PREPARE TRANSACTION" || tag == "COMMIT PREPARED") {
    return std::nullopt;
  }
  if (tag == "ROLLBACK") {
    return make_failure(not_committed, code_kind::sqlstate, "25P02",
                        "COMMIT was answered by ROLLBACK: an earlier statement had failed");
  }
  return make_failure(out_of_step, code_kind::sqlstate, "08P01",
                      "the answer to COMMIT belongs to another command");
}

bool is_row_fault(std::string_view sqlstate) noexcept {
  std::size_t const place = place_or_class(packed_sqlstate(sqlstate));
  return place != nowhere && facts[place].row_fault;
}

bool is_success_sqlstate(std::string_view sqlstate) noexcept {
  std::size_t const place = place_or_class(packed_sqlstate(sqlstate));
  return place != nowhere && facts[place].success;
}

std::span<sqlstate_facts const> sqlstate_table() noexcept { return facts; }

sqlstate_facts const* find_sqlstate(std::string_view sqlstate) noexcept {
  std::uint32_t const key = packed_sqlstate(sqlstate);
  std::size_t const place = key == no_key ? nowhere : place_of(key);
  return place == nowhere ? nullptr : &facts[place];
}

}  // namespace holdfast
