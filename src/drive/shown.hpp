#pragma once

#include "holdfast/core/event.hpp"
#include "holdfast/core/story.hpp"

#include <optional>

namespace holdfast {

/// Takes secrets out of all that a story tells.
void redact_texts(story& told) noexcept;

/// An event as others may see it: the same, with copies of what would show a secret. Not for
/// keeping: it refers to itself, and to the event that it was made of.
class shown_event {
 public:
  explicit shown_event(event const& what) noexcept;
  shown_event(shown_event const&) = delete;
  shown_event& operator=(shown_event const&) = delete;
  ~shown_event() = default;

  [[nodiscard]] event const& view() const noexcept { return shown_; }

 private:
  event shown_;
  std::optional<failure> seen_;
  std::optional<failure_context> context_;
  std::optional<transition> changed_;
};

}  // namespace holdfast
