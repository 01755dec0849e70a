#pragma once

#include "holdfast/base/enum_names.hpp"
#include "holdfast/base/field.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

namespace holdfast {

/// What a proxy does to the connections that pass through it.
enum class proxy_fault_kind {
  delay,         ///< bytes arrive later
  throttle,      ///< bytes pass at a rate
  corrupt,       ///< bits of passing bytes are flipped
  cut,           ///< ended in good order (FIN) behind what was passed on
  reset,         ///< torn down (RST)
  half_open,     ///< nothing is passed on any more, the sockets stay
  shutdown,      ///< one direction ends (FIN), the other goes on
  request_lost,  ///< a request does not arrive, then the connection is cut
  answer_lost,   ///< a request arrives; the connection is cut when the answer comes
  black_hole,    ///< connections are accepted, and that is all
  refuse,        ///< nobody listens
};

inline constexpr std::size_t proxy_fault_kind_count =
    static_cast<std::size_t>(proxy_fault_kind::refuse) + 1;

template <>
struct names_of<proxy_fault_kind> {
  using enum proxy_fault_kind;
  static constexpr std::array<named_value<proxy_fault_kind>, proxy_fault_kind_count> table{
      {{delay, "delay"},
       {throttle, "throttle"},
       {corrupt, "corrupt"},
       {cut, "cut"},
       {reset, "reset"},
       {half_open, "half_open"},
       {shutdown, "shutdown"},
       {request_lost, "request_lost"},
       {answer_lost, "answer_lost"},
       {black_hole, "black_hole"},
       {refuse, "refuse"}}};
};

/// Which way bytes go.
enum class proxy_direction {
  to_server,
  to_client,
  both,
};

template <>
struct names_of<proxy_direction> {
  using enum proxy_direction;
  static constexpr std::array<named_value<proxy_direction>, 3> table{
      {{to_server, "to_server"}, {to_client, "to_client"}, {both, "both"}}};
};

/// Whose socket a fault ends; the other one stays open, and silent.
enum class proxy_sides {
  none,
  client,
  server,
  both,
};

template <>
struct names_of<proxy_sides> {
  using enum proxy_sides;
  static constexpr std::array<named_value<proxy_sides>, 4> table{
      {{none, "none"}, {client, "client"}, {server, "server"}, {both, "both"}}};
};

/// One fault of a plan: what, to which connections, when. docs/chaos.md tells it field by field.
///
/// At most one of at_byte, at_age, pattern, pattern_hex and message says when it strikes; without
/// any, it does as soon as its window (`from`, `until`) is open.
struct proxy_fault {
  proxy_fault_kind kind = proxy_fault_kind::cut;
  std::optional<proxy_direction>
      direction{};                           ///< default both; to_server for a lost request/answer
  std::optional<proxy_direction> affects{};  ///< of half_open: what stops; default both

  std::vector<std::uint64_t> connections{};  ///< by number, from 1; empty: all
  double share = 1;                          ///< of these connections, drawn for each
  std::optional<std::uint64_t> times{};      ///< strikes in all; not given: no end

  duration from{};       ///< since the start, or since the fault was added
  duration until = off;  ///< likewise; off: for ever

  std::optional<std::uint64_t> at_byte{};  ///< of the direction: so many pass first
  std::uint64_t at_byte_spread = 0;        ///< up to so many more, drawn for each connection
  std::optional<duration> at_age{};        ///< of the connection
  duration at_age_spread{};                ///< up to so much later, drawn for each connection
  std::string pattern{};                   ///< these bytes, wherever they stand
  std::string pattern_hex{};               ///< the same in hexadecimal digits
  std::string message{};                   ///< a message's type with `protocol: postgres`: "Q"
  std::string containing{};                ///< and these bytes within the message
  bool any_case = false;                   ///< letters of pattern and containing match in any case
  std::uint32_t occurrence = 1;            ///< the n-th time in a connection, and later ones
  double chance = 1;                       ///< of each occasion, drawn anew
  bool delivered = false;                  ///< whether what triggered it is passed on first

  duration delay{};                     ///< of delay
  duration jitter{};                    ///< of delay: up to so much more
  std::uint64_t bytes_per_second = 0;   ///< of throttle
  double byte_share = 0;                ///< of corrupt, where nothing triggers it
  std::optional<proxy_sides> closes{};  ///< default none for half_open, else both
  std::optional<duration> kept_for{};   ///< what was not closed is closed then
};

template <>
struct fields_of<proxy_fault> {
  static constexpr value_range<duration> time{duration::zero(), std::chrono::hours{24 * 365}};
  static constexpr value_range<duration> end{duration::zero(), std::chrono::hours{24 * 365}, true};
  static constexpr value_range<duration> pause{duration::zero(), std::chrono::hours{1}};
  static constexpr value_range<std::uint64_t> place{0, 1'000'000'000'000'000};
  static constexpr std::array<std::string_view, 1> required{"kind"};
  static constexpr auto table = std::tuple{
      field("kind", &proxy_fault::kind, "what is done"),
      field("direction", &proxy_fault::direction,
            "which bytes are hit or looked at: to_server, to_client or both"),
      field("affects", &proxy_fault::affects, "what half_open stops"),
      field("connections", &proxy_fault::connections, {1, place.most},
            "numbers of the connections, from 1; without it all"),
      field("share", &proxy_fault::share, {0, 1}, "the share of these connections, by chance"),
      field("times", &proxy_fault::times, {1, place.most}, "how often it strikes in all"),
      field("from", &proxy_fault::from, time, "strikes from then on"),
      field("until", &proxy_fault::until, end, "strikes until then"),
      field("at_byte", &proxy_fault::at_byte, place, "after so many bytes of the direction"),
      field("at_byte_spread", &proxy_fault::at_byte_spread, place,
            "up to so many bytes later, drawn for each connection"),
      field("at_age", &proxy_fault::at_age, time, "when the connection is so old"),
      field("at_age_spread", &proxy_fault::at_age_spread, time,
            "up to so much later, drawn for each connection"),
      field("pattern", &proxy_fault::pattern, "when these bytes pass, 1 to 256 of them"),
      field("pattern_hex", &proxy_fault::pattern_hex, "the same in hexadecimal digits"),
      field("message", &proxy_fault::message,
            "when a PostgreSQL message of this type passes: one letter, or startup"),
      field("containing", &proxy_fault::containing, "and these bytes are in the message"),
      field("any_case", &proxy_fault::any_case, "letters match in upper and lower case"),
      field("occurrence", &proxy_fault::occurrence, {1, 1'000'000'000},
            "the first time that counts, in each connection and direction"),
      field("chance", &proxy_fault::chance, {0, 1}, "of each time, drawn anew"),
      field("delivered", &proxy_fault::delivered, "what triggered it is passed on first"),
      field("delay", &proxy_fault::delay, pause, "how much later bytes arrive"),
      field("jitter", &proxy_fault::jitter, pause, "up to so much later still"),
      field("bytes_per_second", &proxy_fault::bytes_per_second, {0, 1'000'000'000'000},
            "how fast bytes pass"),
      field("byte_share", &proxy_fault::byte_share, {0, 1},
            "the share of bytes with a bit flipped"),
      field("closes", &proxy_fault::closes, "whose socket is closed: none, client, server or both"),
      field("kept_for", &proxy_fault::kept_for, {std::chrono::milliseconds{1}, time.most},
            "how long what is not closed stays open")};

  static std::vector<field_problem> contradictions(proxy_fault const& fault);
};

}  // namespace holdfast
