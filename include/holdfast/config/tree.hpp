#pragma once

#include "holdfast/base/problem.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace holdfast {

/// What one place of a configuration file holds.
enum class node_kind {
  null,    ///< nothing, `~` or `null`
  scalar,  ///< one text, number, flag: still as it was written
  list,    ///< nodes in order
  map,     ///< named nodes in order
};

[[nodiscard]] std::string_view name_of(node_kind value) noexcept;

struct config_member;

/// One place of a configuration file and all below it, with its position. Plain data, owning its
/// texts; nothing is interpreted yet, so `007` is still "007" and `off` is still "off".
struct config_node {
  node_kind kind = node_kind::null;
  bool quoted = false;                 ///< whether a scalar stood in quotes or in a block (| or >)
  std::uint32_t line = 1;              ///< from 1
  std::uint32_t column = 1;            ///< in characters, from 1
  std::string text;                    ///< of a scalar: UTF-8 without NUL
  std::vector<config_node> items;      ///< of a list
  std::vector<config_member> members;  ///< of a map, in the order written, each name once
  std::shared_ptr<std::string const> source;  ///< name of the file; may be null

  /// The value of a name; null where there is none or where this is no map. Cost: linear.
  [[nodiscard]] config_node const* find(std::string_view name) const noexcept;

  [[nodiscard]] text_position where() const;
};

/// One named value of a map.
struct config_member {
  std::string name;
  std::uint32_t line = 1;    ///< of the name
  std::uint32_t column = 1;  ///< of the name
  config_node value;
};

/// The node at `path` ("retry.delays[2]"), or the deepest one on the way there that exists.
[[nodiscard]] config_node const& deepest(config_node const& from, std::string_view path) noexcept;

}  // namespace holdfast
