#pragma once

#include "holdfast/connect/postgres/commit_doubt.hpp"

#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace holdfast::postgres {

/// What one query found of a server's last crash, as far as it tells.
struct server_sight {
  std::string system{};
  std::string timeline{};
  std::string checkpoint{};     ///< place of the last checkpoint
  bool ended_recovery = false;  ///< whether that checkpoint is the one that ended a recovery
  std::uint64_t next_xid = 0;   ///< the first that was not given out when it was made
  /// Since when the server counts its statistics, in microseconds: anew after each crash. It also
  /// counts anew where somebody says so; that can't be told from a crash.
  std::int64_t counts_since = 0;
};

/// One recovery of a server, or what looks like one.
struct server_recovery {
  std::int64_t counts_since = 0;
  /// The first xid that had not come to the disk before: it, and those after it, are given out
  /// again. Nothing where no look came early enough to see it.
  std::optional<std::uint64_t> next_xid{};
};

/// The recoveries that the sessions of one pool have seen, on one server and timeline: the last 64
/// of the last one. A server that has crashed twice tells nothing of the first time, so whoever
/// sees something of it notes it here. Thread-safe; a lock and a comparison where there is nothing
/// new.
class server_history {
 public:
  void saw(server_sight const& seen);

  /// Those since the mark of a transaction, the oldest first.
  [[nodiscard]] std::vector<server_recovery> recoveries_since(commit_mark const& mark) const;

 private:
  static constexpr std::size_t most = 64;

  mutable std::mutex mutex_;
  std::string system_;
  std::string timeline_;
  std::deque<server_recovery> recoveries_;  // in ascending order of their time
};

}  // namespace holdfast::postgres
