#pragma once

#include "connect/postgres/session.hpp"
#include "connect/postgres/task.hpp"
#include "holdfast/base/expected.hpp"
#include "holdfast/base/failure.hpp"

#include <optional>
#include <string_view>

namespace holdfast::postgres {

// What holds for the statements of a closure, in both faces. `first` is the first failure among
// them, which each of these remembers.

/// What begins or ends a transaction is not the closure's.
[[nodiscard]] std::optional<failure> refusal_in_closure(std::string_view script,
                                                        std::optional<failure>& first);

template <class Answer>
[[nodiscard]] Answer noted(Answer answer, std::optional<failure>& first) {
  if (!answer && !first) first = answer.error();
  return answer;
}

/// SAVEPOINT before a part that may fail alone.
[[nodiscard]] task<expected<void, failure>> begin_part(session& on, std::optional<failure>& first);
/// RELEASE after it, or ROLLBACK TO. @return what came of the part, or a failure of this
[[nodiscard]] task<expected<void, failure>> end_part(session& on, std::optional<failure>& first,
                                                     expected<void, failure> const& done);

}  // namespace holdfast::postgres
