#include "import_session.hpp"

#include "commands.hpp"
#include "holdfast/drive/timekeeper.hpp"
#include "holdfast/importer/import.hpp"
#include "holdfast/importer/import_metrics.hpp"
#include "holdfast/importer/patience.hpp"
#include "holdfast/importer/postgres_target.hpp"
#include "holdfast/importer/sqlite_target.hpp"
#include "holdfast/serve/monitor.hpp"
#include "holdfast/serve/server.hpp"
#include "holdfast/telemetry/event_log.hpp"
#include "holdfast/telemetry/log_file.hpp"
#include "import_display.hpp"
#include "import_guards.hpp"
#include "import_report_json.hpp"
#include "import_sources.hpp"
#include "interrupts.hpp"
#include "telling.hpp"

#include <cerrno>
#include <csignal>
#include <cstring>
#include <functional>
#include <optional>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <unistd.h>

namespace holdfast::cli {
namespace {

/// Descriptors 0 to 2 that are closed must not be given to a file or a socket: what is written for
/// people would go there. In their place is now what can neither be read nor written.
void fill_standard_descriptors() {
  for (int const each : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (::fcntl(each, F_GETFD) >= 0) continue;
    int const useless = each == STDIN_FILENO ? O_WRONLY : O_RDONLY;
    if (::open("/dev/null", useless) != each) return;  // nothing can be opened: it will be told
  }
}

void append(problems& to, problems const& more) { to.insert(to.end(), more.begin(), more.end()); }

using guard_observer = std::function<void(guard const&)>;

std::unique_ptr<import_target> open_target(std::string const& into, std::stop_token const& stop,
                                           std::optional<guard> under, guard_observer watch) {
  if (names_postgres(into)) {
    return open_postgres_target({.conninfo = into,
                                 .stop = stop,
                                 .shared_guard = std::move(under),
                                 .on_guard = std::move(watch)});
  }
  return open_sqlite_target(
      {.path = into, .stop = stop, .shared_guard = std::move(under), .on_guard = std::move(watch)});
}

/// One command: everything checked, then each source imported in order.
class import_session {
 public:
  explicit import_session(import_request request)
      : request_{std::move(request)},
        display_{std::make_shared<shared_display>(request_.quiet)},
        counts_{std::make_shared<import_metrics>(*display_)},
        monitor_{make_monitor()},
        guards_{open_guards()},
        target_{open_target(request_.into, interrupts_.token(), guards_.of_target(), watching())} {
    if (monitor_ && guards_.managed() != nullptr) monitor_->show(*guards_.managed());
  }

  /// Opens sources and target and checks them against each other. What is wrong is told; the result
  /// is the exit code.
  [[nodiscard]] int prepare(problems found);
  [[nodiscard]] int run();

 private:
  [[nodiscard]] std::unique_ptr<monitor> make_monitor();
  [[nodiscard]] import_guards open_guards();
  /// What watches guards that no manager makes.
  [[nodiscard]] guard_observer watching();
  void start_to_serve(problems& found);
  void linger();
  [[nodiscard]] page_surroundings surroundings_of(std::string const& source);
  [[nodiscard]] guard watched_page_guard();
  void open_sources(problems& found);
  void prepare_jobs(target_answer const& looked, problems& found);
  void prepare_job(opened_source const& of, std::optional<table_shape> there, problems& found);
  /// Waits until the target does what it is asked for this source, and shows the wait. Where it
  /// does not, the reason goes to `found`, or into a report if nothing is there to be mended.
  [[nodiscard]] bool insist(opened_source const& of, target_question const& ask, problems& found);
  [[nodiscard]] source_report report_of_unmet(opened_source const& of, unmet_request const& end,
                                              instant started) const;
  [[nodiscard]] source_report import(import_job& job);
  [[nodiscard]] bool print_result() const;
  [[nodiscard]] int exit_code_of_all() const;

  import_request request_;
  interrupts interrupts_;
  std::shared_ptr<shared_display> display_;
  std::shared_ptr<import_metrics> counts_;
  problems wrong_config_;
  std::unique_ptr<monitor> monitor_;  ///< null where nothing is served and nothing logged
  import_guards guards_;
  std::optional<guard> page_guard_;  ///< where no file has one, and somebody watches
  std::unique_ptr<import_target> target_;
  std::vector<opened_source> sources_;
  std::vector<std::unique_ptr<import_job>> jobs_;
  std::vector<source_report> reports_;
  std::optional<server> server_;  // last: it shows all of the others
};

std::unique_ptr<monitor> import_session::make_monitor() {
  if (!request_.serve && request_.log.empty()) return nullptr;
  std::shared_ptr<event_log> log;
  if (!request_.log.empty()) {
    if (auto sink = open_log(request_.log)) {
      log = std::make_shared<event_log>(event_log_options{.format = request_.log_format},
                                        *std::move(sink));
    } else {
      wrong_config_.push_back(sink.error());
    }
  }
  return std::make_unique<monitor>(metrics_options{}, std::move(log));
}

import_guards import_session::open_guards() {
  if (request_.config.empty()) return {};
  auto opened = import_guards::open(request_.config, request_.quiet, display_, monitor_.get());
  if (opened) return *std::move(opened);
  append(wrong_config_, opened.error());
  return {};
}

page_surroundings import_session::surroundings_of(std::string const& source) {
  if (!is_url(source)) return {.stop = interrupts_.token()};
  if (auto shared = guards_.of_pages()) {
    return {.stop = interrupts_.token(), .shared_guard = std::move(shared)};
  }
  if (monitor_) return {.stop = interrupts_.token(), .shared_guard = watched_page_guard()};
  return {.stop = interrupts_.token(),
          .on_event = [display = display_](event const& what) { display->on_event(what); }};
}

// One for all sources: who looks at its circuit sees the one that is asked.
guard import_session::watched_page_guard() {
  if (page_guard_) return *page_guard_;
  page_guard_ = make_page_guard(request_.page);
  page_guard_->on_event([display = display_](event const& what) { display->on_event(what); });
  monitor_->watch(*page_guard_);
  return *page_guard_;
}

guard_observer import_session::watching() {
  if (!monitor_) return {};
  return [this](guard const& one) { monitor_->watch(one); };
}

void import_session::start_to_serve(problems& found) {
  if (!request_.serve) return;
  monitor_->add(counts_);
  auto opened = server::open(*monitor_, *request_.serve);
  if (!opened) {
    found.push_back(opened.error());
    return;
  }
  server_.emplace(*std::move(opened));
  tell("serving " + server_->url());
}

// Whoever asks now and then must be able to see how it ended.
void import_session::linger() {
  if (!server_ || request_.linger <= duration::zero()) return;
  server_->drain();
  timekeeper& time = system_time();
  static_cast<void>(time.sleep_until(later(time.now(), request_.linger), interrupts_.token()));
}

int import_session::prepare(problems found) {
  append(found, wrong_config_);
  if (found.empty()) start_to_serve(found);
  bool const understood = found.empty();
  target_answer looked;
  if (request_.can_open_target) looked = target_->check();
  if (looked.status == target_status::stopped) found.push_back(looked.why);
  bool const usable_target = understood && found.empty();
  open_sources(found);
  // What must be mended is told at once, not after a wait for a target that is busy.
  bool const ready = found.empty() || looked.status != target_status::refused;
  if (usable_target && ready) prepare_jobs(looked, found);
  if (interrupts_.token().stop_requested()) {
    tell("interrupted; nothing was imported");
    return interrupted;
  }
  if (found.empty()) return all_well;
  tell(describe(found));
  tell(std::to_string(found.size()) + (found.size() == 1 ? " problem" : " problems") +
       "; nothing was imported");
  return usage;
}

void import_session::open_sources(problems& found) {
  for (std::string const& name : request_.sources) {
    auto opened = open_source(name, request_, surroundings_of(name));
    if (interrupts_.token().stop_requested()) return;
    if (opened) {
      sources_.push_back(std::move(*opened));
    } else {
      found.push_back(opened.error());
    }
  }
}

void import_session::prepare_jobs(target_answer const& looked, problems& found) {
  bool again = false;
  auto const check = [&] { return std::exchange(again, true) ? target_->check() : looked; };
  if (sources_.empty() || !insist(sources_.front(), check, found)) return;
  for (opened_source const& each : sources_) {
    std::optional<table_shape> there;
    auto const look = [&]() -> target_answer {
      auto shape = target_->shape_of(each.table);
      if (!shape) return shape.error();
      there = std::move(*shape);
      return {};
    };
    if (insist(each, look, found)) {
      prepare_job(each, std::move(there), found);
    } else if (!reports_.empty()) {
      return;
    }
  }
}

void import_session::prepare_job(opened_source const& of, std::optional<table_shape> there,
                                 problems& found) {
  auto job =
      import_job::prepare(*of.source, *target_, request_.mapping, of.table, std::move(there));
  if (job) {
    jobs_.push_back(std::move(*job));
  } else {
    append(found, job.error());
  }
}

bool import_session::insist(opened_source const& of, target_question const& ask, problems& found) {
  instant const started = system_time().now();
  display_->show(make_display(style_for_stderr(request_.quiet), of.table, started));
  counts_->begin(of.table, target_->retries());
  progress seen;
  auto const show = [&](problem const& why, instant until, instant now) {
    seen.waiting_for = why.what;
    seen.waiting_until = until;
    seen.target_retries = target_->retries();
    counts_->on_progress(seen, now);
  };
  auto const done = patience{request_.limits, interrupts_.token(), system_time(), show}.insist(ask);
  bool const waited = !std::exchange(seen.waiting_for, {}).empty();
  if (done && waited) counts_->on_progress(seen, system_time().now());
  counts_->end();
  display_->clear();
  if (done) return true;
  if (done.error().ending == run_ending::target_stopped) {
    found.push_back(done.error().why);
  } else {
    jobs_.clear();
    reports_.push_back(report_of_unmet(of, done.error(), started));
  }
  return false;
}

source_report import_session::report_of_unmet(opened_source const& of, unmet_request const& end,
                                              instant started) const {
  source_report report;
  report.source = of.source->identity();
  report.table = of.table;
  report.ending = end.ending;
  report.why = end.why;
  report.stats = of.source->stats();
  report.target_retries = target_->retries();
  report.took = elapsed(started, system_time().now());
  if (request_.json && end.ending != run_ending::interrupted) tell(describe_ending(report));
  return report;
}

int import_session::run() {
  for (auto const& job : jobs_) {
    reports_.push_back(import(*job));
    run_ending const ending = reports_.back().ending;
    if (ending == run_ending::interrupted || ending == run_ending::target_stopped) break;
  }
  bool const told = print_result();
  int const code = exit_code_of_all();
  if (code != interrupted) linger();
  return told || code == interrupted ? code : static_cast<int>(gave_up);
}

source_report import_session::import(import_job& job) {
  display_->show(
      make_display(style_for_stderr(request_.quiet), job.of().table, system_time().now()));
  counts_->begin(job.of().table, target_->retries());
  source_report report = job.run(request_.limits, interrupts_.token(), *counts_);
  counts_->end();
  display_->clear();
  if (request_.json && report.ending != run_ending::finished) tell(describe_ending(report));
  return report;
}

bool import_session::print_result() const {
  std::string text;
  if (request_.json) {
    text = to_json(reports_);
  } else {
    for (source_report const& report : reports_) {
      if (!text.empty()) text += '\n';
      text += describe(report);
    }
  }
  text += '\n';
  if (request_.json ? put_json(text) : put_result(text)) return true;
  tell(std::string{"the result can't be written to standard output: "} + std::strerror(errno) +
       "; what was imported stays");
  return false;
}

int import_session::exit_code_of_all() const {
  int code = all_well;
  for (source_report const& report : reports_) {
    if (!report.totals.add_up()) {
      tell("internal error: the counts of " + report.source + " do not add up; please report this");
      return gave_up;
    }
    if (report.ending == run_ending::interrupted) return interrupted;
    if (report.ending != run_ending::finished) code = gave_up;
    if (report.totals.rejected > 0 && code == all_well) code = with_rejected;
  }
  return code;
}

}  // namespace

int run_import(import_request request, problems found) {
  // A file that reaches its limit is an error to report, not a signal to die of.
  std::signal(SIGXFSZ, SIG_IGN);
  std::signal(SIGPIPE, SIG_IGN);
  fill_standard_descriptors();
  import_session session{std::move(request)};
  int const prepared = session.prepare(std::move(found));
  return prepared == all_well ? session.run() : prepared;
}

}  // namespace holdfast::cli
