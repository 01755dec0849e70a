#include "manage/circuit_sharer.hpp"

#include "holdfast/drive/timekeeper.hpp"
#include "holdfast/state/shared_change.hpp"

#include <algorithm>
#include <fstream>
#include <random>
#include <span>
#include <utility>

namespace holdfast {
namespace {

using namespace std::chrono_literals;

constexpr duration looks_every = 1s;
/// While a probe is waited for.
constexpr duration looks_soon = 100ms;
/// A circuit that nobody wants to probe for so long after its wait is of no hurry.
constexpr duration is_urgent_for = 10s;
/// A store that others are writing to is in use; but one of them may have been stopped.
constexpr duration waits_for_others = 1min;

/// What the kernel calls this start of the host; empty where it does not say.
[[nodiscard]] std::string this_start() {
  std::ifstream file{"/proc/sys/kernel/random/boot_id"};
  std::string line;
  std::getline(file, line);
  return line;
}

[[nodiscard]] std::uint64_t drawn_number() {
  std::random_device system;
  return (std::uint64_t{system()} << 32U) | system();
}

[[nodiscard]] operation_name name_of(guard const& one) { return one.name(); }

[[nodiscard]] expected<circuits_by_name, failure> circuits_in(state_store& store) {
  auto found = store.shared_circuits();
  if (!found) return unexpected{found.error()};
  return by_name(*found);
}

/// When this circuit must be looked at again.
[[nodiscard]] duration next_look_at(core::breaker_shared_view const& own, sharing_step const& step,
                                    instant now) {
  if (step.waits_for_lease || step.probes_until) return looks_soon;
  if (own.state != breaker_state::open) return looks_every;
  if (now < own.open_until) return std::min(looks_every, elapsed(now, own.open_until));
  return elapsed(own.open_until, now) < is_urgent_for ? looks_soon : looks_every;
}

}  // namespace

/// One guard, while it is looked at.
struct circuit_sharer::part {
  guard const* one = nullptr;
  circuit_member member{};
  core::breaker_shared_view own{};
  sharing_step step{};
  bool writes = false;
};

/// Of the looks and leaves that come at once, one has its turn.
class circuit_sharer::turn {
 public:
  explicit turn(circuit_sharer& of) : of_{of} {
    std::lock_guard const held{of_.lock_};
    has_come_ = !std::exchange(of_.is_busy_, true);
  }
  turn(turn const&) = delete;
  turn& operator=(turn const&) = delete;
  ~turn() {
    if (!has_come_) return;
    std::lock_guard const held{of_.lock_};
    of_.is_busy_ = false;
  }

  [[nodiscard]] bool has_come() const noexcept { return has_come_; }

 private:
  circuit_sharer& of_;
  bool has_come_ = false;
};

circuit_sharer::circuit_sharer(std::shared_ptr<state_store> store)
    : store_{std::move(store)}, host_start_{this_start()}, self_{drawn_number(), host_start_} {}

// One that can't open by itself takes no part, so nobody would tell it when to probe.
void circuit_sharer::begin(guard const& one) {
  if (can_open(one.policies().breaker)) one.share(lasts);
}

expected<duration, failure> circuit_sharer::look(std::vector<guard> const& all) {
  turn const mine{*this};
  if (!mine.has_come()) return looks_every;
  auto done = look_alone(all);
  if (done) {
    fails_since_.reset();
  } else {
    wait_for_others(all, done.error());
  }
  std::lock_guard const held{lock_};
  trouble_ = done ? std::nullopt : std::optional{done.error()};
  return done;
}

/// Where others use the store just now, the guards are shared for some time more without a look.
void circuit_sharer::wait_for_others(std::vector<guard> const& all, failure const& seen) {
  if (seen.category != category::transient || all.empty()) return;
  instant const now = all.front().time().now();
  if (!fails_since_) fails_since_ = now;
  if (elapsed(*fails_since_, now) >= waits_for_others) return;
  for (guard const& each : all) begin(each);
}

expected<duration, failure> circuit_sharer::look_alone(std::vector<guard> const& all) {
  if (host_start_.empty()) {
    failure blind = plain_failure(category::configuration);
    blind.text =
        "mount /proc, or set state.shared to false: its boot_id, without which nothing can be "
        "shared, can't be read";
    return unexpected{blind};
  }
  auto const known = circuits_in(*store_);
  if (!known) return unexpected{known.error()};
  std::vector<part> parts = parts_of(all, *known);
  if (parts.empty()) return looks_every;
  bool const writes = std::ranges::any_of(parts, &part::writes);
  expected<void, failure> agreed;
  if (writes) {
    agreed = agree(parts);
  } else if (cant_write_ && !known->empty()) {
    agreed = touch(known->begin()->second.operation);
  }
  cant_write_ = agreed ? std::nullopt : std::optional{agreed.error()};
  duration next = looks_every;
  for (part const& each : parts) {
    if (each.writes && !agreed) continue;
    act(each, !cant_write_);
    next = std::min(next, next_look_at(each.own, each.step, each.one->time().now()));
  }
  if (cant_write_) return unexpected{*cant_write_};
  return next;
}

/// The guards that can open, each with what is to be done about it.
std::vector<circuit_sharer::part> circuit_sharer::parts_of(std::vector<guard> const& all,
                                                           circuits_by_name const& known) const {
  std::vector<part> parts;
  parts.reserve(all.size());
  for (guard const& each : all) {
    part one{.one = &each};
    {
      std::lock_guard const held{lock_};
      auto const member = members_.find(each.name());
      if (member != members_.end()) one.member = member->second;
    }
    auto const found = known.find(each.name());
    shared_circuit common =
        found != known.end() ? found->second : shared_circuit{.operation = name_of(each)};
    shared_circuit const before = common;
    decide(one, common);
    one.writes = common != before;
    if (one.own.can_open) parts.push_back(one);
  }
  return parts;
}

/// Decides again, this time where nobody else writes, and keeps what comes of it.
expected<void, failure> circuit_sharer::agree(std::vector<part>& parts) {
  std::vector<operation_name> names;
  std::vector<part*> writing;
  for (part& each : parts) {
    if (!each.writes) continue;
    names.push_back(name_of(*each.one));
    writing.push_back(&each);
  }
  return store_->change_shared(names, [&](std::span<shared_circuit> common) {
    for (std::size_t i = 0; i < common.size(); ++i) decide(*writing[i], common[i]);
  });
}

/// A store that could not be written to looks well as long as nothing is to be written.
expected<void, failure> circuit_sharer::touch(operation_name const& known) {
  return store_->change_shared({&known, 1},
                               [](std::span<shared_circuit> common) { ++common[0].touched; });
}

void circuit_sharer::decide(part& one, shared_circuit& common) const {
  bool const wanted = one.own.wants_probe;  // a look forgets it
  one.own = one.one->look_for_sharing();
  one.own.wants_probe = one.own.wants_probe || wanted;
  one.step = one.member.decide(one.own, common, self_, one.one->time().now());
}

/// @param goes_on whether it is shared for some time more
void circuit_sharer::act(part const& one, bool goes_on) {
  std::optional<std::uint64_t> generation = one.own.generation;
  if (one.step.adopted) generation = one.one->adopt(*generation, *one.step.adopted);
  if (generation && one.step.probes_until) {
    generation = one.one->allow_probes(*generation, *one.step.probes_until);
  }
  if (goes_on) one.one->share(lasts);
  if (!generation) return;  // it has changed meanwhile: the next look decides anew
  std::lock_guard const held{lock_};
  members_[std::string{one.one->name()}].took(one.step, *generation);
}

void circuit_sharer::insist(std::string_view operation, bool closes) {
  std::lock_guard const held{lock_};
  members_[std::string{operation}].insist(closes);
}

bool circuit_sharer::leave(std::vector<guard> const& all) {
  turn const mine{*this};
  if (!mine.has_come()) return false;
  // Where this can't be done, the leases end by themselves.
  static_cast<void>(give_leases_back(all));
  for (guard const& each : all) each.share(duration::zero());
  std::lock_guard const held{lock_};
  members_.clear();
  trouble_.reset();
  return true;
}

expected<void, failure> circuit_sharer::give_leases_back(std::vector<guard> const& all) {
  auto const known = circuits_in(*store_);
  if (!known) return unexpected{known.error()};
  auto const is_ours = [&](shared_circuit const& common) {
    return common.lease && common.lease->holder == self_.number &&
           common.lease->round == common.changes;
  };
  std::vector<operation_name> names;
  for (guard const& each : all) {
    auto const found = known->find(each.name());
    if (found == known->end() || !is_ours(found->second)) continue;
    auto const seen = each.look_for_sharing();
    bool const stopped = each.allow_probes(seen.generation, instant::min()).has_value();
    if (stopped && each.look_for_sharing().probes_running == 0) names.push_back(name_of(each));
  }
  if (names.empty()) return {};
  return store_->change_shared(names, [&](std::span<shared_circuit> common) {
    for (shared_circuit& each : common) {
      if (is_ours(each)) each.lease.reset();
    }
  });
}

std::optional<failure> circuit_sharer::trouble() const {
  std::lock_guard const held{lock_};
  return trouble_;
}

}  // namespace holdfast
