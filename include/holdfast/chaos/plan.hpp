#pragma once

#include "holdfast/base/expected.hpp"
#include "holdfast/base/problem.hpp"
#include "holdfast/chaos/outage.hpp"
#include "holdfast/chaos/pace.hpp"
#include "holdfast/chaos/page_faults.hpp"
#include "holdfast/chaos/quota.hpp"
#include "holdfast/chaos/request_faults.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

namespace holdfast {

/// Everything that goes wrong, and how often. The default plan is a service in good order.
struct chaos_plan {
  request_faults faults{};
  page_faults pages{};
  record_faults records{};
  std::vector<fault_kind> script{};  ///< faults of the first requests, in order, instead of chance
  std::vector<std::uint64_t> poison{};  ///< numbers of records, from 0, that can't be served
  bool poison_alone = true;             ///< whether they can't be served alone (limit=1) either
  std::vector<outage_plan> outages{};
  pace_plan pace{};
  quota_plan quota{};
  std::uint64_t default_limit = 20;
  std::uint64_t max_limit = 1000;
};

/// Reads a plan. Every problem is told at once, with line and column.
[[nodiscard]] expected<chaos_plan, problems> read_chaos_plan(std::string const& path);

/// The same from a text, `source` being its name in problems.
[[nodiscard]] expected<chaos_plan, problems> parse_chaos_plan(std::string_view text,
                                                              std::string source);

template <>
struct fields_of<chaos_plan> {
  static constexpr auto table = std::tuple{
      field("faults", &chaos_plan::faults, "shares of the requests that fail, by fault"),
      field("pages", &chaos_plan::pages, "shares of the pages that are not what they seem"),
      field("records", &chaos_plan::records, "shares of the records that are doubled or changed"),
      field("script", &chaos_plan::script, "faults of the first requests, in order"),
      field("poison", &chaos_plan::poison, {0, 1'000'000'000'000},
            "numbers of records in the data, from 0, whose pages always answer 500"),
      field("poison_alone", &chaos_plan::poison_alone,
            "whether such a record fails when it is asked for alone, too"),
      field("outages", &chaos_plan::outages, "times in which nothing is served"),
      field("pace", &chaos_plan::pace, "how fast the service is"),
      field("quota", &chaos_plan::quota, "how many requests are served in a window of time"),
      field("default_limit", &chaos_plan::default_limit, {1, 1'000'000},
            "records in a page if the request does not say"),
      field("max_limit", &chaos_plan::max_limit, {1, 1'000'000},
            "records in a page at most; a larger limit is silently cut to it")};

  static std::vector<field_problem> contradictions(chaos_plan const& plan);
};

}  // namespace holdfast
