// Any bytes as PostgreSQL's protocol: the chunks in which they come change nothing about the
// messages that are found, and every piece lies where it says.

#include "chaos/pgwire_framing.hpp"
#include "holdfast/base/contract.hpp"
#include "target.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <tuple>
#include <vector>

namespace {

using namespace holdfast;
using message = std::tuple<flow, char, std::uint64_t, std::uint64_t>;

/// The complete messages; the first byte of each record of `bytes` says which way it goes.
std::vector<message> messages_in(std::string_view bytes, std::size_t chunk) {
  pgwire_framing framing;
  std::vector<message> found;
  std::array<std::uint64_t, 2> offsets{};
  while (!bytes.empty()) {
    auto const head = static_cast<unsigned char>(bytes.front());
    flow const way = (head & 1U) != 0 ? flow::to_server : flow::to_client;
    std::string_view record = bytes.substr(1, head / 2);
    bytes.remove_prefix(std::min<std::size_t>(1 + head / 2, bytes.size()));
    while (!record.empty()) {
      std::string_view const part = record.substr(0, chunk);
      record.remove_prefix(part.size());
      std::size_t last_end = 0;
      for (wire_piece const& each : framing.read(way, part)) {
        expects(each.begin >= last_end && each.end > each.begin && each.end <= part.size(),
                "pieces are in order and within the bytes");
        last_end = each.end;
        std::uint64_t const end = offsets[index_of(way)] + each.end;
        expects(!each.last || end == each.message_begin + each.length, "a message ends at its end");
        if (each.last) found.emplace_back(way, each.type, each.message_begin, each.length);
      }
      offsets[index_of(way)] += part.size();
    }
  }
  return found;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  std::string_view const bytes{reinterpret_cast<char const*>(data), size};
  auto const whole = messages_in(bytes, bytes.size() + 1);
  expects(messages_in(bytes, 1) == whole, "bytes one by one give the same messages");
  expects(messages_in(bytes, 3) == whole, "any chunks give the same messages");
  return 0;
}
