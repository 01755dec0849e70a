#include "holdfast/importer/progress.hpp"

#include <cmath>

namespace holdfast {
namespace {

constexpr double half_life_seconds = 3.0;

double seconds(duration value) { return std::chrono::duration<double>(value).count(); }

std::optional<duration> time_for(std::uint64_t done, std::uint64_t total, double rate) {
  if (total <= done || rate <= 0) return std::nullopt;
  double const left = static_cast<double>(total - done) / rate;
  constexpr double most = 1e9;  // about thirty years: far below the end of `duration`
  if (left > most) return std::nullopt;
  return std::chrono::duration_cast<duration>(std::chrono::duration<double>(left));
}

std::string waiting_text(progress const& seen, instant now) {
  std::string text = "waiting";
  if (seen.waiting_until > now) text += ' ' + rough_time(elapsed(now, seen.waiting_until));
  return text + ": " + seen.waiting_for;
}

}  // namespace

void progress_meter::sample(progress const& seen, instant now) noexcept {
  double const span = seconds(elapsed(last_, now));
  if (span <= 0) return;
  double const old_share = last_read_ == 0 ? 0 : std::exp2(-span / half_life_seconds);
  double const read = static_cast<double>(seen.read_here - last_read_);
  double const bytes = static_cast<double>(seen.source.bytes_read - last_bytes_);
  rate_ = old_share * rate_ + (1 - old_share) * read / span;
  byte_rate_ = old_share * byte_rate_ + (1 - old_share) * bytes / span;
  last_read_ = seen.read_here;
  last_bytes_ = seen.source.bytes_read;
  last_ = now;
}

std::optional<duration> progress_meter::time_left(progress const& seen) const noexcept {
  if (seen.source.records_total > 0) {
    return time_for(seen.totals.read, seen.source.records_total, rate_);
  }
  return time_for(seen.source.bytes_read, seen.source.bytes_total, byte_rate_);
}

std::string progress_line(progress const& seen, progress_meter const& meter, instant now) {
  std::string line = with_separators(seen.totals.stored) + " stored";
  auto const add = [&](std::uint64_t count, char const* what) {
    if (count > 0) line += ", " + with_separators(count) + ' ' + what;
  };
  add(seen.totals.duplicates, "duplicates");
  add(seen.totals.differs, "of them differ");
  add(seen.totals.rejected, "rejected");
  add(seen.skipped_here, "skipped");
  add(static_cast<std::uint64_t>(meter.rate()), "records/s");
  add(seen.source.retries + seen.target_retries, "retries");
  if (!seen.source.circuit.empty()) line += ", circuit " + seen.source.circuit;
  if (!seen.waiting_for.empty()) return line + ", " + waiting_text(seen, now);
  if (auto const left = meter.time_left(seen)) line += ", " + rough_time(*left) + " left";
  return line;
}

std::string with_separators(std::uint64_t number) {
  std::string text = std::to_string(number);
  for (std::size_t at = text.size(); at > 3;) {
    at -= 3;
    text.insert(at, ",");
  }
  return text;
}

std::string rough_time(duration value) {
  using namespace std::chrono;
  auto const total = duration_cast<std::chrono::seconds>(value).count();
  if (total < 60) return std::to_string(total) + 's';
  if (total < 3600) return std::to_string(total / 60) + "m " + std::to_string(total % 60) + 's';
  return std::to_string(total / 3600) + "h " + std::to_string(total % 3600 / 60) + 'm';
}

std::string cut_to(std::string text, std::size_t columns) {
  std::size_t shown = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    bool const begins = (static_cast<unsigned char>(text[i]) & 0xC0U) != 0x80U;
    if (begins && ++shown > columns) {
      text.resize(i);
      break;
    }
  }
  return text;
}

}  // namespace holdfast
