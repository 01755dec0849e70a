#pragma once

#include "holdfast/base/field.hpp"
#include "holdfast/base/time.hpp"

#include <string>
#include <tuple>

namespace holdfast {

/// Where circuits and budgets are remembered from one run to the next.
struct state_settings {
  std::string store{};  ///< "file:/var/lib/app/state"; empty: nothing is remembered.
  duration save_every = std::chrono::seconds{10};  ///< From one saving to the next.
  bool shared = false;  ///< The circuits are those of all processes that use the store.

  bool operator==(state_settings const&) const = default;
};

template <>
struct fields_of<state_settings> {
  static constexpr auto table = std::tuple{
      field("store", &state_settings::store,
            "Scheme and place: file: and a path; the schemes of other stores come with them. Empty "
            "remembers nothing."),
      field("save_every", &state_settings::save_every,
            {std::chrono::milliseconds{100}, std::chrono::hours{1}},
            "From one saving to the next; a change of state is saved at once."),
      field("shared", &state_settings::shared,
            "Whether a circuit is one for all processes of this host that use the store: it opens "
            "and closes for all, and one of them probes.")};
};

}  // namespace holdfast
