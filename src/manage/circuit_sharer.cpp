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
  return by_name(*std::move(found));
}

/// When this circuit must be looked at again.
[[nodiscard]] duration next_look_at(core::breaker_shared_view const& own, sharing_step const& step,
                                    instant now) {
  if (own.wants_probe || step.probes_until) return looks_soon;
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
};

circuit_sharer::circuit_sharer(std::shared_ptr<state_store> store)
    : store_{std::move(store)}, host_start_{this_start()}, self_{drawn_number(), host_start_} {}

void circuit_sharer::begin(guard const& one) { one.share(lasts); }

expected<duration, failure> circuit_sharer::look(std::vector<guard> const& all) {
  {
    std::lock_guard const held{lock_};
    if (std::exchange(is_looking_, true)) return looks_every;
  }
  struct ending {
    circuit_sharer& of;
    ~ending() {
      std::lock_guard const held{of.lock_};
      of.is_looking_ = false;
    }
  } const at_end{*this};
  auto done = look_alone(all);
  std::lock_guard const held{lock_};
  trouble_ = done ? std::nullopt : std::optional{done.error()};
  return done;
}

expected<duration, failure> circuit_sharer::look_alone(std::vector<guard> const& all) {
  if (host_start_.empty()) {
    failure blind = plain_failure(category::configuration);
    blind.text = "/proc/sys/kernel/random/boot_id can't be read; circuits can't be shared without";
    return unexpected{blind};
  }
  auto known = circuits_in(*store_);
  if (!known) return unexpected{known.error()};
  std::vector<part> parts(all.size());
  std::vector<part*> tells;
  for (std::size_t i = 0; i < all.size(); ++i) {
    parts[i].one = &all[i];
    auto const found = known->find(all[i].name());
    shared_circuit common =
        found != known->end() ? found->second : shared_circuit{.operation = name_of(all[i])};
    shared_circuit const before = common;
    {
      std::lock_guard const held{lock_};
      auto const member = members_.find(all[i].name());
      if (member != members_.end()) parts[i].member = member->second;
    }
    decide(parts[i], common);
    if (common != before) tells.push_back(&parts[i]);
  }
  if (!tells.empty()) {
    if (auto agreed = agree(tells); !agreed) return unexpected{agreed.error()};
  }
  duration next = looks_every;
  for (part const& each : parts) {
    act(each);
    next = std::min(next, next_look_at(each.own, each.step, each.one->time().now()));
  }
  return next;
}

/// Decides again, this time where nobody else writes, and keeps what comes of it.
expected<void, failure> circuit_sharer::agree(std::vector<part*> const& parts) {
  std::vector<operation_name> names;
  for (part const* each : parts) names.push_back(name_of(*each->one));
  return store_->change_shared(names, [&](std::span<shared_circuit> common) {
    for (std::size_t i = 0; i < common.size(); ++i) decide(*parts[i], common[i]);
  });
}

void circuit_sharer::decide(part& one, shared_circuit& common) const {
  one.own = one.one->shared_view();
  one.step = one.member.decide(one.own, common, self_, one.one->time().now());
}

void circuit_sharer::act(part const& one) {
  std::uint64_t generation = one.own.generation;
  if (one.step.adopted) generation = one.one->adopt(*one.step.adopted);
  if (one.step.probes_until) generation = one.one->allow_probes(*one.step.probes_until);
  one.one->share(lasts);
  std::lock_guard const held{lock_};
  members_[std::string{one.one->name()}].took(one.step, generation);
}

void circuit_sharer::insist(std::string_view operation) {
  std::lock_guard const held{lock_};
  members_[std::string{operation}].insist();
}

void circuit_sharer::leave(std::vector<guard> const& all) {
  // Where this can't be done, the leases end by themselves.
  static_cast<void>(give_leases_back(all));
  for (guard const& each : all) each.share(duration::zero());
  std::lock_guard const held{lock_};
  members_.clear();
}

expected<void, failure> circuit_sharer::give_leases_back(std::vector<guard> const& all) {
  auto const known = circuits_in(*store_);
  if (!known) return unexpected{known.error()};
  auto const is_ours = [&](shared_circuit const& common) {
    return common.lease && common.lease->holder == self_.number;
  };
  std::vector<operation_name> names;
  for (guard const& each : all) {
    auto const found = known->find(each.name());
    if (found == known->end() || !is_ours(found->second)) continue;
    static_cast<void>(each.allow_probes(each.time().now()));
    if (each.shared_view().probes_running == 0) names.push_back(name_of(each));
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
