#include "holdfast/manage/manager.hpp"

#include "manager_parts.hpp"

#include <utility>

namespace holdfast {

expected<manager, problems> manager::open(std::string const& path, manager_options options) {
  // First, so that no change falls between the two.
  auto watched = std::make_unique<file_watch>(path);
  auto file = resilience_file::read(path);
  if (!file) return unexpected{std::move(file.error())};
  std::unique_ptr<state_store> store;
  if (std::string const& wanted = file->state().store; !wanted.empty()) {
    auto opened = options.stores.open(wanted);
    if (!opened) return unexpected{problems{std::move(opened.error())}};
    store = std::move(*opened);
  }
  return manager{std::make_unique<parts>(path, std::move(watched), *std::move(file),
                                         std::move(store), std::move(options))};
}

manager::manager(std::string const& path, manager_options options) {
  auto made = open(path, std::move(options));
  if (!made) throw invalid_options{"the resilience file can't be used:\n" + describe(made.error())};
  *this = std::move(*made);
}

manager::manager(std::unique_ptr<parts> made) noexcept : parts_{std::move(made)} {}
manager::manager(manager&&) noexcept = default;
manager& manager::operator=(manager&&) noexcept = default;
manager::~manager() = default;

guard manager::guard(std::string_view name) { return parts_->single(name); }

guard_per_key manager::guards(std::string_view name) { return parts_->keyed(name); }

expected<void, failure> manager::add(holdfast::guard const& one) { return parts_->add(one); }

registry const& manager::known() const noexcept { return parts_->known(); }

resilience_file manager::file() const { return parts_->file(); }

expected<reload_report, problems> manager::reload() { return parts_->reload(); }

expected<void, failure> manager::obey(order_record const& order) { return parts_->obey(order); }

expected<void, failure> manager::keep_state() {
  auto kept = parts_->keep_state();
  parts_->share_circuits();
  return kept;
}

health_report manager::health() const { return parts_->health(); }

bool manager::has_refused_file() const noexcept { return parts_->has_refused_file(); }

}  // namespace holdfast
