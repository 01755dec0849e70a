#pragma once

#include "holdfast/base/time.hpp"
#include "holdfast/connect/postgres/notice.hpp"

#include <functional>
#include <string>

namespace holdfast::postgres {

/// Where a server is, and what a session there puts up with. Plain data.
///
/// What the connection string says itself (connect_timeout, tcp_user_timeout, keepalives,
/// application_name, client_encoding) wins over what stands here; the environment (PGHOST and the
/// like) fills in what neither says, as with every program on libpq.
struct connection_options {
  /// As libpq reads it: a URI, or "host=a,b user=app target_session_attrs=read-write". Several
  /// hosts are tried in their order, each for the whole connect_timeout.
  std::string conninfo{};
  /// Of one host: TCP, TLS and the log-in together. > 0. The trap: names are looked up by libpq
  /// before that, and the system's resolver can't be bounded; its own timeout is in resolv.conf.
  duration connect_timeout = std::chrono::seconds{10};
  /// Of each statement, held by the server. Off: none. Not sent through a pooler.
  duration statement_timeout = off;
  /// Of each wait for a lock, held by the server. Off: none. Not sent through a pooler.
  duration lock_timeout = off;
  /// How long the kernel waits for bytes to be acknowledged before it gives a link up
  /// (tcp_user_timeout); dead peers of idle links are found in about as long (keepalives). TCP
  /// alone. >= 1 s.
  duration unacknowledged_timeout = std::chrono::seconds{30};
  /// What pg_stat_activity shows. At most 63 bytes.
  std::string application_name = "holdfast";
  /// A pooler in transaction mode stands between (pgbouncer): the next transaction may run in
  /// another session. Nothing is then set for a session, and statements are not kept prepared.
  bool behind_pooler = false;
  /// Told notices and warnings, by the thread that reads the answer. May throw, which is ignored.
  std::function<void(notice const&)> on_notice{};
};

}  // namespace holdfast::postgres
