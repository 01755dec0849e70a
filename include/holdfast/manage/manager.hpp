#pragma once

#include "holdfast/base/expected.hpp"
#include "holdfast/base/problem.hpp"
#include "holdfast/drive/guard.hpp"
#include "holdfast/drive/guard_per_key.hpp"
#include "holdfast/manage/audit_record.hpp"
#include "holdfast/manage/health_report.hpp"
#include "holdfast/manage/registry.hpp"
#include "holdfast/manage/reload_report.hpp"
#include "holdfast/manage/resilience_file.hpp"
#include "holdfast/state/order_record.hpp"
#include "holdfast/state/store_factories.hpp"

#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace holdfast {

/// What a manager is given by its program. Listeners must be thread-safe; what they throw is
/// caught.
struct manager_options {
  store_factories stores{};  ///< what `state.store` may name beside `file:`
  /// Who this process is, in histories and audit records; empty: its program's name and pid.
  std::string author{};
  exception_classifier classifier = nullptr;  ///< of all guards; that of the house where null
  surroundings around{};                      ///< of all guards
  /// Reads the file again when it changes, and keeps state at intervals, in a thread of its own.
  /// Without it all happens by `reload` and `keep_state`: for tests and for programs with a loop,
  /// which comes by every few seconds where circuits are shared.
  bool has_thread = true;
  bool reload_on_hangup = false;  ///< also at SIGHUP, whose handler is then the manager's
  /// Of every guard, for as long as that lives. Neither of these two may ask the manager anything.
  std::function<void(event const&)> on_event{};
  std::function<void(audit_record const&)> on_audit{};  ///< called by whoever made it happen
  /// Told of each guard when it is made or added, before anybody calls it: for metrics. Under locks
  /// of the manager, which it may not ask either.
  std::function<void(holdfast::guard const&)> on_guard{};
  /// The same of operations with a guard for each key, by name.
  std::function<void(std::string_view, guard_per_key const&)> on_keys{};
};

/// All guarded operations of a program out of one resilience file: made when they are first asked
/// for, exchanged while they run when the file changes, remembered from one run to the next.
///
///     holdfast::manager manager{"resilience.yaml"};
///     holdfast::guard write = manager.guard("db.molecules.write");
///
/// A file that is wrong when it is read again changes nothing. A right one is checked whole before
/// the first guard changes; each guard then changes at once, and keeps state, generation and as
/// much of its window as its new options can hold; one whose options are the same is not touched.
///
/// Thread-safe, but for construction and destruction. Guards outlive their manager: then they no
/// longer change. In the child of a fork a manager neither reads its file nor keeps state, and a
/// lock that another thread held at that moment stays taken. Cost of `guard`: a lock and a look
/// into a map; resolve a name once, and keep the handle. Memory: that of the file and of the
/// guards; changes that wait to be kept: 10,000 at most, more are counted.
class manager {
 public:
  /// Throws invalid_options with every problem of the file.
  explicit manager(std::string const& path, manager_options options = {});

  /// What is wrong with file or store comes back. Throws system_error where the process has no
  /// descriptors left.
  [[nodiscard]] static expected<manager, problems> open(std::string const& path,
                                                        manager_options options = {});

  manager(manager&&) noexcept;
  manager& operator=(manager&&) noexcept;
  /// Keeps the state once more.
  ~manager();

  /// The guard of an operation. What the file does not name has its defaults. The first time it may
  /// wait for the store. Throws invalid_options where a name is empty, longer than 120 bytes, or
  /// that of a guard that was added.
  [[nodiscard]] holdfast::guard guard(std::string_view name);

  /// The guards of an operation that has one for each key; `per_key` of the file bounds them.
  [[nodiscard]] guard_per_key guards(std::string_view name);

  /// Takes in a guard that was made in code, for lists, health and state; its policies stay its
  /// own. Fails where the name is taken.
  [[nodiscard]] expected<void, failure> add(holdfast::guard const& one);

  [[nodiscard]] registry const& known() const noexcept;
  [[nodiscard]] resilience_file file() const;

  /// Reads the file again. What is wrong with it comes back, and then nothing has changed.
  expected<reload_report, problems> reload();

  /// Sets or ends an override of an operation here and now, and keeps it in the history.
  expected<void, failure> obey(order_record const& order);

  /// Reads orders, writes the state of all guards and what has changed, if there is a store, and
  /// shares circuits once, where the file says so.
  expected<void, failure> keep_state();

  [[nodiscard]] health_report health() const;

  /// Whether the file as it is now was refused, so that an earlier one holds; `health` says why. Of
  /// any thread, and from within all that this manager calls: no lock.
  [[nodiscard]] bool has_refused_file() const noexcept;

 private:
  class parts;
  explicit manager(std::unique_ptr<parts> made) noexcept;

  std::unique_ptr<parts> parts_;
};

}  // namespace holdfast
