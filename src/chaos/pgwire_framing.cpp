#include "pgwire_framing.hpp"

#include <algorithm>

namespace holdfast {
namespace {

constexpr std::size_t startup_head = 8;  ///< length, protocol version or request code
constexpr std::size_t message_head = 5;  ///< type, length
constexpr std::uint64_t longest_startup = 10'000;
constexpr std::uint64_t longest_message = std::uint64_t{1} << 30U;

constexpr std::uint32_t cancel_request = 80877102;
constexpr std::uint32_t ssl_request = 80877103;
constexpr std::uint32_t gss_request = 80877104;

std::uint32_t number_at(std::array<unsigned char, 8> const& head, std::size_t at) {
  std::uint32_t number = 0;
  for (std::size_t i = at; i < at + 4; ++i) number = (number << 8U) | head.at(i);
  return number;
}

bool is_letter(unsigned char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '1' && c <= '3');
}

}  // namespace

std::vector<wire_piece> pgwire_framing::read(flow way, std::string_view bytes) {
  std::vector<wire_piece> pieces;
  for (std::size_t at = 0; at < bytes.size();) {
    stream& from = streams_[index_of(way)];
    if (from.next == expected_next::nothing) break;
    if (from.next == expected_next::verdict) {
      at += read_verdict(from, bytes[at]);
    } else {
      at = read_piece(way, bytes, at, pieces);
    }
  }
  return pieces;
}

/// Reads to the end of the message or of the bytes; answers where that is.
std::size_t pgwire_framing::read_piece(flow way, std::string_view bytes, std::size_t at,
                                       std::vector<wire_piece>& pieces) {
  stream& from = streams_[index_of(way)];
  std::size_t const begin = at;
  std::size_t const head = from.next == expected_next::startup ? startup_head : message_head;
  while (from.head_size < head && at < bytes.size()) {
    from.head.at(from.head_size++) = static_cast<unsigned char>(bytes[at++]);
    ++from.offset;
    if (from.head_size == head) read_head(way, from);
    if (from.next == expected_next::nothing) return at;
  }
  std::uint64_t const left = from.length - std::min(from.length, from.offset - from.message_begin);
  std::size_t const taken =
      static_cast<std::size_t>(std::min<std::uint64_t>(left, bytes.size() - at));
  at += taken;
  from.offset += taken;
  bool const last = from.length > 0 && from.offset == from.message_begin + from.length;
  char const type = head == startup_head ? startup_message : static_cast<char>(from.head[0]);
  pieces.push_back({begin, at, type, from.message_begin, from.length, last});
  if (last) finish_message(way, from);
  return at;
}

/// The single byte that answers a request for encryption; how many bytes of it were read.
std::size_t pgwire_framing::read_verdict(stream& from, char verdict) {
  from.next = expected_next::message;
  if (verdict == 'E') return 0;  // an error instead, from an old server
  if (verdict != 'N') give_up();
  ++from.offset;
  from.message_begin = from.offset;
  return 1;
}

void pgwire_framing::read_head(flow way, stream& from) {
  if (from.next == expected_next::startup) {
    from.length = number_at(from.head, 0);
    if (from.length < startup_head || from.length > longest_startup) give_up();
    return;
  }
  std::uint64_t const told = number_at(from.head, 1);
  from.length = told + 1;
  if (told < 4 || told > longest_message || !is_letter(from.head[0])) {
    streams_[index_of(way)].next = expected_next::nothing;
  }
}

void pgwire_framing::finish_message(flow way, stream& from) {
  if (from.next == expected_next::startup) {
    std::uint32_t const code = number_at(from.head, 4);
    bool const asks = code == ssl_request || code == gss_request;
    stream& answers = streams_[index_of(other(way))];
    if (asks && answers.head_size > 0) return give_up();  // in the middle of a message of its own
    if (asks) answers.next = expected_next::verdict;
    if (!asks && code != cancel_request) from.next = expected_next::message;
  }
  from.message_begin = from.offset;
  from.head_size = 0;
  from.length = 0;
}

void pgwire_framing::give_up() {
  for (stream& each : streams_) each.next = expected_next::nothing;
}

}  // namespace holdfast
