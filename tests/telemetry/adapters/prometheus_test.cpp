#include "holdfast/telemetry/metrics.hpp"
#include "holdfast/telemetry/prometheus_registry.hpp"

#include <memory>
#include <string>

#include <gtest/gtest.h>
#include <prometheus/text_serializer.h>

namespace holdfast {
namespace {

TEST(PrometheusRegistry, WhatAnotherLibrarySerializesIsWhatWasCounted) {
  guard const lookup{"lookup", operation_kind::http, retry{.max_attempts = 1}};
  auto const all = std::make_shared<metrics>();
  all->watch(lookup);
  for (int i = 0; i < 3; ++i) static_cast<void>(lookup([] { return 1; }));
  static_cast<void>(lookup([]() -> expected<int, failure> {
    return unexpected{failure{.category = category::timeout, .severity = severity::high}};
  }));

  prometheus_collectable const collectable{all};
  std::string const page = prometheus::TextSerializer{}.Serialize(collectable.Collect());

  for (char const* line :
       {"holdfast_calls_total{operation=\"lookup\",outcome=\"success\"} 3\n",
        "holdfast_failures_total{operation=\"lookup\",category=\"timeout\",severity=\"high\"} 1\n",
        "holdfast_call_duration_seconds_count{operation=\"lookup\",outcome=\"success\"} 3\n",
        "holdfast_call_duration_seconds_bucket{operation=\"lookup\",outcome=\"success\","
        "le=\"+Inf\"} 3\n",
        "# TYPE holdfast_call_duration_seconds histogram\n"}) {
    EXPECT_NE(page.find(line), std::string::npos) << line << page;
  }
}

}  // namespace
}  // namespace holdfast
