#pragma once

#include "holdfast/base/expected.hpp"
#include "holdfast/base/problem.hpp"
#include "holdfast/state/state_store.hpp"

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace holdfast {

/// Makes the stores of one scheme, such as `sqlite:PATH`.
struct store_factory {
  std::string scheme;
  /// Makes a store for what follows the colon. Opens nothing yet: what is wrong with the place is
  /// told by the store's own calls, so that a program can start without it.
  std::function<std::unique_ptr<state_store>(std::string const& place)> make;
};

/// The stores that a program may open by name. `file:` is built in; others come with the connector
/// that they need: `store_factories{sqlite_stores()}`.
class store_factories {
 public:
  store_factories();

  template <class... More>
  explicit store_factories(store_factory first, More... more) : store_factories{} {
    add(std::move(first));
    (add(std::move(more)), ...);
  }

  /// Adds a scheme, or replaces the factory of one.
  void add(store_factory made);

  /// Makes the store of `SCHEME:PATH` or `SCHEME:///PATH`.
  /// The problem of an unknown scheme names the known ones and what to link for others.
  [[nodiscard]] expected<std::unique_ptr<state_store>, problem> open(std::string_view url) const;

 private:
  std::vector<store_factory> known_;
};

}  // namespace holdfast
