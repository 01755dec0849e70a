#include "holdfast/chaos/plan.hpp"

#include "holdfast/config/load.hpp"

#include <algorithm>

namespace holdfast {
namespace {

/// Sums of decimal fractions such as ten times 0.1 may end a hair above 1.
constexpr double rounding = 1e-9;

double sum_of_shares(request_faults const& faults) {
  double sum = 0;
  for (auto const& each : fault_shares) sum += faults.*each.share;
  return sum;
}

bool is_drawn(fault_kind kind) {
  return kind == fault_kind::none ||
         std::any_of(fault_shares.begin(), fault_shares.end(),
                     [&](fault_share const& each) { return each.kind == kind; });
}

expected<chaos_plan, problems> plan_in(config_node const& tree) {
  if (tree.kind == node_kind::null) return chaos_plan{};  // an empty file: nothing goes wrong
  return load_from<chaos_plan>(tree);
}

}  // namespace

std::vector<field_problem> fields_of<outage_plan>::contradictions(outage_plan const& outage) {
  if (outage.after.has_value() != outage.after_requests.has_value()) return {};
  return {{"after", outage.after ? "given together with after_requests" : "is missing",
           "either after (a time) or after_requests (a number)"}};
}

std::vector<field_problem> fields_of<chaos_plan>::contradictions(chaos_plan const& plan) {
  std::vector<field_problem> found;
  if (double const sum = sum_of_shares(plan.faults); sum > 1 + rounding) {
    found.push_back({"faults", "the shares add up to " + detail::field_text(sum),
                     "a sum of 1 or less: a request meets one fault at most"});
  }
  for (fault_kind const each : plan.script) {
    if (is_drawn(each)) continue;
    found.push_back({"script", std::string{enum_name(each)} + " can't be scripted",
                     "none or a name under faults; poison, quota and outages have own fields"});
  }
  auto const& records = plan.records;
  if (records.null_nested + records.text_numbers + records.unknown_field > 1 + rounding) {
    found.push_back({"records", "null_nested, text_numbers and unknown_field add up to over 1",
                     "a sum of 1 or less: a record meets one of them at most"});
  }
  if (plan.default_limit > plan.max_limit) {
    found.push_back({"default_limit", "is above max_limit", "1 .. max_limit"});
  }
  return found;
}

expected<chaos_plan, problems> parse_chaos_plan(std::string_view text, std::string source) {
  return parse_yaml(text, std::move(source)).and_then(plan_in);
}

expected<chaos_plan, problems> read_chaos_plan(std::string const& path) {
  return read_yaml_file(path).and_then(plan_in);
}

}  // namespace holdfast
