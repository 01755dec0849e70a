#include "postgres_server.hpp"

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>
#include <thread>

namespace postgres_tests {
namespace {

namespace fs = std::filesystem;
using namespace holdfast;
using namespace std::chrono_literals;

std::string const programs = "/usr/lib/postgresql/15/bin/";
std::string const pgbouncer_program = "/usr/sbin/pgbouncer";

[[noreturn]] void give_up(std::string const& why) {
  std::cerr << why << '\n';
  std::abort();
}

void append(std::string const& path, std::vector<std::string> const& lines) {
  std::ofstream file{path, std::ios::app};
  for (auto const& each : lines) file << each << '\n';
}

/// Waits for a condition; the test is in vain without it.
template <class Condition>
void wait_for(char const* what, Condition const& holds) {
  auto const end = std::chrono::steady_clock::now() + 60s;
  while (!holds()) {
    if (std::chrono::steady_clock::now() > end) give_up(std::string{"waited in vain: "} + what);
    std::this_thread::sleep_for(10ms);
  }
}

}  // namespace

bool has_postgres() { return fs::exists(programs + "initdb"); }
bool has_pgbouncer() { return fs::exists(pgbouncer_program); }

postgres_server::postgres_server(prepared /*data is made by others*/)
    : folder_{std::make_unique<folder>()}, data_{folder_->path() + "/data"}, port_{free_port()} {}

postgres_server::postgres_server(std::vector<std::string> const& settings,
                                 std::string const& pg_hba)
    : postgres_server{prepared{}} {
  int const made = run({programs + "initdb", "-D", data_, "-U", "app", "-A", "trust", "-E", "UTF8",
                        "--locale=C", "-N"},
                       folder_->path() + "/initdb.log");
  if (made != 0) give_up("initdb failed");
  add_settings({"fsync = off", "full_page_writes = off"});  // the machine does not lose power
  add_settings(settings);
  if (!pg_hba.empty()) std::ofstream{data_ + "/pg_hba.conf"} << pg_hba;
  start();
}

std::unique_ptr<postgres_server> postgres_server::standby_of(
    postgres_server const& primary, std::string const& name,
    std::vector<std::string> const& settings) {
  std::unique_ptr<postgres_server> made{new postgres_server{prepared{}}};
  int const copied = run({programs + "pg_basebackup", "-D", made->data_, "-R", "-c", "fast", "-N",
                          "-d", primary.conninfo("application_name=" + name)},
                         made->folder_->path() + "/basebackup.log");
  if (copied != 0) give_up("pg_basebackup failed");
  made->add_settings(settings);
  made->start();
  return made;
}

void postgres_server::add_settings(std::vector<std::string> const& settings) const {
  append(data_ + "/postgresql.conf", settings);
}

void postgres_server::reload() const { server_->signal(SIGHUP); }

void postgres_server::start() {
  std::error_code ignored;
  fs::remove(data_ + "/postmaster.pid", ignored);  // of one that was killed
  server_ = std::make_unique<process>(
      std::vector<std::string>{programs + "postgres", "-D", data_, "-k", folder_->path(), "-c",
                               "listen_addresses=127.0.0.1", "-c", "port=" + std::to_string(port_)},
      folder_->path() + "/server.log");
  wait_until_ready();
}

void postgres_server::wait_until_ready() const {
  wait_for("a server that takes sessions",
           [&] { return postgres::connection::open({.conninfo = conninfo()}).has_value(); });
}

void postgres_server::stop() {
  server_->signal(SIGINT);
  server_->wait();
}

void postgres_server::kill_all() {
  server_->signal(SIGSTOP);  // so that it starts nothing while its processes are counted
  auto const processes = server_->children();
  server_->signal(SIGKILL);
  for (pid_t const each : processes) ::kill(each, SIGKILL);
  server_->wait();
  for (pid_t const each : processes) {
    wait_for("the end of a backend", [&] { return ::kill(each, 0) != 0; });
  }
}

void postgres_server::promote() const {
  ask("SELECT pg_promote(true, 60)");
  wait_for("a server that leads", [&] { return ask("SELECT pg_is_in_recovery()") == "f"; });
}

std::string postgres_server::socket_address() const {
  return "unix:" + folder_->path() + "/.s.PGSQL." + std::to_string(port_);
}

std::string postgres_server::conninfo(std::string const& more) const {
  return "host=" + folder_->path() + " port=" + std::to_string(port_) +
         " user=app dbname=postgres " + more;
}

std::string postgres_server::tcp_conninfo(int port, std::string const& more) const {
  return "host=127.0.0.1 port=" + std::to_string(port) + " user=app dbname=postgres " + more;
}

std::string postgres_server::log() const {
  std::ostringstream text;
  text << std::ifstream{folder_->path() + "/server.log"}.rdbuf();
  return text.str();
}

postgres::connection postgres_server::connect(std::string const& more) const {
  auto opened = postgres::connection::open({.conninfo = conninfo(more)});
  if (!opened) give_up(describe(opened.error()) + "\n" + log());
  return std::move(*opened);
}

std::string postgres_server::ask(std::string const& sql) const {
  auto const answer = connect().run_script(sql);
  if (!answer) give_up(sql + ": " + describe(answer.error()));
  return answer->empty() ? std::string{} : std::string{answer->text(0, 0)};
}

pgbouncer::pgbouncer(postgres_server const& behind, std::vector<std::string> const& settings)
    : port_{free_port()} {
  std::string const ini = folder_.path() + "/pgbouncer.ini";
  append(ini, {"[databases]",
               "postgres = host=" + behind.folder_path() + " port=" + std::to_string(behind.port()),
               "[pgbouncer]", "listen_addr = 127.0.0.1", "listen_port = " + std::to_string(port_),
               "unix_socket_dir =", "auth_type = any", "pool_mode = transaction",
               "default_pool_size = 20", "server_idle_timeout = 60",
               "server_login_retry = 1",  // 15 s by default: as long is nobody served after a crash
               "logfile = " + folder_.path() + "/pgbouncer.log"});
  append(ini, settings);
  // With auth_type any all sessions are of the user that the database is given here.
  std::ostringstream text;
  text << std::ifstream{ini}.rdbuf();
  std::string changed = text.str();
  changed.insert(changed.find("\n[pgbouncer]"), " user=app");
  std::ofstream{ini} << changed;
  server_ = std::make_unique<process>(std::vector<std::string>{pgbouncer_program, ini},
                                      folder_.path() + "/output.log");
  wait_for("a pgbouncer that takes sessions", [&] {
    auto opened = postgres::connection::open({.conninfo = conninfo(), .behind_pooler = true});
    return opened && opened->read("SELECT 1").has_value();
  });
}

std::string pgbouncer::conninfo(std::string const& more) const {
  return "host=127.0.0.1 port=" + std::to_string(port_) + " user=app dbname=postgres " + more;
}

}  // namespace postgres_tests
