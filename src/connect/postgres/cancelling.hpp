#pragma once

#include "holdfast/base/time.hpp"

#include <condition_variable>
#include <memory>
#include <mutex>

#include <libpq-fe.h>

namespace holdfast::postgres {

/// Asks the server to cancel what a link waits for, from a thread of its own: PQcancel makes a
/// connection, and can't be bounded. At most 16 such threads at once in a process.
class cancel_request {
 public:
  /// Null where there are too many, and where no thread can be had: then nothing was asked.
  [[nodiscard]] static std::shared_ptr<cancel_request> send(PGconn* link) noexcept;

  /// Waits until the server has passed it on, but not longer than `until`; false where it has not.
  /// Before that it may yet strike the next statement of the session.
  [[nodiscard]] bool has_struck_by(instant until);

 private:
  void finish();

  std::mutex mutex_;
  std::condition_variable finished_;
  bool is_finished_ = false;
};

}  // namespace holdfast::postgres
