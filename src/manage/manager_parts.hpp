#pragma once

#include "change_feed.hpp"
#include "circuit_sharer.hpp"
#include "file_watch.hpp"
#include "guard_book.hpp"
#include "hangup_signal.hpp"
#include "holdfast/manage/manager.hpp"
#include "state_keeper.hpp"
#include "wake_up.hpp"

#include <atomic>
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <sys/types.h>

namespace holdfast {

/// What a manager is made of. Three locks, to be taken in this order: `reloading_`, so that files
/// come into force in the order in which they were read; `keeping_` for the store, held while a
/// disk is waited for; `lock_` for the guards and their file. Circuits are shared under none.
class manager::parts {
 public:
  /// What the thread has to do besides sharing circuits.
  struct due_work {
    bool reads = false;  ///< the file
    bool keeps = false;  ///< the state, after a look for orders
    bool obeys = false;  ///< orders
  };

  struct woken {
    bool bell = false;
    bool watch = false;
  };

  /// @param store null where nothing is remembered
  parts(std::string path, std::unique_ptr<file_watch> watched, resilience_file file,
        std::unique_ptr<state_store> store, manager_options options);
  parts(parts const&) = delete;
  parts& operator=(parts const&) = delete;
  ~parts();

  [[nodiscard]] holdfast::guard single(std::string_view name);
  [[nodiscard]] guard_per_key keyed(std::string_view name);
  [[nodiscard]] expected<void, failure> add(holdfast::guard const& one);
  [[nodiscard]] registry const& known() const noexcept { return known_; }
  [[nodiscard]] resilience_file file() const;
  [[nodiscard]] expected<reload_report, problems> reload();
  /// Also by all who share the circuits.
  [[nodiscard]] expected<void, failure> obey(order_record const& order);
  [[nodiscard]] expected<void, failure> keep_state();
  /// @return when to do it again
  duration share_circuits();
  [[nodiscard]] health_report health() const;
  [[nodiscard]] bool has_refused_file() const noexcept { return has_refused_file_; }

 private:
  void audit(audit_kind kind, std::string_view operation, std::string_view author,
             std::string what) const;
  void listen_to(holdfast::guard const& one);
  void take_up_state_of(holdfast::guard const& one);
  [[nodiscard]] std::vector<std::pair<std::string, guard_per_key>> keyed_ones() const;
  [[nodiscard]] expected<void, failure> obey_here(order_record const& order);
  void look_for_orders();
  void begin_to_share(holdfast::guard const& one);
  [[nodiscard]] bool leave_waiting(order_record const& order);
  void obey_waiting_order_for(holdfast::guard const& one);
  void tell_reload(reload_report const& done);
  void run(std::stop_token const& stop);
  [[nodiscard]] woken wait_until(std::chrono::steady_clock::time_point until, bool watches);
  [[nodiscard]] bool do_what_is_due(due_work due) noexcept;
  [[nodiscard]] duration share_or_tell() noexcept;
  void leave_others() noexcept;
  template <class Work>
  [[nodiscard]] bool done_or_told(Work work) noexcept;
  [[nodiscard]] bool is_forked() const noexcept;

  std::string const path_;
  std::string const author_;
  std::function<void(audit_record const&)> const on_audit_;
  std::function<void(holdfast::guard const&)> const on_guard_;
  std::function<void(std::string_view, guard_per_key const&)> const on_keys_;
  std::shared_ptr<wake_up> const bell_;
  std::shared_ptr<change_feed> const feed_;
  registry known_;
  pid_t const made_in_;
  std::unique_ptr<file_watch> const watched_;

  std::mutex reloading_;

  mutable std::mutex keeping_;
  std::optional<state_keeper> keeper_;

  std::optional<circuit_sharer> sharer_;
  std::atomic<bool> wants_to_share_{false};  ///< says the file
  std::atomic<bool> shares_{false};

  mutable std::mutex lock_;
  guard_book book_;
  std::optional<std::string> refused_;  ///< what is wrong with the file as it is now
  std::atomic<bool> has_refused_file_{false};
  /// For operations whose guards were not made yet: the last order of each.
  std::map<std::string, order_record, std::less<>> waiting_orders_;

  std::optional<hangup_signal> hangup_;
  std::jthread thread_;  // last: it uses all of the others
};

}  // namespace holdfast
