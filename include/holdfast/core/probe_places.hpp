#pragma once

#include "holdfast/base/time.hpp"
#include "holdfast/core/permit.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace holdfast::core {

/// One place in which a probe may run.
struct probe_place {
  instant expires{};         ///< when its probe gives it back, ended or not
  std::uint32_t serial = 0;  ///< how many probes have had it
  bool running = false;

  friend bool operator==(probe_place const&, probe_place const&) = default;
};

/// The places of the probes of a half-open breaker. A probe holds its place until it ends or is
/// older than its timeout; a result without a place is late. One place needs no heap.
/// Cost: O(places).
class probe_places {
 public:
  explicit probe_places(int places);

  /// Takes a free place and writes it into `pass`; false where there is none.
  bool take(permit& pass, instant expires) noexcept;

  /// Frees the place of `pass`; false where it is no longer its own.
  bool give_back(permit const& pass) noexcept;

  /// Frees the places whose probes have run out of time.
  void expire(instant now) noexcept;

  /// Lets no probe run out of time after `latest`.
  void hold_to(instant latest) noexcept;

  void clear() noexcept;
  [[nodiscard]] int running() const noexcept;

  /// The probes that run and have not run out of time at `now`.
  [[nodiscard]] int running_at(instant now) const noexcept;

  /// When the first running probe runs out of time; never_reached where none runs.
  [[nodiscard]] instant next_expiry() const noexcept;

  /// Changes the number of places. Probes in places that are no more become late.
  void resize(int places);

  [[nodiscard]] std::vector<probe_place> snapshot() const;
  void restore(std::span<probe_place const> from) noexcept;

 private:
  [[nodiscard]] std::span<probe_place> all() noexcept;
  [[nodiscard]] std::span<probe_place const> all() const noexcept;

  probe_place only_{};
  std::vector<probe_place> many_;  // empty where one place is enough
};

}  // namespace holdfast::core
