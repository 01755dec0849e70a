#include "connect/postgres/session.hpp"

#include "connect/postgres/cancelling.hpp"
#include "connect/postgres/commands.hpp"
#include "holdfast/classify/sqlstate.hpp"
#include "holdfast/redact/redact.hpp"

#include <algorithm>
#include <limits>
#include <new>
#include <utility>

#include <poll.h>
#include <sys/socket.h>

namespace holdfast::postgres {
namespace {

constexpr std::string_view no_answer = "no answer in time";

/// Whether the other side has closed: an end can be read, but nothing before it.
bool has_hung_up(int socket) noexcept {
  char next = 0;
  return ::recv(socket, &next, 1, MSG_PEEK | MSG_DONTWAIT) == 0;
}

bool is_copy(PGresult const* answer) noexcept {
  ExecStatusType const status = PQresultStatus(answer);
  return status == PGRES_COPY_IN || status == PGRES_COPY_OUT || status == PGRES_COPY_BOTH;
}

/// What ends a session while nothing was asked comes as a notice. One that is ended by the crash of
/// another, or while it waits for the standbys, is told so by a WARNING, and then no more.
bool announces_the_end(std::string_view severity, std::string_view sqlstate) noexcept {
  return severity == "FATAL" ||
         (severity == "WARNING" && (sqlstate == "57P01" || sqlstate == "57P02"));
}

}  // namespace

session::session(link_ptr link, connection_options options)
    : link_{std::move(link)}, options_{std::move(options)} {
  PQsetnonblocking(link_.get(), 1);
  PQsetErrorVerbosity(link_.get(), PQERRORS_DEFAULT);
  PQsetNoticeReceiver(link_.get(), &take_notice, this);
}

void session::rest() noexcept {
  by_ = &own_;
  let_socket_go();  // whose io_context may end before this session
  // What limits point to may end, too.
  if (limits_ != call_limits{}) limit({});
  if (asked_ != call_limits{}) asked_ = {};
}

void session::limit(call_limits limits) {
  by_->watch(limits.stop);
  limits_ = std::move(limits);
}

bool session::is_usable() const noexcept {
  return !poisoned_ && PQstatus(link_.get()) == CONNECTION_OK;
}

bool session::is_at_rest() const noexcept {
  return PQtransactionStatus(link_.get()) == PQTRANS_IDLE;
}

bool session::in_transaction() const noexcept {
  auto const status = PQtransactionStatus(link_.get());
  return status == PQTRANS_INTRANS || status == PQTRANS_INERROR;
}

std::string session::server_name() const {
  return std::string{PQhost(link_.get())} + ":" + PQport(link_.get());
}

// What comes unasked is a notice, a changed setting, or the end of the session. It is read here, so
// that only the end is taken for one.
bool session::is_broken_by_now() noexcept {
  if (!is_usable()) return true;
  pollfd watched{PQsocket(link_.get()), POLLIN, 0};
  if (::poll(&watched, 1, 0) == 0) return false;
  if (PQconsumeInput(link_.get()) == 0 || PQisBusy(link_.get()) != 0) return true;
  return !is_usable() || has_hung_up(PQsocket(link_.get()));
}

// ----- Waiting and reading

waiter::wait session::wait(short events, exchange& of) {
  bool const patient_still = of.cut != wait_end::ready;
  return {*by_,
          {.socket = PQsocket(link_.get()),
           .events = events,
           .deadline = patient_still ? of.last_patience : limits_.deadline,
           .heed_stop = !patient_still,
           .began = std::exchange(of.began, instant{}),
           .watch = &watch_}};
}

/// Our patience has ended: has the server asked to end the statement, and says whether its answer
/// is still waited for. What it answers is worth a moment: then it is known what happened.
bool session::cut_short(exchange& of, wait_end how) {
  bool const already = of.cut != wait_end::ready;
  if (!already) of.cut = how;
  if (already || !of.cancellable) return false;
  of.asked = cancel_request::send(link_.get());
  of.last_patience = later(now(), patience_after_cancel);
  return of.asked != nullptr;
}

/// Sees to it that a cancel request does not strike what comes next. A pooler passes it on when it
/// likes.
task<void> session::settle_cancel(exchange const& of) {
  if (of.asked == nullptr) co_return;
  if (options_.behind_pooler) co_return poison();
  wait_end const end = co_await of.asked->struck().rings(*by_, of.last_patience, false);
  if (end != wait_end::ready) poison();
}

/// A failure that was judged before the connection was given up is told to have poisoned it.
template <class Answer>
Answer session::as_it_is_now(Answer outcome) const {
  if (!outcome && poisoned_) outcome.error().poisoned = poisoned::connection;
  return outcome;
}

circumstances session::around(exchange const& of) const {
  return {.how_far = of.how_far,
          .cut = of.cut,
          .behind_pooler = options_.behind_pooler,
          .last_word = last_word_,
          .context = limits_.context};
}

failure session::lost(exchange const& of) { return lost(of, PQerrorMessage(link_.get())); }

failure session::lost(exchange const& of, std::string_view why) {
  poison();
  return link_failure(why, around(of));
}

/// The server has begun a COPY, and nobody will copy.
failure session::unwanted_copy() {
  poison();
  failure seen = not_sent("0A000", "COPY needs begin_copy_in or begin_copy_out");
  seen.poisoned = poisoned::connection;
  return seen;
}

/// Hands all that libpq holds to the kernel, reading meanwhile: a server that can't get rid of its
/// answers reads nothing.
task<expected<void, failure>> session::send_rest(exchange& of) {
  for (;;) {
    int const unsent = PQflush(link_.get());
    if (unsent == 0) co_return expected<void, failure>{};
    if (unsent < 0) co_return unexpected{lost(of)};
    wait_end const end = co_await wait(POLLIN | POLLOUT, of);
    if (end == wait_end::ready) {
      if (PQconsumeInput(link_.get()) != 0) continue;
      co_return unexpected{lost(of)};
    }
    if (!cut_short(of, end))
      co_return unexpected{lost(of, "the server did not take the statement")};
  }
}

/// What the socket must be ready for before there is an answer; nothing where one is here.
short session::missing(exchange const& of) const noexcept {
  if (of.is_broken) return 0;
  bool const unsent = PQflush(link_.get()) == 1;
  if (unsent) return POLLIN | POLLOUT;
  return PQisBusy(link_.get()) != 0 ? POLLIN : 0;
}

/// Goes on after a wait for an answer. False where nobody waits for it any more.
bool session::goes_on(wait_end end, exchange& of) {
  if (end != wait_end::ready) return cut_short(of, end);
  // What libpq makes of a broken link comes as an answer.
  of.is_broken = PQconsumeInput(link_.get()) == 0;
  return true;
}

/// The next answer; null where there are no more.
task<expected<result_ptr, failure>> session::next(exchange& of) {
  for (short events = missing(of); events != 0; events = missing(of)) {
    wait_end const end = co_await wait(events, of);
    if (!goes_on(end, of)) co_return unexpected{lost(of, no_answer)};
  }
  result_ptr answer{PQgetResult(link_.get())};
  bool const ends = answer == nullptr || PQresultStatus(answer.get()) == PGRES_PIPELINE_SYNC;
  if (ends) co_await settle_cancel(of);
  co_return answer;
}

expected<void, failure> session::judge(PGresult const* answer, exchange const& of) {
  switch (PQresultStatus(answer)) {
    case PGRES_FATAL_ERROR:
    case PGRES_BAD_RESPONSE: {
      failure const seen = failure_in(answer, around(of));
      if (seen.poisoned == poisoned::connection) poison();
      return unexpected{seen};
    }
    case PGRES_EMPTY_QUERY: return unexpected{not_sent("42601", "the statement is empty")};
    default: break;
  }
  if (!of.ends_transaction) return {};
  auto const refused = classify_commit_tag(text_of(PQcmdStatus(const_cast<PGresult*>(answer))));
  if (!refused) return {};
  if (refused->poisoned == poisoned::connection) poison();
  return unexpected{*refused};
}

/// What commits is done when the standbys have it, too, where they are waited for. A cancel, or
/// statement_timeout, ends that wait, and the server answers as if all were well.
expected<void, failure> session::judge_reach(exchange const& of) {
  bool const cut = std::exchange(standbys_missing_, false);
  if (!cut || of.how_far != phase::awaiting_commit) return {};
  failure seen = not_sent("01000", "committed here, but its wait for the standbys was cut short");
  seen.category = category::in_doubt;
  seen.severity = severity::high;
  seen.fault = fault::dependency;
  seen.advice = advice::resolve_first;
  return unexpected{seen};
}

/// Reads all answers; the first failure counts, else the last answer. Waits by itself, as `next`
/// would: for a statement that is a frame less.
/// @param answer the first, where it is here already
task<expected<rows, failure>> session::finish(exchange& of, result_ptr answer) {
  expected<rows, failure> outcome{};
  for (bool is_first = true;; is_first = false) {
    bool const is_here = answer != nullptr;
    for (short events = is_here ? 0 : missing(of); events != 0; events = missing(of)) {
      wait_end const end = co_await wait(events, of);
      if (goes_on(end, of)) continue;
      if (outcome) outcome = unexpected{lost(of, no_answer)};
      co_return outcome;
    }
    if (!is_here) answer.reset(PQgetResult(link_.get()));
    if (answer == nullptr) {
      if (of.asked) co_await settle_cancel(of);
      if (is_first) co_return unexpected{lost(of)};
      if (auto reached = judge_reach(of); outcome && !reached)
        co_return unexpected{reached.error()};
      co_return as_it_is_now(std::move(outcome));
    }
    if (is_copy(answer.get())) co_return unexpected{unwanted_copy()};
    if (outcome) {
      if (auto fine = judge(answer.get(), of); !fine) {
        outcome = unexpected{fine.error()};
      } else {
        outcome = rows{answer.release()};
      }
      of.ends_transaction = false;  // of a script it is the first command that was looked at
    }
    answer.reset();
  }
}

std::optional<failure> session::refusal() {
  if (!is_usable()) {
    return link_failure("the connection was lost before the statement was sent",
                        {.how_far = in_transaction() ? phase::sent : phase::not_sent,
                         .last_word = last_word_,
                         .context = limits_.context});
  }
  if (PQtransactionStatus(link_.get()) == PQTRANS_ACTIVE) {
    return not_sent("55000", "a COPY is under way on this connection");
  }
  circumstances const over{.how_far = phase::not_sent, .cut = patience()};
  if (over.cut == wait_end::ready) return std::nullopt;
  failure seen = link_failure("the statement was not sent: its time was over", over);
  seen.poisoned = poisoned::nothing;
  return seen;
}

/// Whether the limits leave any time.
wait_end session::patience() {
  checked_at_ = limits_.deadline == never_reached ? instant{} : now();
  if (limits_.stop.stop_requested()) return wait_end::stopped;
  return checked_at_ >= limits_.deadline ? wait_end::timed_out : wait_end::ready;
}

/// What libpq would cut or refuse in silence.
std::optional<failure> session::refusal_of(bool sql_has_nul, std::span<parameter const> values) {
  constexpr std::size_t most_parameters = 65'535;
  constexpr auto longest = static_cast<std::size_t>(std::numeric_limits<int>::max());
  if (values.size() > most_parameters) {
    return not_sent("54000", "a statement takes at most 65,535 parameters");
  }
  bool nul = sql_has_nul;
  bool too_long = false;
  for (parameter const& each : values) {
    nul = nul || (!each.is_binary() && has_nul(each.view()));
    too_long = too_long || each.view().size() > longest;
  }
  if (too_long) return not_sent("54000", "a parameter is longer than 2 GiB");
  if (nul) return not_sent("22021", "a text holds a NUL character");
  return std::nullopt;
}

/// @param commits whether it ends a transaction, with an answer that is to be looked at
/// @param leaves whether one of its commands does, one way or the other
exchange session::exchange_for(bool commits, bool leaves, effect does) const {
  bool const safe = does == effect::reads || (!leaves && in_transaction());
  return {.how_far = safe ? phase::sent : phase::awaiting_commit,
          .cancellable = !leaves,
          .ends_transaction = commits,
          .began = checked_at_};
}

// ----- Statements

task<expected<rows, failure>> session::run(bound_statement what, effect does) {
  if (auto const refused = refusal()) co_return unexpected{*refused};
  if (auto const refused = refusal_of(has_nul(what.sql), what.parameters))
    co_return unexpected{*refused};
  bool const commits = ends_transaction(what.sql);
  exchange of = exchange_for(commits, commits, does);
  if (!send(what)) co_return unexpected{lost(of)};
  co_return co_await finish(of);
}

bool session::send(bound_statement const& what) {
  values_.bind(what.parameters);
  sql_.assign(what.sql);
  int const sent = PQsendQueryParams(link_.get(), sql_.c_str(), values_.count(), nullptr,
                                     values_.values(), values_.lengths(), values_.formats(), 0);
  values_.let_go();
  return sent != 0;
}

task<expected<rows, failure>> session::run(statement const& what, std::span<parameter const> values,
                                           effect does) {
  bool is_known = prepared_.contains(what.name());
  bool const room = is_known || prepared_.size() < most_prepared;
  // In another session, where the next transaction may run, nothing is prepared.
  if (options_.behind_pooler || !room) {
    bound_statement const whole{what.sql(), values};
    co_return co_await run(whole, does);
  }
  for (bool is_repeated = false;; is_repeated = true) {
    if (auto const refused = refusal()) co_return unexpected{*refused};
    if (auto const refused = refusal_of(what.has_nul(), values)) co_return unexpected{*refused};
    expected<rows, failure> answer{};
    if (!is_known) {
      auto const prepared = co_await prepare(what);
      if (!prepared) answer = unexpected{prepared.error()};
    }
    if (answer) {
      exchange of = exchange_for(what.commits(), what.commits(), does);
      if (!send(what, values)) co_return unexpected{lost(of)};
      answer = co_await finish(of);
    }
    if (answer || answer.error().advice != advice::after_reprepare) co_return answer;
    note_reprepare(what, answer.error());
    // Within a transaction nothing runs any more: it is for `transact` to begin again.
    if (is_repeated || in_transaction() || !is_usable()) co_return answer;
    is_known = prepared_.contains(what.name());
  }
}

bool session::send(statement const& what, std::span<parameter const> values) {
  values_.bind(values);
  int const sent = PQsendQueryPrepared(link_.get(), what.name().c_str(), values_.count(),
                                       values_.values(), values_.lengths(), values_.formats(), 0);
  values_.let_go();
  return sent != 0;
}

task<expected<void, failure>> session::prepare(statement const& what) {
  exchange of{.how_far = phase::sent};
  if (outdated_.contains(what.name())) {
    std::string const drop = "DEALLOCATE " + what.name();
    auto const dropped = co_await run_script(drop, effect::reads);
    if (!dropped && dropped.error().code.value != std::string_view{"26000"}) {
      co_return unexpected{dropped.error()};
    }
    outdated_.erase(what.name());
  }
  int const sent = PQsendPrepare(link_.get(), what.name().c_str(), what.sql().c_str(), 0, nullptr);
  if (sent == 0) co_return unexpected{lost(of)};
  auto const done = co_await finish(of);
  if (!done) co_return unexpected{done.error()};
  prepared_.insert(what.name());
  co_return expected<void, failure>{};
}

// The name is made of the text: what is there under it already is this very statement.
void session::note_reprepare(statement const& what, failure const& seen) {
  std::string_view const code = seen.code.value.view();
  if (code == "42P05") {
    prepared_.insert(what.name());
    return;
  }
  prepared_.erase(what.name());
  if (code != "26000") outdated_.insert(what.name());
}

task<expected<rows, failure>> session::run_script(std::string const& sql, effect does) {
  if (auto const refused = refusal()) co_return unexpected{*refused};
  if (has_nul(sql)) co_return unexpected{not_sent("22021", "the SQL text holds a NUL character")};
  exchange of = exchange_for(ends_transaction(sql), may_leave_transaction(sql), does);
  if (PQsendQuery(link_.get(), sql.c_str()) == 0) {
    co_return unexpected{lost(of)};
  }
  co_return co_await finish(of);
}

task<expected<void, failure>> session::commit() {
  if (auto const refused = refusal()) co_return unexpected{*refused};
  exchange of{.cancellable = false, .ends_transaction = true};
  if (PQsendQuery(link_.get(), "COMMIT") == 0) {
    co_return unexpected{lost(of)};
  }
  auto const done = co_await finish(of);
  if (!done) co_return unexpected{done.error()};
  co_return expected<void, failure>{};
}

// ----- Batches

task<expected<std::vector<rows>, failure>> session::run_all(std::span<bound_statement const> batch,
                                                            effect does) {
  if (auto const refused = refusal()) co_return unexpected{*refused};
  exchange of{.how_far =
                  in_transaction() || does == effect::reads ? phase::sent : phase::awaiting_commit};
  for (bound_statement const& each : batch) {
    if (auto const refused = refusal_of(has_nul(each.sql), each.parameters))
      co_return unexpected{*refused};
    // An empty statement is no error to the server, so what follows it would run.
    if (has_no_command(each.sql)) co_return unexpected{not_sent("42601", "a statement is empty")};
    if (ends_transaction(each.sql)) of = {.cancellable = false};
  }
  if (PQenterPipelineMode(link_.get()) == 0) {
    co_return unexpected{lost(of)};
  }
  auto const sent = co_await send_all(batch, of);
  if (!sent) co_return unexpected{sent.error()};
  auto answers = co_await read_all(batch, of);
  if (PQexitPipelineMode(link_.get()) == 0) poison();  // answers are left that nobody knows
  co_return answers;
}

task<expected<void, failure>> session::send_all(std::span<bound_statement const> batch,
                                                exchange& of) {
  for (bound_statement const& each : batch) {
    if (!send(each)) co_return unexpected{lost(of)};
    if (PQflush(link_.get()) == 0) continue;
    auto const flushed = co_await send_rest(of);
    if (!flushed) co_return flushed;
  }
  if (PQpipelineSync(link_.get()) == 0) {
    co_return unexpected{lost(of)};
  }
  co_return co_await send_rest(of);
}

task<expected<std::vector<rows>, failure>> session::read_all(std::span<bound_statement const> batch,
                                                             exchange& of) {
  std::vector<rows> answers;
  answers.reserve(batch.size());
  std::optional<failure> first;
  for (bool synchronised = false; !synchronised;) {
    auto answer = co_await next(of);
    if (!answer) co_return unexpected{first.value_or(answer.error())};
    if (*answer == nullptr) {  // the end of one statement's answers
      if (PQstatus(link_.get()) == CONNECTION_OK) continue;
      failure const seen = lost(of);
      co_return unexpected{first.value_or(seen)};
    }
    ExecStatusType const status = PQresultStatus(answer->get());
    if (is_copy(answer->get())) co_return unexpected{first.value_or(unwanted_copy())};
    synchronised = status == PGRES_PIPELINE_SYNC;
    if (first) continue;
    bool const expected_one = status != PGRES_PIPELINE_ABORTED && answers.size() < batch.size();
    if (synchronised ? answers.size() != batch.size() : !expected_one) {
      co_return unexpected{lost(of, "the answers do not belong to the statements")};
    }
    if (synchronised) continue;
    of.ends_transaction = ends_transaction(batch[answers.size()].sql);
    if (auto fine = judge(answer->get(), of); !fine) {
      first = fine.error();
      if (!is_usable()) co_return unexpected{*first};
    } else {
      answers.emplace_back(answer->release());
    }
  }
  auto const reached = judge_reach(of);
  if (first) co_return as_it_is_now(expected<std::vector<rows>, failure>{unexpected{*first}});
  if (!reached) co_return unexpected{reached.error()};
  co_return answers;
}

// ----- Notices

void session::take_notice(void* self, PGresult const* told) noexcept {
  auto& mine = *static_cast<session*>(self);
  auto const field = [&](int which) { return text_of(PQresultErrorField(told, which)); };
  // The server has committed, but its wait for the standbys was cut. The routine's name is not
  // translated, and the same since PostgreSQL 9.1.
  if (field(PG_DIAG_SOURCE_FUNCTION) == "SyncRepWaitForLSN") mine.standbys_missing_ = true;
  if (announces_the_end(field(PG_DIAG_SEVERITY_NONLOCALIZED), field(PG_DIAG_SQLSTATE))) {
    mine.last_word_ = field(PG_DIAG_SQLSTATE);
    mine.poison();
  }
  if (!mine.options_.on_notice) return;
  try {
    std::string const message = redacted(field(PG_DIAG_MESSAGE_PRIMARY));
    std::string const detail = redacted(field(PG_DIAG_MESSAGE_DETAIL));
    mine.options_.on_notice({.severity = field(PG_DIAG_SEVERITY_NONLOCALIZED),
                             .sqlstate = field(PG_DIAG_SQLSTATE),
                             .message = message,
                             .detail = detail});
  } catch (...) {  // NOLINT(bugprone-empty-catch): a listener's trouble is not the statement's
  }
}

}  // namespace holdfast::postgres
