#include "import_report_json.hpp"

#include "shown_json.hpp"

#include <cmath>
#include <utility>

#include <nlohmann/json.hpp>

namespace holdfast::cli {
namespace {

using json = nlohmann::ordered_json;

json reasons_of(import_totals const& totals) {
  json reasons = json::object();
  for (std::size_t i = 0; i < totals.reasons.size(); ++i) {
    if (totals.reasons[i] == 0) continue;
    reasons[std::string{name_of(static_cast<rejection>(i))}] = totals.reasons[i];
  }
  return reasons;
}

json one(source_report const& report) {
  double const seconds = std::chrono::duration<double>(report.took).count();
  json result{{"source", report.source},
              {"table", report.table},
              {"ending", std::string{name_of(report.ending)}},
              {"read", report.totals.read},
              {"stored", report.totals.stored},
              {"duplicates", report.totals.duplicates},
              {"differs", report.totals.differs},
              {"rejected", report.totals.rejected},
              {"reasons", reasons_of(report.totals)},
              {"retries", report.retries()},
              {"requests", report.stats.requests},
              {"failed_requests", report.stats.failed_requests},
              {"resumed", report.resumed},
              {"skipped", report.skipped},
              {"changed", report.changed},
              {"gone", report.gone},
              {"missing_rows", report.missing_rows},
              {"seconds", std::round(seconds * 1e6) / 1e6}};
  if (report.stats.records_total > 0) result["records_total"] = report.stats.records_total;
  if (report.rows_in_table) result["rows_in_table"] = *report.rows_in_table;
  if (report.ending != run_ending::finished && !report.why.what.empty()) {
    result["error"] = describe(report.why);
  }
  return result;
}

/// Sums of all sources; `ending` is that of the first which did not finish.
source_report sum_of(std::vector<source_report> const& reports) {
  source_report sum;
  for (source_report const& each : reports) {
    sum.totals += each.totals;
    sum.stats.requests += each.stats.requests;
    sum.stats.failed_requests += each.stats.failed_requests;
    sum.stats.retries += each.stats.retries;
    sum.stats.records_total += each.stats.records_total;
    sum.target_retries += each.target_retries;
    sum.skipped += each.skipped;
    sum.changed += each.changed;
    sum.gone += each.gone;
    sum.missing_rows += each.missing_rows;
    sum.resumed = sum.resumed || each.resumed;
    sum.took += each.took;
    if (sum.ending == run_ending::finished) {
      sum.ending = each.ending;
      sum.why = each.why;
    }
  }
  return sum;
}

}  // namespace

std::string to_json(std::vector<source_report> const& reports) {
  json result;
  if (reports.size() == 1) {
    result = one(reports.front());
  } else {
    result = one(sum_of(reports));
    result.erase("source");
    result.erase("table");
    for (source_report const& each : reports) result["sources"].push_back(one(each));
  }
  return shown_as_line(std::move(result));
}

}  // namespace holdfast::cli
