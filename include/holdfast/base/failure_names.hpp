#pragma once

#include "holdfast/base/enum_names.hpp"
#include "holdfast/base/failure.hpp"

namespace holdfast {

// What the words of a failure are called in files, logs and help. For those who read words or list
// them; `name_of` in failure.hpp is enough to print one. Those of `category` stand there already.

template <>
struct names_of<severity> {
  using enum severity;
  static constexpr std::array<named_value<severity>, 4> table{
      {{low, "low"}, {medium, "medium"}, {high, "high"}, {critical, "critical"}}};
};

template <>
struct names_of<fault> {
  using enum fault;
  static constexpr std::array<named_value<fault>, 4> table{
      {{dependency, "dependency"}, {caller, "caller"}, {local, "local"}, {nobody, "nobody"}}};
};

template <>
struct names_of<advice> {
  using enum advice;
  static constexpr std::array<named_value<advice>, 9> table{
      {{never, "never"},
       {now, "now"},
       {after_backoff, "after_backoff"},
       {after_wait, "after_wait"},
       {after_reconnect, "after_reconnect"},
       {after_reprepare, "after_reprepare"},
       {restart_transaction, "restart_transaction"},
       {if_idempotent, "if_idempotent"},
       {resolve_first, "resolve_first"}}};
};

template <>
struct names_of<poisoned> {
  using enum poisoned;
  static constexpr std::array<named_value<poisoned>, 3> table{
      {{nothing, "nothing"}, {transaction, "transaction"}, {connection, "connection"}}};
};

template <>
struct names_of<code_kind> {
  using enum code_kind;
  static constexpr std::array<named_value<code_kind>, 11> table{{{none, "none"},
                                                                 {sqlstate, "sqlstate"},
                                                                 {http, "http"},
                                                                 {curl, "curl"},
                                                                 {errno_code, "errno"},
                                                                 {sqlite, "sqlite"},
                                                                 {exit_code, "exit"},
                                                                 {exception, "exception"},
                                                                 {getaddrinfo, "getaddrinfo"},
                                                                 {redis, "redis"},
                                                                 {asio, "asio"}}};
};

template <>
struct names_of<phase> {
  using enum phase;
  static constexpr std::array<named_value<phase>, 3> table{
      {{not_sent, "not_sent"}, {sent, "sent"}, {awaiting_commit, "awaiting_commit"}}};
};

}  // namespace holdfast
