#include "holdfast/chaos/fault_engine.hpp"

#include "listing.hpp"
#include "page_planner.hpp"

#include <algorithm>

namespace holdfast {
namespace {

/// The draws of one request: streams of neighbouring numbers have nothing in common.
random_bits draws_of(std::uint64_t seed, std::uint64_t number) {
  return random_bits{random_bits{seed}() ^ random_bits{~number}()};
}

/// Those of the listing, which must not depend on any request: requests are numbered from 1.
random_bits listing_draws(std::uint64_t seed) { return draws_of(seed, 0); }

/// The time that `count` things take at this rate.
duration time_for(double count, double rate) {
  double const nanoseconds = count / rate * 1e9;
  return nanoseconds < 1e18 ? duration{static_cast<duration::rep>(nanoseconds)}
                            : duration{static_cast<duration::rep>(1e18)};
}

/// Puts one answer into a queue that moves at `rate`; the time until its turn.
duration queued(duration& next, duration now, double count, double rate) {
  if (rate == double{off}) return duration::zero();
  next = std::max(next, now) + time_for(count, rate);
  return next - now;
}

bool begins(outage_plan const& outage, std::uint64_t judged, duration now) {
  if (outage.after_requests) return judged >= *outage.after_requests;
  return outage.after && now >= *outage.after;
}

}  // namespace

fault_engine::fault_engine(chaos_plan plan, std::uint64_t seed, std::uint64_t record_count)
    : plan_{std::move(plan)},
      seed_{seed},
      records_{std::make_unique<listing const>(record_count, plan_.records, listing_draws(seed))},
      outage_began_(plan_.outages.size()) {}

fault_engine::fault_engine(fault_engine&&) noexcept = default;
fault_engine& fault_engine::operator=(fault_engine&&) noexcept = default;
fault_engine::~fault_engine() = default;

std::optional<fault_engine::outage_state> fault_engine::outage_at(duration since_start) {
  for (std::size_t i = 0; i < plan_.outages.size(); ++i) {
    outage_plan const& outage = plan_.outages[i];
    auto& began = outage_began_[i];
    if (!began && begins(outage, judged_, since_start)) began = since_start;
    if (began && since_start < *began + outage.lasts) {
      return outage_state{outage.kind, *began + outage.lasts};
    }
  }
  return std::nullopt;
}

fault_verdict fault_engine::judge(page_query const& asked, duration since_start) {
  fault_verdict verdict;
  if (auto const away = outage_at(since_start)) {
    verdict.kind = fault_kind::outage;
    verdict.outage = away->kind;
    return verdict;
  }
  verdict.number = ++judged_;
  if (over_quota(since_start, verdict)) {
    verdict.wait = paced(since_start, 0);
    return verdict;
  }
  random_bits random = draws_of(seed_, verdict.number);
  bool const scripted = verdict.number <= plan_.script.size();
  fault_kind const drawn = chance(random);
  verdict.kind = scripted ? plan_.script[verdict.number - 1] : drawn;
  verdict.cut = random.uniform();
  verdict.page = plan_page(asked, plan_, *records_, random);
  if (poisoned(verdict.page)) verdict.kind = fault_kind::poison;
  verdict.retry_after = hint(verdict.kind, random);
  bool const served = !fails(verdict.kind);
  verdict.wait = paced(since_start, served ? verdict.page.records.size() : 0);
  if (verdict.kind == fault_kind::gateway_timeout) {
    verdict.wait += plan_.faults.gateway_timeout_after;
  }
  return verdict;
}

bool fault_engine::over_quota(duration now, fault_verdict& verdict) {
  quota_plan const& quota = plan_.quota;
  if (quota.requests == 0) return false;
  std::int64_t const window = now / quota.per;
  if (window != quota_window_) {
    quota_window_ = window;
    quota_used_ = 0;
  }
  bool const blocked = now < blocked_until_;
  if (!blocked && quota_used_ < quota.requests) {
    ++quota_used_;
    verdict.used = quota_use{static_cast<double>(quota_used_) / quota.requests, false};
    return false;
  }
  if (!blocked) blocked_until_ = std::max(now + quota.block, quota.per * (window + 1));
  verdict.kind = fault_kind::quota;
  verdict.refused_with = quota.status;
  verdict.used = quota_use{1, true};
  verdict.retry_after = retry_hint{blocked_until_ - now, false};
  return true;
}

fault_kind fault_engine::chance(random_bits& random) const {
  double const draw = random.uniform();
  double sum = 0;
  for (auto const& [kind, share] : fault_shares) {
    sum += plan_.faults.*share;
    if (draw < sum) return kind;
  }
  return fault_kind::none;
}

bool fault_engine::poisoned(page_content const& page) const {
  if (page.records.size() == 1 && !plan_.poison_alone) return false;
  return std::any_of(page.records.begin(), page.records.end(), [&](page_record const& each) {
    return std::find(plan_.poison.begin(), plan_.poison.end(), each.number) != plan_.poison.end();
  });
}

std::optional<retry_hint> fault_engine::hint(fault_kind kind, random_bits& random) const {
  using enum fault_kind;
  if (kind != unavailable && kind != maintenance_page && kind != throttled) return std::nullopt;
  auto form = plan_.faults.retry_after;
  if (form == retry_after_form::mixed) form = static_cast<retry_after_form>(random() % 3);
  if (form == retry_after_form::none) return std::nullopt;
  return retry_hint{plan_.faults.retry_after_delay, form == retry_after_form::date};
}

duration fault_engine::paced(duration now, std::size_t records) {
  pace_plan const& pace = plan_.pace;
  duration const for_request = queued(next_request_, now, 1, pace.requests_per_second);
  duration const for_records =
      queued(next_record_, now, static_cast<double>(records), pace.records_per_second);
  return pace.latency + std::max(for_request, for_records);
}

}  // namespace holdfast
