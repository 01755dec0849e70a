#pragma once

#include "holdfast/base/expected.hpp"
#include "holdfast/base/problem.hpp"
#include "holdfast/chaos/api_options.hpp"
#include "holdfast/chaos/chaos_tally.hpp"
#include "holdfast/chaos/plan.hpp"
#include "holdfast/chaos/record_set.hpp"

#include <memory>
#include <string>

namespace holdfast {

/// A paged JSON web API in ChEMBL's shape that fails as planned: GET `path`?limit=20&offset=0 for
/// pages, GET /chaos/stats for what it has done. docs/chaos.md tells all about it.
///
/// One thread serves all connections. Bounds: `max_connections` (more wait in the system's queue),
/// 16 KiB for a request's head, no body, `idle_limit` for every read and write. Memory: the
/// records, and for each connection one page and what a drip or a flood sends at once.
class api_server {
 public:
  /// Binds and listens; a problem where the address can't be used.
  [[nodiscard]] static expected<api_server, problem> open(api_options options, chaos_plan plan,
                                                          record_set records);
  api_server(api_server&&) noexcept;
  api_server& operator=(api_server&&) noexcept;
  ~api_server();

  /// "http://127.0.0.1:45123/molecule.json".
  [[nodiscard]] std::string url() const;

  /// Serves until SIGINT, SIGTERM or `stop`.
  void run();

  /// Ends `run`, from any thread.
  void stop();

  /// What was done so far. Not while another thread is in `run`.
  [[nodiscard]] chaos_tally const& tally() const noexcept;

 private:
  struct state;
  explicit api_server(std::unique_ptr<state> made) noexcept;
  std::unique_ptr<state> state_;
};

}  // namespace holdfast
