#include "scene.hpp"

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <utility>
#include <vector>

namespace postgres_tests {
namespace {

using namespace holdfast;
using namespace std::chrono_literals;

std::vector<std::string> settings() {
  return {"max_connections = 40", "max_prepared_transactions = 5",
          "max_locks_per_transaction = 10"};
}

std::string who_may_enter() {
  return "local all keyed scram-sha-256\n"
         "local all barred reject\n"
         "local all all trust\n"
         "host all all 127.0.0.1/32 trust\n";
}

void furnish(postgres_server const& server) {
  server.ask(
      "CREATE EXTENSION btree_gist; CREATE EXTENSION dblink; CREATE EXTENSION postgres_fdw;"
      "CREATE EXTENSION adminpack;"
      "CREATE TABLE kind (id int PRIMARY KEY);"
      "CREATE TABLE item (id int PRIMARY KEY, name varchar(5) NOT NULL, kind int REFERENCES kind"
      "  DEFERRABLE, CHECK (id > 0));"
      "CREATE TABLE stay (room int, at int4range, EXCLUDE USING gist (room WITH =, at WITH &&));"
      "CREATE VIEW small AS SELECT * FROM item WHERE id < 10 WITH CHECK OPTION;"
      "CREATE TABLE always (id int GENERATED ALWAYS AS IDENTITY);"
      "CREATE TABLE word (w text PRIMARY KEY);"
      "CREATE TABLE pair (a int, b int);"
      "CREATE TABLE turn (n int);"
      "CREATE TYPE mood AS ENUM ('fine');"
      "INSERT INTO kind VALUES (1), (2); INSERT INTO item VALUES (1, 'one', 1), (2, 'two', 1);"
      "INSERT INTO turn VALUES (1)");
  server.ask(
      "CREATE FUNCTION no_return() RETURNS int LANGUAGE plpgsql AS 'BEGIN END';"
      "CREATE FUNCTION deep() RETURNS int LANGUAGE plpgsql AS 'BEGIN RETURN deep(); END';"
      "CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS"
      "  'BEGIN UPDATE turn SET n = n + 1; RETURN NEW; END';"
      "CREATE TRIGGER touched BEFORE UPDATE ON turn FOR EACH ROW"
      "  WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION touch();"
      "CREATE ROLE keyed LOGIN PASSWORD 'right'; CREATE ROLE barred LOGIN;"
      "CREATE ROLE few LOGIN CONNECTION LIMIT 1; CREATE ROLE idle NOLOGIN");
  server.ask("CREATE DATABASE closed");
  server.ask("REVOKE CONNECT ON DATABASE closed FROM public");
}

void overwrite(std::string const& path, std::streamoff from, std::string const& bytes) {
  std::fstream file{path, std::ios::in | std::ios::out | std::ios::binary};
  file.seekp(from);
  file << bytes;
}

/// A disk that has lost some of what was written, found while the server was down.
void damage(postgres_server& server) {
  server.ask(
      "CREATE TABLE torn AS SELECT 1 AS id; CREATE TABLE gone AS SELECT 1 AS id;"
      "CREATE TABLE lost_index (id int PRIMARY KEY); INSERT INTO lost_index VALUES (1)");
  auto const path_of = [&](std::string const& relation) {
    return server.folder_path() + "/data/" +
           server.ask("SELECT pg_relation_filepath('" + relation + "')");
  };
  std::string const torn = path_of("torn");
  std::string const gone = path_of("gone");
  std::string const index = path_of("lost_index_pkey");
  server.stop();
  overwrite(torn, 0, std::string(64, '\x55'));  // the head of its only page
  std::filesystem::remove(gone);
  overwrite(index, 24, "no tree");  // where its first page says that it is a B-tree
  server.start();
}

}  // namespace

scene::scene(bool pooled) : server_{settings(), who_may_enter()} {
  furnish(server_);
  if (pooled) pooler_ = std::make_unique<pgbouncer>(server_);
}

postgres_server& scene::spare() {
  if (spare_ == nullptr) {
    spare_ = std::make_unique<postgres_server>();
    damage(*spare_);
  }
  return *spare_;
}

postgres::connection_options scene::options(std::string const& more) const {
  return {.conninfo = pooled() ? pooler_->conninfo(more) : server_.conninfo(more),
          .behind_pooler = pooled()};
}

postgres::connection scene::open(std::string const& more) { return open_at(options(more)); }

postgres::connection scene::open_at(postgres::connection_options const& there) {
  auto opened = postgres::connection::open(there, limits());
  if (!opened) {
    std::cerr << describe(opened.error()) << '\n' << server_.log();
    std::abort();
  }
  return std::move(*opened);
}

postgres::connection scene::other() const { return server_.connect(); }

postgres::call_limits scene::limits() {
  return {.deadline = std::chrono::steady_clock::now() + 20s, .context = &context};
}

pid_t backend_of(postgres::connection& session) {
  auto const id = session.read("SELECT pg_backend_pid()");
  return id ? static_cast<pid_t>(id->integer(0, 0).value_or(0)) : 0;
}

void must(postgres::connection& session, std::string const& script) {
  auto const done = session.run_script(script, postgres::effect::reads);
  if (done) return;
  std::cerr << script << ": " << describe(done.error()) << '\n';
  std::abort();
}

}  // namespace postgres_tests
