#pragma once

#include "connect/postgres/bell.hpp"

#include <memory>

#include <libpq-fe.h>

namespace holdfast::postgres {

/// Asks the server to cancel what a link waits for, from a thread of its own: PQcancel makes a
/// connection, and can't be bounded. At most 16 such threads at once in a process.
class cancel_request {
 public:
  /// Null where there are too many, and where no thread can be had: then nothing was asked.
  [[nodiscard]] static std::shared_ptr<cancel_request> send(PGconn* link) noexcept;

  /// Rings when the server has passed it on. Before that it may yet strike the next statement of
  /// the session.
  [[nodiscard]] bell& struck() noexcept { return struck_; }

 private:
  bell struck_;
};

}  // namespace holdfast::postgres
