#include "broken_body.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>

namespace holdfast {
namespace {

constexpr std::size_t chunk_size = 4096;

std::size_t cut_at(std::string_view body, double cut) {
  auto const at = static_cast<std::size_t>(static_cast<double>(body.size()) * cut);
  return std::clamp<std::size_t>(at, 1, std::max<std::size_t>(body.size(), 2) - 1);
}

std::string hex(std::size_t number) {
  std::array<char, 16> digits{};
  auto const end = std::to_chars(digits.begin(), digits.end(), number, 16).ptr;
  return {digits.begin(), end};
}

char low_byte(std::size_t number) { return static_cast<char>(number & 0xFFU); }

}  // namespace

std::string_view beginning(std::string_view body, double cut) {
  return body.substr(0, cut_at(body, cut));
}

std::string unfinished_chunks(std::string_view body, double cut) {
  std::string text;
  std::string_view sent = beginning(body, cut);
  while (sent.size() > chunk_size) {
    text += hex(chunk_size) + "\r\n" + std::string{sent.substr(0, chunk_size)} + "\r\n";
    sent.remove_prefix(chunk_size);
  }
  return text + hex(chunk_size + 1) + "\r\n" + std::string{sent};
}

std::string damaged_json(std::string_view body, double cut) {
  std::string damaged{body};
  // This control character may stand nowhere in JSON, neither in a string nor between tokens.
  damaged[cut_at(body, cut) - 1] = '\x01';
  return damaged;
}

std::string undecodable_gzip(std::string_view body, double cut) {
  static constexpr std::string_view header{"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff", 10};
  std::string_view const sent = beginning(body, cut).substr(0, 0xFFFF);
  std::string text{header};
  text += '\0';  // a stored block that is not the last
  text += low_byte(sent.size());
  text += low_byte(sent.size() >> 8U);
  text += low_byte(~sent.size());
  text += low_byte(~sent.size() >> 8U);
  text += sent;
  text += '\x07';  // the last block, of type 3
  return text;
}

}  // namespace holdfast
