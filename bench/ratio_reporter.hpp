#pragma once

#include <cstdio>
#include <map>
#include <string>
#include <utility>

#include <benchmark/benchmark.h>

/// Prints one line a case: minimum and median of its rounds, and how far the minimum lies above
/// that of the bare call of the same thread count in the same run. Times are CPU time a thread.
class ratio_reporter final : public benchmark::BenchmarkReporter {
 public:
  bool ReportContext(Context const& /*context*/) override { return true; }

  void ReportRuns(std::vector<Run> const& runs) override {
    for (Run const& each : runs) {
      if (each.run_type != Run::RT_Aggregate) continue;
      auto& row = rows_[{each.threads, each.run_name.function_name}];
      if (each.aggregate_name == "min") {
        row.least = each.GetAdjustedCPUTime();
        row.allocations = each.counters.at("allocs");
      }
      if (each.aggregate_name == "median") row.median = each.GetAdjustedCPUTime();
    }
  }

  void Finalize() override {
    std::printf("%-7s %-28s %9s %9s %12s %8s\n", "threads", "case", "min ns", "median ns",
                "above bare", "allocs");
    for (auto const& [key, row] : rows_) {
      double const bare = rows_[{key.first, "bare_call"}].least;
      std::printf("%-7ld %-28s %9.2f %9.2f %12.2f %8.3f\n", static_cast<long>(key.first),
                  key.second.c_str(), row.least, row.median, row.least - bare, row.allocations);
    }
  }

 private:
  struct row_values {
    double least = 0;
    double median = 0;
    double allocations = 0;
  };
  std::map<std::pair<std::int64_t, std::string>, row_values> rows_;
};
