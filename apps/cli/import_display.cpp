#include "import_display.hpp"

#include "holdfast/base/excerpt.hpp"
#include "holdfast/base/failure.hpp"
#include "telling.hpp"

#include <utility>
#include <vector>

#include <sys/ioctl.h>
#include <unistd.h>

namespace holdfast::cli {
namespace {

constexpr duration plain_every = std::chrono::seconds{5};
constexpr std::size_t usual_width = 80;

std::size_t terminal_width() {
  winsize size{};
  bool const known = ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
  return known ? size.ws_col : usual_width;
}

/// The columns that are new, or of another type than at the last look.
class column_changes {
 public:
  [[nodiscard]] std::string look(table_schema const& schema) {
    auto const& columns = schema.columns();
    std::vector<table_column> changed;
    for (std::size_t i = 0; i < columns.size(); ++i) {
      if (i >= known_.size() || known_[i] != columns[i]) changed.push_back(columns[i]);
    }
    std::string text =
        excerpt(schema.table()) + (known_.empty() ? ": columns " : ": changed columns ");
    known_ = columns;
    std::size_t const more = changed.size() > shown ? changed.size() - shown : 0;
    changed.resize(changed.size() - more);
    for (table_column& each : changed) each.name = excerpt(each.name, longest_name);
    text += describe_columns(changed);
    if (more > 0) text += ", and " + std::to_string(more) + " more";
    return text + '\n';
  }

 private:
  static constexpr std::size_t shown = 12;
  static constexpr std::size_t longest_name = 40;
  std::vector<table_column> known_;
};

/// "circuit open: 5 failures in a row, last: http 503 (...); probing in 2s"; empty for other
/// events.
std::string circuit_text(event const& what) {
  constexpr std::size_t longest_cause = 300;
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
    default: text += ": " + excerpt(describe_cause(changed), longest_cause);
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
    put_error(columns_.look(schema));
  }

  void on_progress(progress const& seen, instant now) override {
    meter_.sample(seen, now);
    std::string const changes = changes_.look(seen);
    if (!changes.empty()) {
      clear();
      put_error(changes);
    }
    std::size_t const width = terminal_width();
    put_error("\r\x1b[K" + cut_to(label_ + ": " + progress_line(seen, meter_, now), width - 1));
    drawn_ = true;
  }

  void on_event(event const& what) override {
    std::string const text = circuit_text(what);
    if (text.empty()) return;
    clear();
    put_error(text);
  }

  void clear() override {
    if (std::exchange(drawn_, false)) put_error("\r\x1b[K");
  }

 private:
  std::string label_;
  progress_meter meter_;
  wait_changes changes_;
  column_changes columns_;
  bool drawn_ = false;
};

class plain_display final : public import_display {
 public:
  plain_display(std::string label, instant now)
      : label_{std::move(label)}, meter_{now}, next_{later(now, plain_every)} {}

  void on_columns(table_schema const& schema) override { put_error(columns_.look(schema)); }

  void on_progress(progress const& seen, instant now) override {
    std::string const changes = changes_.look(seen);
    if (!changes.empty()) put_error(label_ + ": " + changes);
    if (now < next_) return;
    next_ = later(now, plain_every);
    meter_.sample(seen, now);
    put_error(label_ + ": " + progress_line(seen, meter_, now) + '\n');
  }

  void on_event(event const& what) override {
    std::string const text = circuit_text(what);
    if (!text.empty()) put_error(label_ + ": " + text);
  }

  void clear() override {}

 private:
  std::string label_;
  progress_meter meter_;
  wait_changes changes_;
  instant next_;
  column_changes columns_;
};

/// What an operator or the resilience file did, as it is told; empty for what is not.
std::string audit_text(audit_record const& what) {
  switch (what.kind) {
    case audit_kind::reloaded: return "the resilience file was read again:\n" + what.what;
    case audit_kind::reload_refused:
      return "the resilience file is wrong, and nothing has changed:\n" + what.what;
    case audit_kind::ordered:
      return what.operation + ": order obeyed, of " + excerpt(what.author, 80) + ": " +
             excerpt(what.what, 120);
    case audit_kind::order_unknown: return {};  // another program's, which shares the store
    case audit_kind::state_loaded: return what.operation + " " + what.what;
    case audit_kind::state_set_aside:
    case audit_kind::state_recovered: return what.what;
    case audit_kind::state_failed: return "state can't be kept: " + what.what;
    case audit_kind::step_failed: return "file and state could not be looked at: " + what.what;
  }
  return {};
}

bool must_be_mended(audit_kind kind) {
  return kind == audit_kind::reload_refused || kind == audit_kind::state_set_aside ||
         kind == audit_kind::state_failed || kind == audit_kind::step_failed;
}

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

std::unique_ptr<import_display> make_display(display_style style, std::string const& label,
                                             instant now) {
  switch (style) {
    case display_style::live: return std::make_unique<live_display>(excerpt(label), now);
    case display_style::plain: return std::make_unique<plain_display>(excerpt(label), now);
    case display_style::quiet: break;
  }
  return std::make_unique<quiet_display>();
}

void shared_display::show(std::unique_ptr<import_display> next) {
  std::lock_guard const held{lock_};
  shown_ = std::move(next);
}

void shared_display::on_columns(table_schema const& schema) {
  std::lock_guard const held{lock_};
  if (shown_) shown_->on_columns(schema);
}

void shared_display::on_progress(progress const& seen, instant now) {
  std::lock_guard const held{lock_};
  if (shown_) shown_->on_progress(seen, now);
}

void shared_display::on_event(event const& what) {
  std::lock_guard const held{lock_};
  if (shown_) shown_->on_event(what);
}

void shared_display::on_audit(audit_record const& what) {
  if (quiet_ && !must_be_mended(what.kind)) return;
  std::string const text = audit_text(what);
  if (text.empty()) return;
  std::lock_guard const held{lock_};
  if (shown_) shown_->clear();
  tell(text);
}

void shared_display::clear() {
  std::lock_guard const held{lock_};
  if (shown_) shown_->clear();
}

}  // namespace holdfast::cli
