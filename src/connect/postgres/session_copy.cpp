// What a session does for `copy_in` and `copy_out`.

#include "connect/postgres/commands.hpp"
#include "connect/postgres/session.hpp"

#include <utility>

#include <poll.h>

namespace holdfast::postgres {

task<expected<phase, failure>> session::begin_copy(std::string_view sql, ExecStatusType mode) {
  if (auto const refused = refusal()) co_return unexpected{*refused};
  if (has_nul(sql)) co_return unexpected{not_sent("22021", "the SQL text holds a NUL character")};
  // Another statement would be run, and then be told not to have been sent.
  if (!begins_copy(sql)) co_return unexpected{not_sent("42601", "the statement is no COPY")};
  sql_.assign(sql);
  exchange of{.how_far = in_transaction() || mode == PGRES_COPY_OUT ? phase::sent
                                                                    : phase::awaiting_commit};
  if (PQsendQuery(link_.get(), sql_.c_str()) == 0) {
    co_return unexpected{lost(of)};
  }
  auto answer = co_await next(of);
  if (!answer) co_return unexpected{answer.error()};
  if (*answer != nullptr && PQresultStatus(answer->get()) == mode) co_return of.how_far;
  auto const rest = co_await finish(of, std::move(*answer));
  if (!rest) co_return unexpected{rest.error()};
  co_return unexpected{not_sent("42601", "the statement is no COPY of this direction")};
}

task<expected<void, failure>> session::put_copy_data(std::string_view bytes, phase how_far) {
  exchange of{.how_far = how_far, .cut = patience()};
  while (!bytes.empty() && of.cut == wait_end::ready) {
    std::string_view const part = bytes.substr(0, copy_in::most_unsent);
    int const put = PQputCopyData(link_.get(), part.data(), static_cast<int>(part.size()));
    if (put < 0) co_return unexpected{lost(of)};
    if (put == 1) bytes.remove_prefix(part.size());
    auto const sent = co_await send_rest(of);
    if (!sent) co_return sent;
  }
  if (of.cut != wait_end::ready) co_return unexpected{lost(of, "the COPY was not taken in time")};
  co_return expected<void, failure>{};
}

task<expected<rows, failure>> session::end_copy_in(phase how_far) {
  if (wait_end const end = patience(); end != wait_end::ready) {
    exchange const over{.how_far = phase::sent, .cut = end};  // its end was not sent
    co_return unexpected{lost(over, "the COPY was not ended in time")};
  }
  exchange of{.how_far = how_far};
  while (PQputCopyEnd(link_.get(), nullptr) == 0) {
    auto const sent = co_await send_rest(of);
    if (!sent) co_return unexpected{sent.error()};
  }
  co_return co_await finish(of);
}

task<expected<void, failure>> session::give_copy_in_up() {
  exchange of{.how_far = phase::sent, .cut = wait_end::timed_out};
  of.last_patience = later(now(), patience_after_cancel);
  if (PQputCopyEnd(link_.get(), "given up by the client") == 1) {
    [[maybe_unused]] auto const refused = co_await finish(of);  // 57014, as asked for
  } else {
    poison();
  }
  co_return expected<void, failure>{};
}

task<expected<bool, failure>> session::get_copy_row(char*& row, int& size, phase how_far) {
  exchange of{.how_far = how_far};
  for (wait_end end = patience();;) {
    if (end != wait_end::ready && !cut_short(of, end)) {
      co_return unexpected{lost(of, "no answer in time")};
    }
    while ((size = PQgetCopyData(link_.get(), &row, 1)) > 0) {
      if (of.cut == wait_end::ready) co_return true;
      PQfreemem(std::exchange(row, nullptr));  // nobody waits for it any more
    }
    if (size < 0) break;
    end = co_await wait(POLLIN, of);
    if (end == wait_end::ready && PQconsumeInput(link_.get()) == 0) {
      co_return unexpected{lost(of)};
    }
  }
  auto const done = co_await finish(of);
  if (!done) co_return unexpected{done.error()};
  co_return false;
}

}  // namespace holdfast::postgres
