#pragma once

#include "holdfast/core/metric_source.hpp"
#include "holdfast/manage/audit_record.hpp"

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

namespace holdfast {

/// How many audit records there were, by kind. Thread-safe.
class audit_counts {
 public:
  void take(audit_record const& one) noexcept {
    each_[static_cast<std::size_t>(one.kind)].fetch_add(1, std::memory_order_relaxed);
    if (one.kind == audit_kind::state_failed) failing_.store(true, std::memory_order_relaxed);
    if (one.kind == audit_kind::state_recovered) failing_.store(false, std::memory_order_relaxed);
  }
  void write_metrics(metric_writer& to) const;

 private:
  std::array<std::atomic<std::uint64_t>, names_of<audit_kind>::table.size()> each_{};
  std::atomic<bool> failing_{false};
};

}  // namespace holdfast
