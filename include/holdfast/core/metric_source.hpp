#pragma once

#include "holdfast/base/enum_names.hpp"
#include "holdfast/base/time.hpp"

#include <array>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string_view>

namespace holdfast {

/// What the values of a metric are. Source: OpenMetrics 1.0, section 5.
enum class metric_type {
  counter,    ///< only grows, from zero at the start of the process; its name ends in `_total`
  gauge,      ///< goes up and down
  histogram,  ///< values by size
};

template <>
struct names_of<metric_type> {
  using enum metric_type;
  static constexpr std::array<named_value<metric_type>, 3> table{
      {{counter, "counter"}, {gauge, "gauge"}, {histogram, "histogram"}}};
};

struct metric_label {
  std::string_view name;   ///< letters, digits and underscores
  std::string_view value;  ///< any text; bounded by whoever writes it, in length and in number
};

/// A value of a histogram that can be looked up elsewhere.
struct metric_exemplar {
  std::string_view correlation_id{};  ///< empty: there is none
  double value = 0;
  double at = 0;  ///< seconds since 1970
};

/// How many values fell between two bounds. The bucket behind the last bound has none.
struct metric_bucket {
  double upper_bound = 0;   ///< the value itself included
  std::uint64_t count = 0;  ///< in this bucket alone
  metric_exemplar exemplar{};
};

/// Takes metrics as they are read. All samples of a metric follow its head.
class metric_writer {
 public:
  using labels = std::initializer_list<metric_label>;

  metric_writer() = default;
  metric_writer(metric_writer const&) = delete;
  metric_writer& operator=(metric_writer const&) = delete;
  virtual ~metric_writer() = default;

  /// Begins a metric; once each.
  /// @param help one sentence
  virtual void begin(std::string_view name, metric_type type, std::string_view help) = 0;
  virtual void value(labels of, std::uint64_t now) = 0;
  virtual void value(labels of, double now) = 0;
  /// @param buckets rising; the last one has no bound, whatever it says
  /// @param sum     of all values
  virtual void histogram(labels of, std::span<metric_bucket const> buckets, double sum) = 0;
};

/// What can be asked for its metrics, at any time and by any thread.
class metric_source {
 public:
  metric_source() = default;
  metric_source(metric_source const&) = delete;
  metric_source& operator=(metric_source const&) = delete;
  virtual ~metric_source() = default;

  virtual void write_metrics(metric_writer& to) const = 0;
};

[[nodiscard]] constexpr double in_seconds(duration length) noexcept {
  return std::chrono::duration<double>{length}.count();
}

}  // namespace holdfast
