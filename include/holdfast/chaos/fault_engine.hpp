#pragma once

#include "holdfast/base/random.hpp"
#include "holdfast/base/time.hpp"
#include "holdfast/chaos/fault_kind.hpp"
#include "holdfast/chaos/page.hpp"
#include "holdfast/chaos/plan.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

namespace holdfast {

class listing;

/// When a client is told to come back, and in which form.
struct retry_hint {
  duration after{};
  bool as_date = false;

  friend bool operator==(retry_hint const&, retry_hint const&) = default;
};

/// How much of its quota the client has used.
struct quota_use {
  double share = 0;  ///< 1 is all of it
  bool blocked = false;
};

/// What is to be done with one request.
struct fault_verdict {
  fault_kind kind = fault_kind::none;
  std::uint64_t number = 0;               ///< of the request, from 1; 0 in an outage
  outage_kind outage{};                   ///< with kind outage
  duration wait{};                        ///< before anything is answered
  std::optional<retry_hint> retry_after;  ///< for the header Retry-After
  std::optional<quota_use> used;          ///< for the header X-Throttling-Control
  quota_status refused_with{};            ///< with kind quota
  double cut = 0.5;                       ///< where a broken body breaks, as a share of it
  page_content page;                      ///< empty where the kind sends none of it
};

/// Decides what goes wrong with each request. No I/O and no clock: it is told the time.
///
/// Requests are numbered in the order in which they are judged, those of an outage excepted, and
/// what strikes a request depends on seed, number and what was asked alone. Faults of records are
/// drawn once, when it is made, from the seed. Not thread-safe. Memory: 24 bytes a record if there
/// are faults of records, none otherwise. Cost of a request: some draws, and a copy of its page.
class fault_engine {
 public:
  fault_engine(chaos_plan plan, std::uint64_t seed, std::uint64_t record_count);
  fault_engine(fault_engine&&) noexcept;
  fault_engine& operator=(fault_engine&&) noexcept;
  ~fault_engine();

  /// An outage that is in force.
  struct outage_state {
    outage_kind kind{};
    duration ends{};  ///< since the start
  };

  /// The outage that meets an attempt at this time, if any; begins one whose condition is met.
  [[nodiscard]] std::optional<outage_state> outage_at(duration since_start);

  /// Judges the next request. Times since the start may not go back.
  [[nodiscard]] fault_verdict judge(page_query const& asked, duration since_start);

  [[nodiscard]] chaos_plan const& plan() const noexcept { return plan_; }

 private:
  [[nodiscard]] bool over_quota(duration now, fault_verdict& verdict);
  [[nodiscard]] fault_kind chance(random_bits& random) const;
  [[nodiscard]] bool poisoned(page_content const& page) const;
  [[nodiscard]] std::optional<retry_hint> hint(fault_kind kind, random_bits& random) const;
  [[nodiscard]] duration paced(duration now, std::size_t records);

  chaos_plan plan_;
  std::uint64_t seed_;
  std::unique_ptr<listing const> records_;
  std::uint64_t judged_ = 0;
  std::vector<std::optional<duration>> outage_began_;  ///< by outage of the plan
  std::int64_t quota_window_ = -1;
  std::uint32_t quota_used_ = 0;
  duration blocked_until_{};
  duration next_request_{};  ///< when the pace allows the next answer
  duration next_record_{};
};

}  // namespace holdfast
