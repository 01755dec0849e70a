#include "state_keeper.hpp"

#include "change_feed.hpp"
#include "holdfast/drive/timekeeper.hpp"

#include <algorithm>
#include <utility>

namespace holdfast {
namespace {

[[nodiscard]] wall_time wall_now() noexcept { return std::chrono::system_clock::now(); }

}  // namespace

state_keeper::state_keeper(std::shared_ptr<state_store> store, audit tell)
    : store_{std::move(store)}, tell_{std::move(tell)} {
  auto found = store_->load();
  if (!found) {
    note(found.error());
    return;
  }
  for (set_aside_note const& each : found->set_aside) {
    tell_(audit_kind::state_set_aside, {},
          each.what + " was set aside as " + each.where + ": " + std::string{each.why.text.view()} +
              "; its circuits start closed");
  }
  for (operation_record& each : found->operations) {
    std::string name{each.operation.view()};
    saved_at_.emplace(name, each.saved_at);
    loaded_.emplace(std::move(name), std::move(each));
  }
}

bool state_keeper::restore(guard const& one) {
  auto const known = loaded_.find(one.name());
  if (known == loaded_.end()) return false;
  clock_reading const clock{one.time().now(), wall_now()};
  one.restore({breaker_at(known->second, clock), budget_at(known->second, clock)});
  loaded_.erase(known);
  tell_(audit_kind::state_loaded, one.name(),
        "goes on as " + std::string{enum_name(one.state())} + ", where an earlier run ended");
  return true;
}

std::vector<order_record> state_keeper::new_orders() {
  auto found = store_->orders_after(last_order_);
  if (!found) {
    orders_failed_ = true;
    note(found.error());
    return {};
  }
  if (std::exchange(orders_failed_, false)) note(std::nullopt);
  if (!found->empty()) last_order_ = found->back().number;
  std::erase_if(*found,
                [&](order_record const& each) { return own_orders_.contains(each.number); });
  own_orders_.clear();
  if (std::exchange(read_orders_, true)) return *std::move(found);
  return still_wanted(*found);
}

void state_keeper::pass_on(order_record const& order) {
  auto const number = store_->give(order);
  note(number ? std::nullopt : std::optional{number.error()});
  if (number) own_orders_.insert(*number);
}

std::vector<order_record> state_keeper::still_wanted(
    std::vector<order_record> const& orders) const {
  std::map<std::string_view, order_record const*> last;
  for (order_record const& each : orders) last.insert_or_assign(each.operation.view(), &each);
  std::vector<order_record> wanted;
  for (auto const& [operation, order] : last) {
    if (is_still_wanted(*order)) wanted.push_back(*order);
  }
  return wanted;
}

/// Of the orders that were given before this process began: what is kept of an operation was saved
/// after them, then it holds what they wanted.
bool state_keeper::is_still_wanted(order_record const& order) const {
  if (order.until && *order.until <= wall_now()) return false;
  auto const saved = saved_at_.find(order.operation.view());
  bool const held = order.what != order_kind::close && order.what != order_kind::reset;
  if (saved == saved_at_.end()) return held;
  return order.given_at > saved->second;
}

expected<void, failure> state_keeper::keep(std::vector<guard> const& all, change_feed& feed) {
  std::vector<operation_record> records;
  std::vector<std::pair<std::string, gate_snapshot>> fresh;
  for (guard const& each : all) {
    gate_snapshot seen = each.snapshot();
    auto const last = written_.find(each.name());
    if (last != written_.end() && last->second == seen) continue;
    clock_reading const clock{each.time().now(), wall_now()};
    records.push_back(record_of(each.name(), seen.breaker, seen.budget, clock));
    fresh.emplace_back(each.name(), std::move(seen));
  }
  if (!records.empty()) {
    auto const done = store_->save(records);
    note(done ? std::nullopt : std::optional{done.error()});
    if (!done) return done;
    for (auto& [name, seen] : fresh) written_.insert_or_assign(std::move(name), std::move(seen));
  }
  std::vector<change_record> changes = feed.take_out();
  if (changes.empty()) return {};
  auto added = store_->append(changes);
  note(added ? std::nullopt : std::optional{added.error()});
  if (!added) feed.put_back(std::move(changes));
  return added;
}

/// Takes what the store has said to something that was wanted of it; nothing where it was done.
void state_keeper::note(std::optional<failure> const& wrong) {
  if (wrong && !trouble_) {
    tell_(audit_kind::state_failed, {}, std::string{wrong->text.view()});
  }
  if (!wrong && trouble_) tell_(audit_kind::state_recovered, {}, "state is kept again");
  trouble_ = wrong;
}

}  // namespace holdfast
