#include "holdfast/telemetry/exposition.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <string>
#include <utility>

#include <gtest/gtest.h>

namespace holdfast {
namespace {

std::string page(exposition_format format, auto const& write) {
  exposition to{format};
  write(to);
  return std::move(to).finish();
}

TEST(Exposition, ACounterHasItsHelpItsTypeAndItsSamples) {
  auto const write = [](metric_writer& to) {
    to.begin("jobs_total", metric_type::counter, "Jobs.");
    to.value({{"kind", "a"}, {"size", "b"}}, std::uint64_t{7});
    to.value({}, std::uint64_t{8});
  };

  EXPECT_EQ(page(exposition_format::prometheus, write),
            "# HELP jobs_total Jobs.\n# TYPE jobs_total counter\n"
            "jobs_total{kind=\"a\",size=\"b\"} 7\njobs_total 8\n");
  EXPECT_EQ(page(exposition_format::openmetrics, write),
            "# HELP jobs Jobs.\n# TYPE jobs counter\n"
            "jobs_total{kind=\"a\",size=\"b\"} 7\njobs_total 8\n# EOF\n");
}

TEST(Exposition, BucketsAddUpAndEndWithoutABound) {
  std::array<metric_bucket, 3> const buckets{{{.upper_bound = 0.001, .count = 2},
                                              {.upper_bound = 1, .count = 3},
                                              {.upper_bound = 0, .count = 4}}};
  auto const write = [&](metric_writer& to) {
    to.begin("wait_seconds", metric_type::histogram, "Waits.");
    to.histogram({{"of", "x"}}, buckets, 12.5);
  };

  EXPECT_EQ(page(exposition_format::prometheus, write),
            "# HELP wait_seconds Waits.\n# TYPE wait_seconds histogram\n"
            "wait_seconds_bucket{of=\"x\",le=\"0.001\"} 2\n"
            "wait_seconds_bucket{of=\"x\",le=\"1.0\"} 5\n"
            "wait_seconds_bucket{of=\"x\",le=\"+Inf\"} 9\n"
            "wait_seconds_sum{of=\"x\"} 12.5\n"
            "wait_seconds_count{of=\"x\"} 9\n");
}

TEST(Exposition, AnExemplarStandsBehindItsBucketInOpenMetricsAlone) {
  std::array<metric_bucket, 2> const buckets{
      {{.upper_bound = 1, .count = 1, .exemplar = {"re\"q", 0.5, 1700000000.25}}, {}}};
  auto const write = [&](metric_writer& to) {
    to.begin("wait_seconds", metric_type::histogram, "Waits.");
    to.histogram({}, buckets, 0.5);
  };

  EXPECT_NE(page(exposition_format::openmetrics, write)
                .find("wait_seconds_bucket{le=\"1.0\"} 1 # {correlation_id=\"re\\\"q\"} 0.5 "
                      "1700000000.25\n"),
            std::string::npos);
  EXPECT_EQ(page(exposition_format::prometheus, write).find("correlation_id"), std::string::npos);
}

TEST(Exposition, NumbersThatAreNoneAreSpelledAsTheFormatHasThem) {
  auto const write = [](metric_writer& to) {
    to.begin("x", metric_type::gauge, "X.");
    to.value({}, std::numeric_limits<double>::infinity());
    to.value({}, -std::numeric_limits<double>::infinity());
    to.value({}, std::numeric_limits<double>::quiet_NaN());
    to.value({}, 0.1);
  };

  EXPECT_EQ(page(exposition_format::prometheus, write),
            "# HELP x X.\n# TYPE x gauge\nx +Inf\nx -Inf\nx NaN\nx 0.1\n");
}

TEST(Exposition, LabelsOfAnyBytesStayOneLine) {
  std::string text;
  for (int i = 0; i < 256; ++i) text += static_cast<char>(i);
  auto const write = [&](metric_writer& to) {
    to.begin("x", metric_type::gauge, "One\nline.");
    to.value({{"of", text}}, std::uint64_t{1});
  };

  std::string const made = page(exposition_format::prometheus, write);

  EXPECT_EQ(std::count(made.begin(), made.end(), '\n'), 3);
  EXPECT_EQ(made.find('\0'), std::string::npos);
  EXPECT_NE(made.find("\\n"), std::string::npos);
}

TEST(Exposition, TheClientsPreferenceDecides) {
  using enum exposition_format;
  EXPECT_EQ(negotiated_exposition(""), prometheus);
  EXPECT_EQ(negotiated_exposition("*/*"), prometheus);
  EXPECT_EQ(negotiated_exposition("text/html,*/*;q=0.8"), prometheus);
  EXPECT_EQ(negotiated_exposition("application/openmetrics-text;version=1.0.0,"
                                  "application/openmetrics-text;version=0.0.1;q=0.75,"
                                  "text/plain;version=0.0.4;q=0.5,*/*;q=0.1"),
            openmetrics);
  EXPECT_EQ(negotiated_exposition("application/openmetrics-text;q=0.2,text/plain"), prometheus);
  EXPECT_EQ(negotiated_exposition("application/openmetrics-text;q=0"), prometheus);
  EXPECT_EQ(negotiated_exposition("Application/OpenMetrics-Text"), prometheus)
      << "in capitals it is taken for unnamed";
  EXPECT_EQ(negotiated_exposition(";;,,/;q=,=;q=9"), prometheus);
}

}  // namespace
}  // namespace holdfast
