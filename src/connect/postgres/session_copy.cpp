// What a session does for `copy_in` and `copy_out`.

#include "connect/postgres/commands.hpp"
#include "connect/postgres/session.hpp"

#include <new>
#include <utility>

#include <poll.h>

namespace holdfast::postgres {

expected<phase, failure> session::begin_copy(std::string_view sql, ExecStatusType mode) {
  if (auto const refused = refusal()) return unexpected{*refused};
  if (has_nul(sql)) return unexpected{not_sent("22021", "the SQL text holds a NUL character")};
  // Another statement would be run, and then be told not to have been sent.
  if (!begins_copy(sql)) return unexpected{not_sent("42601", "the statement is no COPY")};
  sql_.assign(sql);
  exchange of{.how_far = in_transaction() || mode == PGRES_COPY_OUT ? phase::sent
                                                                    : phase::awaiting_commit};
  if (PQsendQuery(link_.get(), sql_.c_str()) == 0) {
    return unexpected{lost(of)};
  }
  auto answer = next(of);
  if (!answer) return unexpected{answer.error()};
  if (*answer != nullptr && PQresultStatus(answer->get()) == mode) return of.how_far;
  auto const rest = finish_after(std::move(*answer), of);
  if (!rest) return unexpected{rest.error()};
  return unexpected{not_sent("42601", "the statement is no COPY of this direction")};
}

expected<void, failure> session::put_copy_data(std::string_view bytes, phase how_far) {
  exchange of{.how_far = how_far, .cut = patience()};
  while (!bytes.empty() && of.cut == wait_end::ready) {
    std::string_view const part = bytes.substr(0, copy_in::most_unsent);
    int const put = PQputCopyData(link_.get(), part.data(), static_cast<int>(part.size()));
    if (put < 0) return unexpected{lost(of)};
    if (put == 1) bytes.remove_prefix(part.size());
    if (auto sent = send_rest(of); !sent) return sent;
  }
  if (of.cut != wait_end::ready) return unexpected{lost(of, "the COPY was not taken in time")};
  return {};
}

expected<rows, failure> session::end_copy_in(phase how_far) {
  if (patience() != wait_end::ready) {
    exchange const over{.how_far = phase::sent, .cut = patience()};  // its end was not sent
    return unexpected{lost(over, "the COPY was not ended in time")};
  }
  exchange of{.how_far = how_far};
  while (PQputCopyEnd(link_.get(), nullptr) == 0) {
    if (auto sent = send_rest(of); !sent) return unexpected{sent.error()};
  }
  return finish(of);
}

void session::give_copy_in_up() noexcept {
  exchange of{.how_far = phase::sent, .cut = wait_end::timed_out};
  of.last_patience = later(now(), patience_after_cancel);
  if (PQputCopyEnd(link_.get(), "given up by the client") != 1) return poison();
  try {
    [[maybe_unused]] auto const refused = finish(of);  // 57014, as asked for
  } catch (std::bad_alloc const&) {
    poison();
  }
}

expected<bool, failure> session::get_copy_row(char*& row, int& size, phase how_far) {
  exchange of{.how_far = how_far};
  for (wait_end end = patience();;) {
    if (end != wait_end::ready && !cut_short(of, end)) {
      return unexpected{lost(of, "no answer in time")};
    }
    while ((size = PQgetCopyData(link_.get(), &row, 1)) > 0) {
      if (of.cut == wait_end::ready) return true;
      PQfreemem(std::exchange(row, nullptr));  // nobody waits for it any more
    }
    if (size < 0) break;
    end = wait(POLLIN, of);
    if (end == wait_end::ready && PQconsumeInput(link_.get()) == 0) {
      return unexpected{lost(of)};
    }
  }
  auto const done = finish(of);
  if (!done) return unexpected{done.error()};
  return false;
}

}  // namespace holdfast::postgres
