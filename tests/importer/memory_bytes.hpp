#pragma once

#include "holdfast/importer/byte_source.hpp"
#include "holdfast/importer/text_window.hpp"

#include <algorithm>
#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace holdfast::testing {

/// Bytes from memory, at most `chunk` a read; then the end, or `failure` if one is given.
class memory_bytes final : public byte_source {
 public:
  explicit memory_bytes(std::string bytes, std::size_t chunk = 1 << 20,
                        std::optional<problem> failure = std::nullopt)
      : bytes_{std::move(bytes)}, chunk_{chunk}, failure_{std::move(failure)} {}

  expected<std::size_t, problem> read(std::span<char> room) override {
    std::size_t const size = std::min({room.size(), chunk_, bytes_.size() - at_});
    if (size == 0 && failure_) return unexpected{*failure_};
    std::memcpy(room.data(), bytes_.data() + at_, size);
    at_ += size;
    return size;
  }
  std::uint64_t bytes_read() const noexcept override { return at_; }
  std::uint64_t bytes_total() const noexcept override { return bytes_.size(); }

 private:
  std::string bytes_;
  std::size_t chunk_;
  std::optional<problem> failure_;
  std::size_t at_ = 0;
};

inline text_window window_on(std::string bytes, std::size_t chunk = 1 << 20,
                             std::optional<problem> failure = std::nullopt,
                             std::size_t refill = 64) {
  return text_window{
      text_decoder{std::make_unique<memory_bytes>(std::move(bytes), chunk, std::move(failure))},
      refill};
}

}  // namespace holdfast::testing
