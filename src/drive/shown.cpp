#include "drive/shown.hpp"

#include "holdfast/redact/redact.hpp"

namespace holdfast {

void redact_texts(story& told) noexcept {
  auto const clean = [](told_attempt& each) { each.seen.text = redacted(each.seen.text); };
  if (told.first) clean(*told.first);
  if (told.last) clean(*told.last);
  for (std::size_t i = 0; i < told.between_count; ++i) clean(told.between[i]);
}

namespace {

/// Only what a server may fill with words of its own, or with values of a row.
void redact_texts(failure_context& known) noexcept {
  known.server.detail = redacted(known.server.detail);
  known.server.hint = redacted(known.server.hint);
}

}  // namespace

shown_event::shown_event(event const& what) noexcept : shown_{what} {
  if (what.seen != nullptr) {
    seen_ = *what.seen;
    seen_->text = redacted(seen_->text);
    shown_.seen = &*seen_;
  }
  if (what.context != nullptr) {
    context_ = *what.context;
    redact_texts(*context_);
    shown_.context = &*context_;
  }
  if (what.changed != nullptr && !what.changed->why.empty()) {
    changed_ = *what.changed;
    changed_->why = redacted(changed_->why);
    shown_.changed = &*changed_;
  }
}

}  // namespace holdfast
