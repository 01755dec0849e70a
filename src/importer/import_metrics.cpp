#include "holdfast/importer/import_metrics.hpp"

#include "holdfast/importer/record.hpp"

#include <algorithm>
#include <functional>
#include <utility>

namespace holdfast {
namespace {

void add(progress& to, progress const& more) {
  to.totals += more.totals;
  to.target_retries += more.target_retries;
  to.source.requests += more.source.requests;
  to.source.failed_requests += more.source.failed_requests;
  to.source.retries += more.source.retries;
  to.source.bytes_read += more.source.bytes_read;
}

}  // namespace

void import_metrics::begin(std::string const& table, std::uint64_t retries) {
  std::lock_guard const held{lock_};
  present_ = table;
  retries_before_ = retries;
  counts& of = tables_[table];
  add(of.ended, std::exchange(of.seen, {}));
}

void import_metrics::end() {
  std::lock_guard const held{lock_};
  tables_[present_].seen.waiting_for.clear();
  present_.clear();
}

void import_metrics::on_columns(table_schema const& schema) { next_.on_columns(schema); }

void import_metrics::on_progress(progress const& seen, instant now) {
  {
    std::lock_guard const held{lock_};
    progress& kept = tables_[present_].seen;
    kept = seen;
    kept.target_retries -= std::min(kept.target_retries, retries_before_);
  }
  next_.on_progress(seen, now);
}

void import_metrics::write_metrics(metric_writer& to) const {
  std::map<std::string, progress, std::less<>> all;
  std::string present;
  {
    std::lock_guard const held{lock_};
    for (auto const& [table, each] : tables_) {
      progress sum = each.ended;
      add(sum, each.seen);
      sum.waiting_for = each.seen.waiting_for;
      all.emplace(table, std::move(sum));
    }
    present = present_;
  }
  auto const counter = [&](std::string_view name, std::string_view help, auto const& value_of) {
    to.begin(name, metric_type::counter, help);
    for (auto const& [table, seen] : all) to.value({{"table", table}}, value_of(seen));
  };
  counter("holdfast_import_records_read_total", "Records read.",
          [](progress const& seen) { return seen.totals.read; });
  to.begin("holdfast_import_records_total", metric_type::counter,
           "Records by what became of them; together, those that were read.");
  for (auto const& [table, seen] : all) {
    to.value({{"table", table}, {"fate", "stored"}}, seen.totals.stored);
    to.value({{"table", table}, {"fate", "duplicate"}}, seen.totals.duplicates);
    to.value({{"table", table}, {"fate", "rejected"}}, seen.totals.rejected);
  }
  to.begin("holdfast_import_rejected_total", metric_type::counter, "Rejected records, by why.");
  for (auto const& [table, seen] : all) {
    for (std::size_t i = 0; i < seen.totals.reasons.size(); ++i) {
      std::uint64_t const count = seen.totals.reasons[i];
      if (count == 0) continue;
      to.value({{"table", table}, {"reason", name_of(static_cast<rejection>(i))}}, count);
    }
  }
  counter("holdfast_import_differs_total", "Duplicates whose content is another.",
          [](progress const& seen) { return seen.totals.differs; });
  counter("holdfast_import_requests_total", "Requests to web APIs, failed ones too.",
          [](progress const& seen) { return seen.source.requests; });
  counter("holdfast_import_failed_requests_total", "Requests that failed.",
          [](progress const& seen) { return seen.source.failed_requests; });
  counter("holdfast_import_source_retries_total", "Requests that were second or later attempts.",
          [](progress const& seen) { return seen.source.retries; });
  counter("holdfast_import_target_retries_total", "Transactions that were tried again.",
          [](progress const& seen) { return seen.target_retries; });
  counter("holdfast_import_read_bytes_total", "Bytes of files read, before decompression.",
          [](progress const& seen) { return seen.source.bytes_read; });
  auto const flag = [&](std::string_view name, std::string_view help, auto const& holds) {
    to.begin(name, metric_type::gauge, help);
    for (auto const& [table, seen] : all) {
      to.value({{"table", table}}, std::uint64_t{holds(table, seen) ? 1U : 0U});
    }
  };
  flag("holdfast_import_waiting", "1 while the run waits for its source or its target.",
       [](auto const&, progress const& seen) { return !seen.waiting_for.empty(); });
  flag("holdfast_import_running", "1 while a run fills the table.",
       [&](auto const& table, progress const&) { return table == present; });
}

}  // namespace holdfast
