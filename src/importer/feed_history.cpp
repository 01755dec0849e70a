#include "holdfast/importer/feed_history.hpp"

#include <utility>

namespace holdfast {

feed_history::feed_history(std::vector<std::int64_t> const& runs, span_reader reader)
    : reader_{std::move(reader)} {
  for (std::int64_t const run : runs) threads_.push_back({.cursor = {.run = run}});
}

expected<std::optional<ledger_mark>, failure> feed_history::search(std::uint64_t position,
                                                                   std::uint64_t fingerprint) {
  std::optional<ledger_mark> found;
  for (thread& run : threads_) {
    if (auto const moved = advance(run, position); !moved) return unexpected{moved.error()};
    for (mark_span const& span : run.open) {
      if (found || position < span.first) continue;
      ledger_mark const mark = span.marks[position - span.first];
      if (mark.is_of(fingerprint)) found = mark;
    }
  }
  std::erase_if(threads_, [](thread const& run) { return run.at_end && run.open.empty(); });
  return found;
}

expected<void, failure> feed_history::advance(thread& run, std::uint64_t position) {
  std::erase_if(run.open, [&](mark_span const& span) { return span.end() <= position; });
  for (;;) {
    if (!run.ahead && !run.at_end) {
      if (auto const looked = look_ahead(run); !looked) return looked;
    }
    if (!run.ahead || run.ahead->first > position) return {};
    if (run.ahead->end() > position) run.open.push_back(std::move(*run.ahead));
    run.ahead.reset();
  }
}

expected<void, failure> feed_history::look_ahead(thread& run) {
  auto next = reader_(run.cursor);
  if (!next) return unexpected{next.error()};
  run.ahead = std::move(*next);
  run.at_end = !run.ahead;
  if (run.ahead) run.cursor = {run.cursor.run, run.ahead->first, run.ahead->batch};
  return {};
}

}  // namespace holdfast
