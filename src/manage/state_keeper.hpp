#pragma once

#include "holdfast/drive/guard.hpp"
#include "holdfast/manage/audit_record.hpp"
#include "holdfast/state/state_store.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace holdfast {

class change_feed;

/// Keeps what guards know in a store, and reads there what operators want. All of it may block, so
/// it is never used on the path of a call. Used by one thread at a time.
class state_keeper {
 public:
  using audit = std::function<void(audit_kind, std::string_view operation, std::string what)>;

  /// Reads what an earlier run has left. Where that fails, circuits start closed, and it is told.
  state_keeper(std::shared_ptr<state_store> store, audit tell);

  /// Takes up what was kept of this guard's operation, once; false where nothing was.
  bool restore(guard const& one);

  /// The orders that came since the last call. At the first one: of those that were given before,
  /// the last of each operation, if it is newer than what was kept of it and has not ended.
  [[nodiscard]] std::vector<order_record> new_orders();

  /// Gives an order that was obeyed here to all others that use the store.
  void pass_on(order_record const& order);

  /// Writes what has changed: guards whose state is not what was written last, and the feed. What
  /// can't be written stays for the next time.
  expected<void, failure> keep(std::vector<guard> const& all, change_feed& feed);

  /// Why state can't be kept at present; nothing where it can.
  [[nodiscard]] std::optional<failure> const& trouble() const noexcept { return trouble_; }

 private:
  [[nodiscard]] std::vector<order_record> still_wanted(
      std::vector<order_record> const& orders) const;
  [[nodiscard]] bool is_still_wanted(order_record const& order) const;
  void note(std::optional<failure> const& wrong);

  std::shared_ptr<state_store> store_;
  audit tell_;
  std::map<std::string, operation_record, std::less<>> loaded_;
  std::map<std::string, wall_time, std::less<>> saved_at_;  ///< by an earlier run
  std::map<std::string, gate_snapshot, std::less<>> written_;
  std::int64_t last_order_ = 0;
  std::set<std::int64_t> own_orders_;  ///< passed on, and not read again so far
  bool read_orders_ = false;
  bool orders_failed_ = false;  ///< the last time; that is the trouble then
  std::optional<failure> trouble_;
};

}  // namespace holdfast
