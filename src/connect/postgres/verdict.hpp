#pragma once

#include "connect/postgres/waiting.hpp"
#include "holdfast/base/failure.hpp"
#include "holdfast/base/failure_context.hpp"

#include <string_view>

#include <libpq-fe.h>

namespace holdfast::postgres {

/// What is known of a statement beside the server's answer.
struct circumstances {
  phase how_far = phase::awaiting_commit;
  wait_end cut = wait_end::ready;  ///< how our own patience had ended, if it had
  bool behind_pooler = false;
  std::string_view last_word{};  ///< the SQLSTATE by which the server announced the session's end
  failure_context* context = nullptr;
};

/// The failure in an answer of the server, or of libpq where the link was lost.
[[nodiscard]] failure failure_in(PGresult const* answer, circumstances const& around);

/// The link was lost, or nothing came of it any more.
[[nodiscard]] failure link_failure(std::string_view why, circumstances const& around);

/// Nothing was sent, since it can't be: a NUL in a text, a connection that is poisoned.
[[nodiscard]] failure not_sent(std::string_view sqlstate, std::string_view why);

}  // namespace holdfast::postgres
