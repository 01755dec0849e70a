#pragma once

#include "holdfast/base/expected.hpp"
#include "holdfast/base/failure.hpp"
#include "holdfast/drive/guard.hpp"

#include <cstddef>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace holdfast {

/// The named guards of one process: what lists, metrics and health are made of. Thread-safe; never
/// asked on a hot path. Memory: its names, and a handle for each guard, which keeps it alive.
class registry {
 public:
  static constexpr std::size_t most_guards = 100'000;

  registry() = default;
  registry(registry const&) = delete;
  registry& operator=(registry const&) = delete;
  ~registry() = default;

  /// Fails (category configuration) where another guard has that name already: nobody could tell
  /// their states and metrics apart; (category resource) where there are most_guards.
  [[nodiscard]] expected<void, failure> add(guard const& one);

  /// Nothing where there is none of that name.
  void remove(std::string_view name);

  [[nodiscard]] std::optional<guard> find(std::string_view name) const;

  /// All guards, by name.
  [[nodiscard]] std::vector<guard> guards() const;

 private:
  mutable std::mutex lock_;
  std::map<std::string, guard, std::less<>> named_;
};

}  // namespace holdfast
