#pragma once

#include "flow.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace holdfast {

/// What a message that has no letter is called: startup, SSL, GSS and cancel requests.
inline constexpr char startup_message = '\0';

/// The part of one message that stands in the bytes given.
struct wire_piece {
  std::size_t begin;            ///< in the bytes given
  std::size_t end;              ///< likewise, beyond its last byte
  char type;                    ///< its letter, or startup_message
  std::uint64_t message_begin;  ///< in the stream of its direction, from 0
  std::uint64_t length;         ///< of the whole message; 0 while its head is not complete
  bool last;                    ///< the message is complete with this piece

  friend bool operator==(wire_piece const&, wire_piece const&) = default;
};

/// Finds where PostgreSQL's messages begin and end, in both directions of one connection; knows
/// types and lengths and nothing of what is in them. Holds 8 bytes of each stream at most.
///
/// What can't be a message, and all that follows a TLS or GSS handshake, is opaque: it has no
/// pieces. Cost: some steps a message and piece. Source: PostgreSQL manual, "Message Formats".
class pgwire_framing {
 public:
  /// The pieces of messages in the next bytes that go this way, in order.
  [[nodiscard]] std::vector<wire_piece> read(flow way, std::string_view bytes);

  /// Whether nothing more can be told about the messages that go this way.
  [[nodiscard]] bool opaque(flow way) const noexcept {
    return streams_[index_of(way)].next == expected_next::nothing;
  }

 private:
  enum class expected_next { startup, verdict, message, nothing };

  struct stream {
    expected_next next = expected_next::message;
    std::uint64_t offset = 0;         ///< of the next byte
    std::uint64_t message_begin = 0;  ///< of the message that is being read
    std::array<unsigned char, 8> head{};
    std::size_t head_size = 0;
    std::uint64_t length = 0;  ///< of the message; 0 while its head is not complete
  };

  std::size_t read_piece(flow way, std::string_view bytes, std::size_t at,
                         std::vector<wire_piece>& pieces);
  std::size_t read_verdict(stream& from, char verdict);
  void read_head(flow way, stream& from);
  void finish_message(flow way, stream& from);
  void give_up();

  std::array<stream, 2> streams_{{{.next = expected_next::startup}, {}}};
};

}  // namespace holdfast
