#pragma once

#include "connect/postgres/bound_values.hpp"
#include "connect/postgres/cancelling.hpp"
#include "connect/postgres/frame_store.hpp"
#include "connect/postgres/libpq.hpp"
#include "connect/postgres/task.hpp"
#include "connect/postgres/verdict.hpp"
#include "connect/postgres/waiting.hpp"
#include "holdfast/base/expected.hpp"
#include "holdfast/base/fixed_text.hpp"
#include "holdfast/connect/postgres/call_limits.hpp"
#include "holdfast/connect/postgres/connection.hpp"
#include "holdfast/connect/postgres/connection_options.hpp"

#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace holdfast::postgres {

/// One statement, or a batch of them, from its sending to its last answer.
struct exchange {
  phase how_far = phase::awaiting_commit;
  /// Whether its end by us is told to the server. A COMMIT's is not: that would cut its wait for
  /// the standbys short, and it would count as done without them.
  bool cancellable = true;
  bool ends_transaction = false;            ///< the next command tag must be that of a commit
  wait_end cut = wait_end::ready;           ///< how our patience ended, if it did
  instant last_patience = never_reached;    ///< after that: until when the answer is waited for
  instant began{};                          ///< where a clock was read at its beginning
  bool is_broken = false;                   ///< the link, as was found on reading
  std::shared_ptr<cancel_request> asked{};  ///< of the server, when it did
};

/// Drives one libpq connection without ever blocking in it: what is behind the connections of both
/// faces. It waits as its `waiter` does; that of a blocking face is its own.
class session {
 public:
  /// Statements that one session keeps prepared; further ones are sent whole each time.
  static constexpr std::size_t most_prepared = 1000;

  session(link_ptr link, connection_options options);
  session(session const&) = delete;
  session& operator=(session const&) = delete;

  /// Has it wait by another waiter, until it rests. Limits are to be given anew.
  void wait_by(waiter& face) noexcept { by_ = &face; }
  /// Nobody uses it for a while: what belonged to its user is let go.
  void rest() noexcept;
  /// Gives up what is kept of the socket from wait to wait.
  void let_socket_go() noexcept { watch_.reset(); }
  [[nodiscard]] waiter& waits_by() const noexcept { return *by_; }
  [[nodiscard]] frame_store& frames() noexcept { return frames_; }

  /// What a coroutine asked for: the limits of all that it begins, together with its cancellation.
  [[nodiscard]] call_limits& asked() noexcept { return asked_; }
  /// Whether a coroutine is in the midst of something; others are then refused.
  [[nodiscard]] bool& is_busy() noexcept { return is_busy_; }

  void limit(call_limits limits);
  [[nodiscard]] call_limits const& limits() const noexcept { return limits_; }

  [[nodiscard]] bool is_usable() const noexcept;
  [[nodiscard]] bool in_transaction() const noexcept;
  [[nodiscard]] bool is_at_rest() const noexcept;
  [[nodiscard]] bool is_broken_by_now() noexcept;
  void poison() noexcept { poisoned_ = true; }
  [[nodiscard]] int server_version() const noexcept { return PQserverVersion(link_.get()); }
  [[nodiscard]] std::string server_name() const;

  [[nodiscard]] task<expected<rows, failure>> run(bound_statement what, effect does);
  [[nodiscard]] task<expected<rows, failure>> run(statement const& what,
                                                  std::span<parameter const> values, effect does);
  [[nodiscard]] task<expected<rows, failure>> run_script(std::string const& sql, effect does);
  [[nodiscard]] task<expected<std::vector<rows>, failure>> run_all(
      std::span<bound_statement const> batch, effect does);
  [[nodiscard]] task<expected<void, failure>> commit();

  /// The first half of COPY: `mode` is PGRES_COPY_IN or PGRES_COPY_OUT.
  [[nodiscard]] task<expected<phase, failure>> begin_copy(std::string_view sql,
                                                          ExecStatusType mode);
  [[nodiscard]] task<expected<void, failure>> put_copy_data(std::string_view bytes, phase how_far);
  [[nodiscard]] task<expected<rows, failure>> end_copy_in(phase how_far);
  [[nodiscard]] task<expected<void, failure>> give_copy_in_up();
  /// Fills `row`; false at the end. What it was filled with is freed by PQfreemem.
  [[nodiscard]] task<expected<bool, failure>> get_copy_row(char*& row, int& size, phase how_far);

 private:
  /// How long the answer to a cancelled statement is waited for.
  static constexpr duration patience_after_cancel = std::chrono::seconds{2};

  [[nodiscard]] exchange exchange_for(bool commits, bool leaves, effect does) const;
  [[nodiscard]] std::optional<failure> refusal();
  [[nodiscard]] static std::optional<failure> refusal_of(bool sql_has_nul,
                                                         std::span<parameter const> values);
  [[nodiscard]] wait_end patience();
  [[nodiscard]] expected<void, failure> judge_reach(exchange const& of);
  template <class Answer>
  [[nodiscard]] Answer as_it_is_now(Answer outcome) const;
  [[nodiscard]] circumstances around(exchange const& of) const;
  [[nodiscard]] failure lost(exchange const& of, std::string_view why);
  [[nodiscard]] failure lost(exchange const& of);  ///< as libpq says
  [[nodiscard]] failure unwanted_copy();
  [[nodiscard]] bool cut_short(exchange& of, wait_end how);
  [[nodiscard]] task<void> settle_cancel(exchange const& of);
  [[nodiscard]] waiter::wait wait(short events, exchange& of);
  [[nodiscard]] task<expected<void, failure>> send_rest(exchange& of);
  [[nodiscard]] short missing(exchange const& of) const noexcept;
  [[nodiscard]] bool goes_on(wait_end end, exchange& of);
  [[nodiscard]] task<expected<result_ptr, failure>> next(exchange& of);
  [[nodiscard]] task<expected<rows, failure>> finish(exchange& of, result_ptr answer = nullptr);
  [[nodiscard]] expected<void, failure> judge(PGresult const* answer, exchange const& of);

  [[nodiscard]] bool send(bound_statement const& what);
  [[nodiscard]] bool send(statement const& what, std::span<parameter const> values);
  [[nodiscard]] task<expected<void, failure>> prepare(statement const& what);
  void note_reprepare(statement const& what, failure const& seen);
  [[nodiscard]] task<expected<void, failure>> send_all(std::span<bound_statement const> batch,
                                                       exchange& of);
  [[nodiscard]] task<expected<std::vector<rows>, failure>> read_all(
      std::span<bound_statement const> batch, exchange& of);

  static void take_notice(void* self, PGresult const* told) noexcept;

  link_ptr link_;
  connection_options options_;
  call_limits limits_{};
  blocking_waiter own_;
  waiter* by_ = &own_;
  std::unique_ptr<socket_watch> watch_{};  // of the link's socket, kept by who waits
  call_limits asked_{};
  bool is_busy_ = false;
  instant checked_at_{};  // when `patience` read a clock, where it did
  bound_values values_;
  std::string sql_;  // of the statement being sent, ended by a NUL
  bool poisoned_ = false;
  bool standbys_missing_ = false;  // their wait was cut short since the exchange began
  fixed_text<5> last_word_{};      // SQLSTATE by which the server announced the end of the session
  std::set<std::string, std::less<>> prepared_;  // names, at most most_prepared
  std::set<std::string, std::less<>> outdated_;  // of those, what must be deallocated first
  frame_store frames_;
};

}  // namespace holdfast::postgres
