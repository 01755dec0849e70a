#pragma once

#include "holdfast/base/failure_context.hpp"
#include "holdfast/connect/postgres/connection.hpp"
#include "postgres_server.hpp"

#include <memory>
#include <string>

#include <sys/types.h>

namespace postgres_tests {

/// The servers on which SQLSTATEs are provoked, and the way to them: directly, or through a
/// pgbouncer in transaction mode.
class scene {
 public:
  explicit scene(bool pooled);

  [[nodiscard]] bool pooled() const noexcept { return pooler_ != nullptr; }
  [[nodiscard]] postgres_server& server() noexcept { return server_; }
  /// A second server, to be damaged and crashed. Its tables torn, gone and lost_index are damaged.
  [[nodiscard]] postgres_server& spare();

  [[nodiscard]] holdfast::postgres::connection_options options(std::string const& more = "") const;
  /// A session whose failures are told to `context`.
  [[nodiscard]] holdfast::postgres::connection open(std::string const& more = "");
  /// The same to a server of one's choice, and never through the pooler.
  [[nodiscard]] holdfast::postgres::connection open_at(
      holdfast::postgres::connection_options const& there);
  /// A session that plays the other part, told to nobody.
  [[nodiscard]] holdfast::postgres::connection other() const;
  [[nodiscard]] holdfast::postgres::call_limits limits();

  holdfast::failure_context context{};

 private:
  postgres_server server_;
  std::unique_ptr<pgbouncer> pooler_;
  std::unique_ptr<postgres_server> spare_;
};

/// The server's process of a session. Behind a pooler it is that of the open transaction.
[[nodiscard]] pid_t backend_of(holdfast::postgres::connection& session);

/// Runs what must succeed; ends the program where it fails.
void must(holdfast::postgres::connection& session, std::string const& script);

}  // namespace postgres_tests
