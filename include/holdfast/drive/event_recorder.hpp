#pragma once

#include "holdfast/core/event.hpp"

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace holdfast {

/// An event that can be kept: its texts are its own.
struct recorded_event {
  explicit recorded_event(event const& what);

  event_kind kind;
  std::string operation;
  instant at;
  std::string correlation_id;
  int attempt;
  std::optional<failure> seen;
  duration pause;
  stop_reason stopped;
  std::optional<transition> changed;
  std::optional<story> told;
  std::uint64_t amplification;
};

/// Keeps every event that it is given: `guarded.on_event(recorder)`. A handle: copies keep into the
/// same list. Thread-safe. Memory: about 3 KB an event, without a bound.
class event_recorder {
 public:
  event_recorder();

  void operator()(event const& what) const;

  [[nodiscard]] std::vector<recorded_event> all() const;
  [[nodiscard]] std::vector<recorded_event> of(event_kind kind) const;
  void clear() const;

 private:
  struct record {
    std::mutex mutex;
    std::vector<recorded_event> events;
  };
  std::shared_ptr<record> kept_;
};

}  // namespace holdfast
