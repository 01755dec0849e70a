#pragma once

#include "holdfast/connect/postgres/connection.hpp"
#include "holdfast/connect/postgres/pool.hpp"
#include "process.hpp"

#include <memory>
#include <string>
#include <vector>

namespace postgres_tests {

/// Whether the server's programs are installed; tests skip where they are not.
[[nodiscard]] bool has_postgres();
[[nodiscard]] bool has_pgbouncer();

/// A PostgreSQL 15 of the test's own: on a Unix socket in a temporary folder, and on a free port of
/// loopback. Its superuser is "app", trusted. Ends with its object.
class postgres_server {
 public:
  /// @param settings lines of postgresql.conf, for example "max_connections = 5"
  explicit postgres_server(std::vector<std::string> const& settings = {},
                           std::string const& pg_hba = "");
  /// A standby that streams from `primary`, started.
  static std::unique_ptr<postgres_server> standby_of(postgres_server const& primary,
                                                     std::string const& name,
                                                     std::vector<std::string> const& settings = {});

  void start();
  /// Fast shutdown: sessions are ended, what was committed is on the disk.
  void stop();
  /// SIGKILL to the server and all its processes, at once.
  void kill_all();
  /// Starts a new timeline; waits until it takes writes.
  void promote() const;
  void add_settings(std::vector<std::string> const& settings) const;
  /// Reads the settings again.
  void reload() const;
  void wait_until_ready() const;

  [[nodiscard]] pid_t id() const noexcept { return server_->id(); }
  [[nodiscard]] std::vector<pid_t> backends() const { return server_->children(); }
  [[nodiscard]] int port() const noexcept { return port_; }
  [[nodiscard]] std::string const& folder_path() const noexcept { return folder_->path(); }
  /// "unix:/…", for a chaos proxy.
  [[nodiscard]] std::string socket_address() const;
  /// Over the Unix socket.
  [[nodiscard]] std::string conninfo(std::string const& more = "") const;
  /// Over TCP, to this port of loopback: the server's own, or that of a proxy before it.
  [[nodiscard]] std::string tcp_conninfo(int port, std::string const& more = "") const;
  [[nodiscard]] std::string log() const;

  /// A connection of the superuser; ends the program where there is none.
  [[nodiscard]] holdfast::postgres::connection connect(std::string const& more = "") const;
  /// Runs a script as the superuser; ends the program where it fails. @return the first value of
  /// the last answer, or nothing
  std::string ask(std::string const& sql) const;

 private:
  struct prepared {};
  explicit postgres_server(prepared /*data is made by others*/);

  std::unique_ptr<folder> folder_;
  std::string data_;
  int port_;
  std::unique_ptr<process> server_;
};

/// A pgbouncer in transaction mode before a server. Ends with its object.
class pgbouncer {
 public:
  explicit pgbouncer(postgres_server const& behind, std::vector<std::string> const& settings = {});

  [[nodiscard]] int port() const noexcept { return port_; }
  [[nodiscard]] std::string conninfo(std::string const& more = "") const;

 private:
  folder folder_;
  int port_;
  std::unique_ptr<process> server_;
};

}  // namespace postgres_tests
