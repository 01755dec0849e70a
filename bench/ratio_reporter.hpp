#pragma once

#include <cstdio>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include <benchmark/benchmark.h>

/// Prints one line a case, in the order in which they ran first: minimum and median of its rounds,
/// how far the minimum lies above that of its bare call in the same run, with one thread and with
/// two, and allocations a call. Times are CPU time a thread, in nanoseconds.
class ratio_reporter final : public benchmark::BenchmarkReporter {
 public:
  /// A case and the bare one that it is compared with; empty where it is one itself.
  struct compared {
    std::string name;
    std::string with;
  };

  explicit ratio_reporter(std::vector<compared> cases) : cases_{std::move(cases)} {}

  bool ReportContext(Context const& /*context*/) override { return true; }

  void ReportRuns(std::vector<Run> const& runs) override {
    for (Run const& each : runs) {
      if (each.run_type != Run::RT_Aggregate) continue;
      figures& row = rows_[{each.run_name.function_name, each.threads}];
      if (each.aggregate_name == "min") {
        row.least = each.GetAdjustedCPUTime();
        row.allocations = each.counters.at("allocs");
      }
      if (each.aggregate_name == "median") row.median = each.GetAdjustedCPUTime();
    }
  }

  void Finalize() override {
    std::printf("%-32s | %-26s | %-26s |\n", "ns", "one thread", "two threads");
    std::printf("%-32s | %8s %8s %8s | %8s %8s %8s | %s\n", "case", "min", "median", "above", "min",
                "median", "above", "allocs");
    for (compared const& each : cases_) {
      if (!rows_.contains({each.name, 1})) continue;
      std::printf("%-32s |", each.name.c_str());
      for (std::int64_t const threads : {1, 2}) print(each, threads);
      std::printf(" %.3f\n", rows_[{each.name, 1}].allocations);
    }
  }

 private:
  struct figures {
    double least = 0;
    double median = 0;
    double allocations = 0;
  };

  void print(compared const& one, std::int64_t threads) {
    auto const found = rows_.find({one.name, threads});
    if (found == rows_.end()) {
      std::printf(" %8s %8s %8s |", "-", "-", "-");
      return;
    }
    figures const& row = found->second;
    double const bare = one.with.empty() ? row.least : rows_[{one.with, threads}].least;
    std::printf(" %8.2f %8.2f %8.2f |", row.least, row.median, row.least - bare);
  }

  std::vector<compared> cases_;
  std::map<std::pair<std::string, std::int64_t>, figures> rows_;
};
