#pragma once

#include "holdfast/base/failure.hpp"
#include "holdfast/base/fixed_text.hpp"

#include <string>

namespace holdfast {

/// What a server says about an error beside its code and its message, as far as it is stable: names
/// and words that are not translated. Names are cut at 63 bytes, which is PostgreSQL's own limit.
struct server_fields {
  fixed_text<15> severity{};  ///< "ERROR", "FATAL"
  fixed_text<63> schema{};
  fixed_text<63> table{};
  fixed_text<63> column{};
  fixed_text<63> data_type{};
  fixed_text<63> constraint{};
  fixed_text<63> routine{};  ///< of the server's source, such as "RevalidateCachedQuery"
  fixed_text<120> detail{};  ///< may hold values of the row: it is redacted before it leaves
  fixed_text<120> hint{};

  friend bool operator==(server_fields const&, server_fields const&) = default;
};

/// What was going on when an attempt failed: travels beside the failure, which stays small, since
/// few ask for it. A value without heap, about 850 bytes.
///
/// It belongs to the caller, who gives it by `with({.context = &mine})`; connectors write into it
/// through `attempt::context()`, the guard adds which attempt it was, and events point to it. It
/// holds what its writers give: texts are redacted where events leave, and not before.
struct failure_context {
  fixed_text<120> operation{};
  fixed_text<63> correlation_id{};
  int attempt = 0;                            ///< from 1; 0 where no attempt has failed yet
  holdfast::phase how_far = phase::not_sent;  ///< the last step known to have started
  server_fields server{};

  friend bool operator==(failure_context const&, failure_context const&) = default;
};

/// One line for people, of the fields that are given: "db.write, attempt 2, phase sent, table
/// molecules, constraint molecules_pkey". Control characters are escaped.
[[nodiscard]] std::string describe(failure_context const& seen);

}  // namespace holdfast
