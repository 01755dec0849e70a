#pragma once

#include "holdfast/base/field.hpp"
#include "holdfast/base/problem.hpp"
#include "holdfast/base/units.hpp"
#include "holdfast/config/tree.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace holdfast {

/// One node being read into a value: where problems go, and how they call the node.
struct config_reading {
  config_node const& node;
  std::string path;  ///< "operations.orders-db.retry"; empty for the root
  problems& found;
  /// Whether the rest of these options stands elsewhere: then no field is missing, and none
  /// contradicts another.
  bool partial = false;

  /// Adds a problem at the node: "path: what", with the remedy below it.
  void report(std::string const& what, std::string remedy = {}) const;

  /// The same, "allowed: …" being the remedy.
  void report_not_allowed(std::string const& what, std::string const& allowed) const;

  /// Adds what `contradictions` found, at the field that it names if that one was given.
  void report(field_problem const& contradiction) const;

  void report_missing(std::string_view name, std::string_view help) const;

  /// Adds a problem for every key that is not among `known`, with the one probably meant.
  void report_unknown_keys(std::span<std::string_view const> known) const;

  /// What stands there, for messages: "'50ms'", "a list".
  [[nodiscard]] std::string shown() const;

  /// Whether the node is of this kind; if not, says so.
  [[nodiscard]] bool is(node_kind wanted) const;

  [[nodiscard]] config_reading member(config_node const& value, std::string_view name) const;
  [[nodiscard]] config_reading item(config_node const& value, std::size_t index) const;
};

/// Readers of single values. Each answers the value, or nothing after having reported why.
/// Numbers and flags must be unquoted; what needs letters (texts, "250ms", "off") may be quoted.
[[nodiscard]] std::optional<std::int64_t> read_signed(config_reading const& from);
[[nodiscard]] std::optional<std::uint64_t> read_unsigned(config_reading const& from);
[[nodiscard]] std::optional<double> read_real(config_reading const& from);
[[nodiscard]] std::optional<bool> read_flag(config_reading const& from);
[[nodiscard]] std::optional<std::string> read_string(config_reading const& from);
[[nodiscard]] std::optional<duration> read_duration(config_reading const& from);
[[nodiscard]] std::optional<byte_count> read_bytes(config_reading const& from);

/// The index of the word written there.
[[nodiscard]] std::optional<std::size_t> read_choice(config_reading const& from,
                                                     std::span<std::string_view const> words);

}  // namespace holdfast
