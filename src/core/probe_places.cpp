#include "holdfast/core/probe_places.hpp"

#include <algorithm>
#include <utility>

namespace holdfast::core {

probe_places::probe_places(int places)
    : many_(places > 1 ? static_cast<std::size_t>(places) : std::size_t{0}) {}

std::span<probe_place> probe_places::all() noexcept {
  if (many_.empty()) return {&only_, 1};
  return many_;
}

std::span<probe_place const> probe_places::all() const noexcept {
  if (many_.empty()) return {&only_, 1};
  return many_;
}

bool probe_places::take(permit& pass, instant expires) noexcept {
  auto const places = all();
  auto const free =
      std::find_if(places.begin(), places.end(), [](auto const& each) { return !each.running; });
  if (free == places.end()) return false;
  *free = {.expires = expires, .serial = free->serial + 1, .running = true};
  pass.probe_place = static_cast<std::uint32_t>(free - places.begin());
  pass.probe_serial = free->serial;
  return true;
}

bool probe_places::give_back(permit const& pass) noexcept {
  if (pass.probe_place >= all().size()) return false;
  probe_place& place = all()[pass.probe_place];
  if (!place.running || place.serial != pass.probe_serial) return false;
  place.running = false;
  return true;
}

void probe_places::expire(instant now) noexcept {
  for (probe_place& each : all()) {
    if (now >= each.expires) each.running = false;
  }
}

void probe_places::hold_to(instant latest) noexcept {
  for (probe_place& each : all()) each.expires = std::min(each.expires, latest);
}

void probe_places::clear() noexcept {
  for (probe_place& each : all()) each.running = false;
}

int probe_places::running() const noexcept {
  auto const places = all();
  return static_cast<int>(
      std::count_if(places.begin(), places.end(), [](auto const& each) { return each.running; }));
}

int probe_places::running_at(instant now) const noexcept {
  auto const places = all();
  return static_cast<int>(std::count_if(places.begin(), places.end(), [now](auto const& each) {
    return each.running && now < each.expires;
  }));
}

instant probe_places::next_expiry() const noexcept {
  instant first = never_reached;
  for (probe_place const& each : all()) {
    if (each.running) first = std::min(first, each.expires);
  }
  return first;
}

void probe_places::resize(int places) {
  if (static_cast<std::size_t>(places) == all().size()) return;
  probe_places other{places};
  other.restore(all());
  *this = std::move(other);
}

std::vector<probe_place> probe_places::snapshot() const {
  auto const places = all();
  return {places.begin(), places.end()};
}

void probe_places::restore(std::span<probe_place const> from) noexcept {
  std::copy_n(from.begin(), std::min(from.size(), all().size()), all().begin());
}

}  // namespace holdfast::core
