#include "holdfast/telemetry/exposition.hpp"

#include "telemetry/accepted_types.hpp"
#include "telemetry/label_text.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <utility>

namespace holdfast {
namespace {

constexpr std::string_view total = "_total";

void append(std::string& to, std::uint64_t number) {
  std::array<char, 24> digits{};
  auto const end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
  to.append(digits.data(), end);
}

void append(std::string& to, double number) {
  if (std::isnan(number)) {
    to += "NaN";
    return;
  }
  if (std::isinf(number)) {
    to += number < 0 ? "-Inf" : "+Inf";
    return;
  }
  std::array<char, 40> digits{};
  auto const end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
  to.append(digits.data(), end);
}

}  // namespace

exposition_format negotiated_exposition(std::string_view accept) noexcept {
  double const newer = preference_for(accept, "application", "openmetrics-text");
  double const older = preference_for(accept, "text", "plain");
  bool const named = accept.find("application/openmetrics-text") != std::string_view::npos;
  return named && newer > 0 && newer >= older ? exposition_format::openmetrics
                                              : exposition_format::prometheus;
}

std::string_view content_type_of(exposition_format format) noexcept {
  switch (format) {
    case exposition_format::prometheus: return "text/plain; version=0.0.4; charset=utf-8";
    case exposition_format::openmetrics:
      return "application/openmetrics-text; version=1.0.0; charset=utf-8";
  }
  return "text/plain";
}

// In OpenMetrics the name of a counter is that of its samples without the ending.
void exposition::begin(std::string_view name, metric_type type, std::string_view help) {
  bool const shortens = format_ == exposition_format::openmetrics && type == metric_type::counter &&
                        name.ends_with(total);
  std::string_view const shown = shortens ? name.substr(0, name.size() - total.size()) : name;
  name_ = name;
  page_.append("# HELP ").append(shown).append(" ");
  append_label_text(page_, help, format_ == exposition_format::openmetrics);
  page_.append("\n# TYPE ").append(shown).append(" ").append(enum_name(type)).append("\n");
}

void exposition::open_line(std::string_view suffix, labels of, std::string_view upper_bound) {
  page_.append(name_).append(suffix);
  char before = '{';
  for (metric_label const& each : of) {
    page_ += before;
    page_.append(each.name).append("=\"");
    append_label_text(page_, each.value, true);
    page_ += '"';
    before = ',';
  }
  if (!upper_bound.empty()) {
    page_ += before;
    page_.append("le=\"").append(upper_bound).append("\"");
    before = ',';
  }
  page_.append(before == ',' ? "} " : " ");
}

void exposition::value(labels of, std::uint64_t now) {
  open_line({}, of);
  append(page_, now);
  page_ += '\n';
}

void exposition::value(labels of, double now) {
  open_line({}, of);
  append(page_, now);
  page_ += '\n';
}

void exposition::histogram(labels of, std::span<metric_bucket const> buckets, double sum) {
  std::uint64_t so_far = 0;
  for (std::size_t i = 0; i < buckets.size(); ++i) {
    std::string bound;
    if (i + 1 < buckets.size()) {
      append(bound, buckets[i].upper_bound);
      // OpenMetrics wants a fraction; the other format does not mind.
      if (bound.find_first_of(".e") == std::string::npos) bound += ".0";
    } else {
      bound = "+Inf";
    }
    so_far += buckets[i].count;
    open_line("_bucket", of, bound);
    append(page_, so_far);
    add_exemplar(buckets[i].exemplar);
    page_ += '\n';
  }
  open_line("_sum", of);
  append(page_, sum);
  page_ += '\n';
  open_line("_count", of);
  append(page_, so_far);
  page_ += '\n';
}

void exposition::add_exemplar(metric_exemplar const& one) {
  if (format_ != exposition_format::openmetrics || one.correlation_id.empty()) return;
  page_.append(" # {correlation_id=\"");
  append_label_text(page_, one.correlation_id, true);
  page_.append("\"} ");
  append(page_, one.value);
  page_ += ' ';
  append(page_, one.at);
}

std::string exposition::finish() && {
  if (format_ == exposition_format::openmetrics) page_.append("# EOF\n");
  return std::move(page_);
}

std::string expose(exposition_format format, std::initializer_list<metric_source const*> sources) {
  exposition page{format};
  for (metric_source const* each : sources) each->write_metrics(page);
  return std::move(page).finish();
}

}  // namespace holdfast
