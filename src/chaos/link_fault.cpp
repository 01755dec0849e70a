#include "link_fault.hpp"

#include "chance.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace holdfast {
namespace {

using kinds = proxy_fault_kind;

bool is_lost(kinds kind) { return kind == kinds::request_lost || kind == kinds::answer_lost; }

bool ends_by_clock(kinds kind) {
  return kind == kinds::cut || kind == kinds::reset || kind == kinds::half_open ||
         kind == kinds::shutdown;
}

bool names(proxy_fault const& fault, std::uint64_t number) {
  auto const& list = fault.connections;
  return list.empty() || std::find(list.begin(), list.end(), number) != list.end();
}

duration part_of(duration most, random_bits& random) {
  return std::chrono::duration_cast<duration>(most * random.uniform());
}

}  // namespace

link_fault::link_fault(std::shared_ptr<armed_fault> fault, std::uint64_t seed, std::uint64_t number,
                       duration now, std::array<std::uint64_t, 2> received)
    : armed_{std::move(fault)} {
  proxy_fault const& told = armed_->fault;
  random_bits random = random_bits::stream(random_bits::stream(seed, armed_->id).state(), number);
  meant_ = random.uniform() < told.share && names(told, number);
  ready_ = now + told.at_age.value_or(duration::zero()) + part_of(told.at_age_spread, random);
  by_byte_ =
      told.at_byte || !told.message.empty() || !told.pattern.empty() || !told.pattern_hex.empty();
  delivers_ = told.kind == kinds::answer_lost ||
              (told.delivered && told.kind != kinds::request_lost && told.kind != kinds::corrupt);
  for (flow const way : both_flows) {
    look& at = looks_[index_of(way)];
    at.random = random.split();
    at.scanned = received[index_of(way)];
    at.place = at.scanned + told.at_byte.value_or(0) + below(told.at_byte_spread + 1, at.random);
    at.next_flip = at.scanned + (told.byte_share > 0 ? gap(at) : 0);
    if (!armed_->pattern.empty()) at.pattern.emplace(armed_->pattern, told.any_case);
  }
}

bool link_fault::active(duration now) const {
  return meant_ && now >= ready_ && armed_->in_force(now);
}

bool link_fault::concerns(flow way) const noexcept {
  auto const usual = is_lost(fault().kind) ? proxy_direction::to_server : proxy_direction::both;
  auto const direction = fault().direction.value_or(usual);
  if (direction == proxy_direction::both) return true;
  return (direction == proxy_direction::to_server) == (way == flow::to_server);
}

/// Whether an occasion is one that counts, and chance agrees.
bool link_fault::counts(look& at, duration now) const {
  if (!active(now)) return false;
  if (at.occasions < fault().occurrence) ++at.occasions;
  if (at.occasions < fault().occurrence) return false;
  return at.random.uniform() < fault().chance;
}

std::optional<std::uint64_t> link_fault::next_strike(passing_bytes const& seen) {
  if (!meant_ || !concerns(seen.way)) return std::nullopt;
  look& at = looks_[index_of(seen.way)];
  if (fault().at_byte) return at_place(at, seen);
  if (!fault().message.empty()) return at_message(at, seen);
  if (at.pattern) return at_pattern(at, seen);
  if (is_lost(fault().kind)) return at_first_bytes(at, seen);
  return std::nullopt;
}

std::optional<std::uint64_t> link_fault::at_place(look& at, passing_bytes const& seen) {
  std::uint64_t const needed = at.place + (fault().kind == kinds::corrupt ? 1 : 0);
  if (at.triggered || seen.end() < needed) return std::nullopt;
  if (!counts(at, seen.now)) {
    at.triggered = true;
    return std::nullopt;
  }
  at.triggered = true;
  return at.place;
}

std::optional<std::uint64_t> link_fault::at_pattern(look& at, passing_bytes const& seen) {
  while (at.scanned < seen.end()) {
    auto const rest = seen.fresh.substr(static_cast<std::size_t>(at.scanned - seen.begin));
    auto const length = at.pattern->find_end(rest);
    at.scanned += length.value_or(rest.size());
    if (length && counts(at, seen.now)) return delivers_ ? at.scanned : at.scanned - 1;
  }
  return std::nullopt;
}

std::optional<std::uint64_t> link_fault::at_message(look& at, passing_bytes const& seen) {
  if (at.chunk != seen.begin) at.piece = 0;
  at.chunk = seen.begin;
  while (at.piece < seen.pieces.size()) {
    wire_piece const& piece = seen.pieces[at.piece++];
    if (!is_type(piece.type)) continue;
    look_into(at, seen, piece);
    if (!piece.last || !at.contained || !counts(at, seen.now)) continue;
    std::uint64_t const end = seen.begin + piece.end;
    if (delivers_) return end;
    bool const whole = piece.message_begin >= seen.passed_on && fault().kind != kinds::corrupt;
    return whole ? piece.message_begin : end - 1;
  }
  return std::nullopt;
}

void link_fault::look_into(look& at, passing_bytes const& seen, wire_piece const& piece) {
  if (piece.message_begin == seen.begin + piece.begin) {
    at.contained = !at.pattern;
    if (at.pattern) at.pattern->restart();
  }
  if (at.contained) return;
  at.contained =
      at.pattern && at.pattern->find_end(seen.fresh.substr(piece.begin, piece.end - piece.begin));
}

std::optional<std::uint64_t> link_fault::at_first_bytes(look& at, passing_bytes const& seen) {
  if (at.scanned >= seen.end()) return std::nullopt;
  at.scanned = seen.end();
  if (!counts(at, seen.now)) return std::nullopt;
  return delivers_ ? seen.end() : seen.begin;
}

bool link_fault::is_type(char type) const noexcept {
  if (fault().message == "startup") return type == startup_message;
  return !fault().message.empty() && fault().message.front() == type;
}

bool link_fault::holds(flow way, wire_piece const& piece, duration now) const {
  return is_type(piece.type) && !delivers_ && fault().kind != kinds::corrupt && concerns(way) &&
         active(now);
}

bool link_fault::strikes_by_clock(duration now) {
  if (by_byte_ || clock_done_ || !ends_by_clock(fault().kind) || !active(now)) return false;
  clock_done_ = true;
  return looks_[0].random.uniform() < fault().chance;
}

std::optional<duration> link_fault::next_clock(duration now) const {
  if (by_byte_ || clock_done_ || !meant_ || !ends_by_clock(fault().kind)) return std::nullopt;
  duration const at = std::max(ready_, armed_->opens());
  if (at <= now || !armed_->in_force(at)) return std::nullopt;
  return at;
}

duration link_fault::chunk_delay(flow way, duration now) {
  if (fault().kind != kinds::delay || by_byte_ || !concerns(way)) return {};
  return counts(looks_[index_of(way)], now) ? drawn_delay(way) : duration::zero();
}

duration link_fault::drawn_delay(flow way) {
  return fault().delay + part_of(fault().jitter, looks_[index_of(way)].random);
}

bool link_fault::throttles(flow way, duration now) const {
  if (fault().kind != kinds::throttle || !concerns(way)) return false;
  // What has begun must not end because it was counted.
  bool const goes_on = had_effect_ && meant_ && now >= ready_ &&
                       (is_off(fault().until) || now < armed_->added + fault().until);
  return (goes_on || active(now)) && (!by_byte_ || looks_[index_of(way)].triggered);
}

/// How many bytes pass until one is flipped: the gaps between independent draws for each byte.
std::uint64_t link_fault::gap(look& at) const {
  double const share = fault().byte_share;
  if (share >= 1) return 0;
  double const gap = std::floor(std::log1p(-at.random.uniform()) / std::log1p(-share));
  return gap < 1e15 ? static_cast<std::uint64_t>(gap) : std::uint64_t{1'000'000'000'000'000};
}

std::uint64_t link_fault::flip_some(flow way, std::string& bytes, std::uint64_t begin,
                                    duration now) {
  if (fault().byte_share <= 0 || !concerns(way)) return 0;
  std::uint64_t flips = 0;
  look& at = looks_[index_of(way)];
  while (at.next_flip < begin + bytes.size()) {
    char& byte = bytes[static_cast<std::size_t>(at.next_flip - begin)];
    char const changed = flipped(way, byte);
    bool const strikes =
        active(now) && (!fault().times || armed_->strikes + flips < *fault().times);
    if (strikes) {
      byte = changed;
      ++flips;
    }
    at.next_flip += 1 + gap(at);
  }
  return flips;
}

char link_fault::flipped(flow way, char byte) {
  auto const bit = static_cast<unsigned>(below(8, looks_[index_of(way)].random));
  return static_cast<char>(static_cast<unsigned char>(byte) ^ (1U << bit));
}

}  // namespace holdfast
