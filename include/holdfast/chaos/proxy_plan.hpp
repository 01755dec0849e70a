#pragma once

#include "holdfast/base/expected.hpp"
#include "holdfast/base/problem.hpp"
#include "holdfast/chaos/proxy_fault.hpp"

#include <string>
#include <string_view>
#include <tuple>
#include <vector>

namespace holdfast {

/// How much a proxy knows of what passes.
enum class proxy_protocol {
  none,      ///< bytes
  postgres,  ///< messages of PostgreSQL's protocol 3.0, by type and length
};

template <>
struct names_of<proxy_protocol> {
  using enum proxy_protocol;
  static constexpr std::array<named_value<proxy_protocol>, 2> table{
      {{none, "none"}, {postgres, "postgres"}}};
};

/// What goes wrong in a proxy. The default plan passes everything on.
struct proxy_plan {
  proxy_protocol protocol = proxy_protocol::none;
  std::vector<proxy_fault> faults{};
};

/// The most faults that a proxy holds at once.
inline constexpr std::size_t max_proxy_faults = 64;

template <>
struct fields_of<proxy_plan> {
  static constexpr auto table =
      std::tuple{field("protocol", &proxy_plan::protocol,
                       "postgres lets faults name messages; none knows bytes only"),
                 field("faults", &proxy_plan::faults, "what goes wrong")};

  static std::vector<field_problem> contradictions(proxy_plan const& plan);
};

/// Reads a plan. Every problem is told at once, with line and column.
[[nodiscard]] expected<proxy_plan, problems> read_proxy_plan(std::string const& path);

/// The same from a text, YAML or JSON, `source` being its name in problems.
[[nodiscard]] expected<proxy_plan, problems> parse_proxy_plan(std::string_view text,
                                                              std::string source);

}  // namespace holdfast
