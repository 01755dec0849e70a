#pragma once

#include "holdfast/core/metric_source.hpp"

#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <prometheus/collectable.h>
#include <prometheus/metric_family.h>

namespace holdfast {

namespace detail {

/// Turns metrics into those of prometheus-cpp.
class family_writer final : public metric_writer {
 public:
  void begin(std::string_view name, metric_type type, std::string_view help) override {
    auto& family = families.emplace_back();
    family.name = name;
    family.help = help;
    switch (type) {
      case metric_type::counter: family.type = prometheus::MetricType::Counter; break;
      case metric_type::gauge: family.type = prometheus::MetricType::Gauge; break;
      case metric_type::histogram: family.type = prometheus::MetricType::Histogram; break;
    }
  }
  void value(labels of, std::uint64_t now) override { value(of, static_cast<double>(now)); }
  void value(labels of, double now) override {
    prometheus::ClientMetric& added = add(of);
    if (families.back().type == prometheus::MetricType::Counter) {
      added.counter.value = now;
    } else {
      added.gauge.value = now;
    }
  }
  void histogram(labels of, std::span<metric_bucket const> buckets, double sum) override {
    prometheus::ClientMetric::Histogram& made = add(of).histogram;
    made.sample_sum = sum;
    for (std::size_t i = 0; i < buckets.size(); ++i) {
      made.sample_count += buckets[i].count;
      bool const is_last = i + 1 == buckets.size();
      double const bound =
          is_last ? std::numeric_limits<double>::infinity() : buckets[i].upper_bound;
      made.bucket.push_back({made.sample_count, bound});
    }
  }

  std::vector<prometheus::MetricFamily> families;

 private:
  prometheus::ClientMetric& add(labels of) {
    prometheus::ClientMetric& added = families.back().metric.emplace_back();
    for (metric_label const& each : of) {
      added.label.push_back({std::string{each.name}, std::string{each.value}});
    }
    return added;
  }
};

}  // namespace detail

/// Metrics of Holdfast for a program that has a registry of prometheus-cpp already: register it
/// with its exposer. Target `holdfast::prometheus`. Exemplars are left out: that library has none.
///
///     auto const mine = std::make_shared<holdfast::prometheus_collectable>(metrics);
///     exposer.RegisterCollectable(mine);
///
/// Thread-safe. Trap: an exposer keeps a weak pointer, so whoever registers keeps this one.
class prometheus_collectable final : public prometheus::Collectable {
 public:
  explicit prometheus_collectable(std::shared_ptr<metric_source const> of) : of_{std::move(of)} {}

  std::vector<prometheus::MetricFamily> Collect() const override {
    detail::family_writer to;
    of_->write_metrics(to);
    return std::move(to.families);
  }

 private:
  std::shared_ptr<metric_source const> of_;
};

}  // namespace holdfast
