#include "holdfast/importer/report.hpp"

#include "holdfast/base/excerpt.hpp"
#include "holdfast/base/units.hpp"
#include "holdfast/importer/progress.hpp"

namespace holdfast {
namespace {

constexpr std::size_t longest_source = 4096;

std::string counts(import_totals const& totals) {
  std::string text = with_separators(totals.read) + " read = " + with_separators(totals.stored) +
                     " stored + " + with_separators(totals.duplicates) + " duplicates";
  if (totals.differs > 0) text += " (" + with_separators(totals.differs) + " differ)";
  return text + " + " + with_separators(totals.rejected) + " rejected";
}

std::string reasons(import_totals const& totals) {
  std::string text;
  for (std::size_t i = 0; i < totals.reasons.size(); ++i) {
    if (totals.reasons[i] == 0) continue;
    text += text.empty() ? "  rejected: " : ", ";
    text += with_separators(totals.reasons[i]) + ' ';
    text += name_of(static_cast<rejection>(i));
  }
  return text.empty() ? text : text + " (table holdfast_rejected)\n";
}

std::string effort(source_report const& report) {
  std::string text = "  " + rough_time(report.took);
  if (report.took < std::chrono::seconds{10}) {
    using milliseconds = std::chrono::milliseconds;
    text = "  " + to_text(std::chrono::duration_cast<milliseconds>(report.took));
  }
  if (report.stats.requests > 0) {
    text += ", " + with_separators(report.stats.requests) + " requests, " +
            with_separators(report.stats.failed_requests) + " of them failed";
  }
  if (report.retries() > 0) text += ", " + with_separators(report.retries()) + " retries";
  return text + '\n';
}

std::string history(source_report const& report) {
  std::string text;
  if (report.resumed) {
    text += "  resumed: the counts are those of the whole run";
    if (report.skipped > 0) {
      text += "; " + with_separators(report.skipped) + " records were there already";
    }
    text += '\n';
  }
  if (report.changed > 0) {
    text += "  the source has changed: " + with_separators(report.changed) +
            " records have other content than before, and were read as new ones\n";
  }
  if (report.gone > 0) {
    text += "  the source has become shorter: " + with_separators(report.gone) +
            " records that were read before are not in it any more\n";
  }
  if (report.missing_rows > 0) {
    text += "  " + with_separators(report.missing_rows) +
            " rows that were stored are not in the table any more, and are not imported again; "
            "drop the table to import everything anew\n";
  }
  return text;
}

}  // namespace

std::string describe_ending(source_report const& report) {
  if (report.ending == run_ending::finished) return {};
  std::string why = describe(report.why);
  if (report.ending == run_ending::interrupted) why = "interrupted";
  if (report.ending == run_ending::gave_up) why = "gave up waiting: " + why;
  return why + "\nnot finished: nothing is lost, start the same command again to go on";
}

std::string describe(source_report const& report) {
  std::string text = excerpt(report.source, longest_source) + " -> " + excerpt(report.table) + '\n';
  text += "  " + counts(report.totals) + '\n';
  text += reasons(report.totals) + history(report) + effort(report);
  if (report.rows_in_table) {
    text += "  " + with_separators(*report.rows_in_table) + " rows in table " +
            excerpt(report.table) + '\n';
  }
  text += describe_ending(report);
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return text;
}

}  // namespace holdfast
