#include "import_guards.hpp"

#include "holdfast/connect/sqlite/state_store.hpp"
#include "holdfast/importer/page_source.hpp"
#include "holdfast/importer/target.hpp"
#include "telling.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

namespace holdfast::cli {
namespace {

/// Whether a file has an entry for an operation, or a pattern that its name matches.
bool names(resilience_file const& file, std::string_view operation) {
  auto const matches = [&](std::string_view pattern) {
    pattern.remove_suffix(1);  // the star
    return operation.starts_with(pattern);
  };
  return file.place_of(operation).line > 0 || std::ranges::any_of(file.patterns(), matches);
}

}  // namespace

expected<import_guards, problems> import_guards::open(std::string const& config, bool quiet,
                                                      std::shared_ptr<shared_display> display,
                                                      monitor* seen_by) {
  manager_options options{
      .stores = store_factories{sqlite_stores()},
      .reload_on_hangup = true,
      .on_audit = [display](audit_record const& what) { display->on_audit(what); }};
  if (seen_by != nullptr) options = seen_by->watching(std::move(options));
  auto opened = manager::open(config, std::move(options));
  if (!opened) return unexpected{std::move(opened.error())};
  import_guards made;
  made.display_ = std::move(display);
  made.manager_.emplace(*std::move(opened));
  made.quiet_ = quiet;
  return made;
}

std::optional<guard> import_guards::of_pages() {
  if (pages_ || !manager_) return pages_;
  pages_ = named(page_operation);
  pages_->on_event([display = display_](event const& what) { display->on_event(what); });
  return pages_;
}

std::optional<guard> import_guards::of_target() {
  if (!manager_) return std::nullopt;
  return named(write_operation);
}

std::optional<guard> import_guards::named(char const* name) {
  if (!quiet_) tell_unnamed(name);
  return manager_->guard(name);
}

void import_guards::tell_unnamed(char const* name) const {
  resilience_file const file = manager_->file();
  if (names(file, name)) return;
  tell(file.source() + " does not name " + name + ": its defaults hold, and what they leave out " +
       "is off");
}

}  // namespace holdfast::cli
