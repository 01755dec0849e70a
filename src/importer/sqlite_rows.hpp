#pragma once

#include "holdfast/connect/sqlite/database.hpp"
#include "holdfast/connect/sqlite/steps.hpp"

#include <string_view>

namespace holdfast::sqlite {

/// The rows of a query with one text parameter, handed to `visit` one by one.
template <class Visitor>
outcome for_each_row(database& in, std::string_view sql, std::string_view parameter,
                     Visitor visit) {
  auto query = in.prepare(sql);
  if (!query) return unexpected{query.error()};
  if (auto bound = query->bind(1, parameter); !bound) return bound;
  for (;;) {
    auto const row = query->step();
    if (!row) return unexpected{row.error()};
    if (*row == step_result::done) return {};
    visit(*query);
  }
}

}  // namespace holdfast::sqlite
