#pragma once

#include "holdfast/chaos/fault_engine.hpp"

#include <array>
#include <cstdint>
#include <string>

namespace holdfast {

/// What a service has done so far.
class chaos_tally {
 public:
  /// Counts one request and what became of it.
  void add(fault_verdict const& verdict);

  /// Counts a connection that an outage turned away before it could ask.
  void add_turned_away() { ++faults_[static_cast<std::size_t>(fault_kind::outage)]; }

  void add_connection() { ++connections_; }

  /// Counts an answer that the client did not wait for.
  void add_abandoned() { ++abandoned_; }

  /// Requests, with connections turned away by an outage.
  [[nodiscard]] std::uint64_t requests() const noexcept;

  /// Requests of which the client can't have got its page.
  [[nodiscard]] std::uint64_t failed() const noexcept;

  /// failed() / requests(); 0 where there were none.
  [[nodiscard]] double failed_share() const noexcept;

  [[nodiscard]] std::uint64_t count(fault_kind kind) const noexcept {
    return faults_[static_cast<std::size_t>(kind)];
  }
  [[nodiscard]] std::uint64_t count(page_flaw flaw) const noexcept {
    return flaws_[static_cast<std::size_t>(flaw)];
  }

 private:
  friend std::string to_text(chaos_tally const& tally);
  friend std::string to_json(chaos_tally const& tally);

  std::array<std::uint64_t, fault_kind_count> faults_{};
  std::array<std::uint64_t, page_flaw_count> flaws_{};  ///< in pages that were served
  std::uint64_t connections_ = 0;
  std::uint64_t abandoned_ = 0;
  std::uint64_t records_ = 0;  ///< in pages that were served, duplicates too
};

/// One line: "143 requests, 52 failed (36.4 %), 1520 records served; reset 11, outage 4, …".
[[nodiscard]] std::string to_text(chaos_tally const& tally);

/// The same as one JSON object: requests, failed, failed_share, pages, records, connections,
/// abandoned, and counts by name in `faults` and `flaws`.
[[nodiscard]] std::string to_json(chaos_tally const& tally);

}  // namespace holdfast
