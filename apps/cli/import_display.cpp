#include "import_display.hpp"

#include "holdfast/base/failure.hpp"

#include <cstdio>
#include <utility>

#include <sys/ioctl.h>
#include <unistd.h>

namespace holdfast::cli {
namespace {

constexpr duration plain_every = std::chrono::seconds{5};
constexpr std::size_t usual_width = 80;

void put(std::string const& text) {
  std::fwrite(text.data(), 1, text.size(), stderr);
  std::fflush(stderr);
}

std::size_t terminal_width() {
  winsize size{};
  bool const known = ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
  return known ? size.ws_col : usual_width;
}

std::string columns_text(table_schema const& schema, bool first) {
  return schema.table() + (first ? ": columns " : ": columns are now ") +
         describe_columns(schema.columns()) + '\n';
}

/// "circuit open: 5 failures in a row, last: http 503 (...); probing in 2s"; empty for other
/// events.
std::string circuit_text(event const& what) {
  if (what.kind != event_kind::breaker_changed || what.changed == nullptr) return {};
  transition const& changed = *what.changed;
  std::string text = "circuit " + std::string{enum_name(changed.to)};
  switch (changed.reason) {
    case transition_reason::consecutive_failures:
      text += ": " + std::to_string(changed.count) + " failures in a row";
      break;
    case transition_reason::wait_over: text += ": probing"; break;
    case transition_reason::probe_failed: text += ": the probe failed"; break;
    case transition_reason::probes_succeeded: text += ": recovered"; break;
  }
  if (what.seen != nullptr && changed.to == breaker_state::open) {
    text += ", last: " + describe(*what.seen);
  }
  if (changed.to == breaker_state::open) {
    text += "; open for " + rough_time(elapsed(changed.at, changed.open_until));
  }
  return text + '\n';
}

/// What the begin and the end of a wait say.
class wait_changes {
 public:
  [[nodiscard]] std::string look(progress const& seen) {
    bool const waits = !seen.waiting_for.empty();
    if (std::exchange(waits_, waits) == waits) return {};
    return waits ? "waiting: " + seen.waiting_for + '\n' : "going on\n";
  }

 private:
  bool waits_ = false;
};

class live_display final : public import_display {
 public:
  live_display(std::string label, instant now) : label_{std::move(label)}, meter_{now} {}

  void on_columns(table_schema const& schema) override {
    clear();
    put(columns_text(schema, std::exchange(first_, false)));
  }

  void on_progress(progress const& seen, instant now) override {
    meter_.sample(seen, now);
    std::string const changes = changes_.look(seen);
    if (!changes.empty()) {
      clear();
      put(changes);
    }
    std::size_t const width = terminal_width();
    put("\r\x1b[K" + cut_to(label_ + ": " + progress_line(seen, meter_, now), width - 1));
    drawn_ = true;
  }

  void on_event(event const& what) override {
    std::string const text = circuit_text(what);
    if (text.empty()) return;
    clear();
    put(text);
  }

  void clear() override {
    if (std::exchange(drawn_, false)) put("\r\x1b[K");
  }

 private:
  std::string label_;
  progress_meter meter_;
  wait_changes changes_;
  bool first_ = true;
  bool drawn_ = false;
};

class plain_display final : public import_display {
 public:
  plain_display(std::string label, instant now)
      : label_{std::move(label)}, meter_{now}, next_{later(now, plain_every)} {}

  void on_columns(table_schema const& schema) override {
    put(columns_text(schema, std::exchange(first_, false)));
  }

  void on_progress(progress const& seen, instant now) override {
    std::string const changes = changes_.look(seen);
    if (!changes.empty()) put(label_ + ": " + changes);
    if (now < next_) return;
    next_ = later(now, plain_every);
    meter_.sample(seen, now);
    put(label_ + ": " + progress_line(seen, meter_, now) + '\n');
  }

  void on_event(event const& what) override {
    std::string const text = circuit_text(what);
    if (!text.empty()) put(label_ + ": " + text);
  }

  void clear() override {}

 private:
  std::string label_;
  progress_meter meter_;
  wait_changes changes_;
  instant next_;
  bool first_ = true;
};

class quiet_display final : public import_display {
 public:
  void on_columns(table_schema const&) override {}
  void on_progress(progress const&, instant) override {}
  void on_event(event const&) override {}
  void clear() override {}
};

}  // namespace

display_style style_for_stderr(bool quiet) {
  if (quiet) return display_style::quiet;
  return isatty(STDERR_FILENO) != 0 ? display_style::live : display_style::plain;
}

std::unique_ptr<import_display> make_display(display_style style, std::string label, instant now) {
  switch (style) {
    case display_style::live: return std::make_unique<live_display>(std::move(label), now);
    case display_style::plain: return std::make_unique<plain_display>(std::move(label), now);
    case display_style::quiet: break;
  }
  return std::make_unique<quiet_display>();
}

}  // namespace holdfast::cli
