#pragma once

#include "holdfast/base/time.hpp"
#include "holdfast/state/state_store.hpp"

#include <memory>
#include <string>

namespace holdfast {

struct file_store_options {
  std::string path;  ///< Of the file; its folder must be there and writable.
  /// How long a call waits for another process that is writing, before it fails as transient.
  duration lock_timeout = std::chrono::seconds{5};
};

/// A store in files of one folder: PATH for the operations, PATH-changes and PATH-orders beside it,
/// and PATH.lock, which writers lock (flock). Reading takes no lock. Each is written whole to
/// PATH.new, synced, renamed over the old one, and the folder synced. Mode 0600.
/// What is damaged becomes PATH.damaged-1, -2 and so on, of which the newest 5 stay.
///
/// Opens nothing yet: each call opens what it needs, so a folder that is made later is found, and
/// a fork does no harm. Cost: each call reads and writes whole files; docs/state.md has figures.
[[nodiscard]] std::unique_ptr<state_store> file_store(file_store_options options);

}  // namespace holdfast
