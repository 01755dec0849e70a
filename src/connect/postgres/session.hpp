#pragma once

#include "connect/postgres/bound_values.hpp"
#include "connect/postgres/cancelling.hpp"
#include "connect/postgres/libpq.hpp"
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
  std::shared_ptr<cancel_request> asked{};  ///< of the server, when it did
};

/// Drives one libpq connection without ever blocking in it: what is behind `connection`.
class session {
 public:
  /// Statements that one session keeps prepared; further ones are sent whole each time.
  static constexpr std::size_t most_prepared = 1000;

  session(link_ptr link, connection_options options);
  session(session const&) = delete;
  session& operator=(session const&) = delete;

  void limit(call_limits limits);
  [[nodiscard]] call_limits const& limits() const noexcept { return limits_; }

  [[nodiscard]] bool is_usable() const noexcept;
  [[nodiscard]] bool in_transaction() const noexcept;
  [[nodiscard]] bool is_at_rest() const noexcept;
  [[nodiscard]] bool is_broken_by_now() noexcept;
  void poison() noexcept { poisoned_ = true; }
  [[nodiscard]] PGconn* link() const noexcept { return link_.get(); }

  [[nodiscard]] expected<rows, failure> run(bound_statement const& what, effect does);
  [[nodiscard]] expected<rows, failure> run(statement const& what,
                                            std::span<parameter const> values, effect does);
  [[nodiscard]] expected<rows, failure> run_script(std::string const& sql, effect does);
  [[nodiscard]] expected<std::vector<rows>, failure> run_all(std::span<bound_statement const> batch,
                                                             effect does);
  [[nodiscard]] expected<void, failure> commit();

  /// The first half of COPY: `mode` is PGRES_COPY_IN or PGRES_COPY_OUT.
  [[nodiscard]] expected<phase, failure> begin_copy(std::string_view sql, ExecStatusType mode);
  [[nodiscard]] expected<void, failure> put_copy_data(std::string_view bytes, phase how_far);
  [[nodiscard]] expected<rows, failure> end_copy_in(phase how_far);
  void give_copy_in_up() noexcept;
  /// Fills `row`; false at the end. What it was filled with is freed by PQfreemem.
  [[nodiscard]] expected<bool, failure> get_copy_row(char*& row, int& size, phase how_far);

 private:
  /// How long the answer to a cancelled statement is waited for.
  static constexpr duration patience_after_cancel = std::chrono::seconds{2};

  [[nodiscard]] exchange exchange_for(std::string_view sql, effect does, bool script) const;
  [[nodiscard]] std::optional<failure> refusal() const;
  [[nodiscard]] std::optional<failure> refusal_of(bound_statement const& what) const;
  [[nodiscard]] wait_end patience() const;
  [[nodiscard]] expected<void, failure> judge_reach(exchange const& of);
  template <class Answer>
  [[nodiscard]] Answer as_it_is_now(Answer outcome) const;
  [[nodiscard]] circumstances around(exchange const& of) const;
  [[nodiscard]] failure lost(exchange const& of, std::string_view why);
  [[nodiscard]] failure lost(exchange const& of);  ///< as libpq says
  [[nodiscard]] failure unwanted_copy();
  [[nodiscard]] bool cut_short(exchange& of, wait_end how);
  void settle_cancel(exchange const& of);
  [[nodiscard]] wait_end wait(short events, exchange const& of) const;
  [[nodiscard]] expected<void, failure> send_rest(exchange& of);
  [[nodiscard]] expected<result_ptr, failure> next(exchange& of);
  [[nodiscard]] expected<rows, failure> finish(exchange& of);
  [[nodiscard]] expected<rows, failure> finish_after(result_ptr first, exchange& of);
  [[nodiscard]] expected<void, failure> judge(PGresult const* answer, exchange const& of);

  [[nodiscard]] expected<rows, failure> run_prepared(statement const& what,
                                                     std::span<parameter const> values,
                                                     effect does);
  [[nodiscard]] expected<void, failure> prepare(statement const& what);
  void note_reprepare(statement const& what, failure const& seen);
  [[nodiscard]] expected<void, failure> send_all(std::span<bound_statement const> batch,
                                                 exchange& of);
  [[nodiscard]] expected<std::vector<rows>, failure> read_all(
      std::span<bound_statement const> batch, exchange& of);

  static void take_notice(void* self, PGresult const* told) noexcept;

  link_ptr link_;
  connection_options options_;
  call_limits limits_{};
  stop_waker waker_;
  bound_values values_;
  std::string sql_;  // of the statement being sent, ended by a NUL
  bool poisoned_ = false;
  bool standbys_missing_ = false;  // their wait was cut short since the exchange began
  fixed_text<5> last_word_{};      // SQLSTATE by which the server announced the end of the session
  std::set<std::string, std::less<>> prepared_;  // names, at most most_prepared
  std::set<std::string, std::less<>> outdated_;  // of those, what must be deallocated first
};

}  // namespace holdfast::postgres
