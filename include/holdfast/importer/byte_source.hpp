#pragma once

#include "holdfast/base/expected.hpp"
#include "holdfast/base/problem.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <stop_token>
#include <string>

namespace holdfast {

/// Bytes of one input from its start to its end, unpacked where they were packed. Not thread-safe.
class byte_source {
 public:
  virtual ~byte_source() = default;

  /// Fills the front of `room` (not empty) and says how many bytes it wrote; 0 is the end. After a
  /// problem (a read error, damaged or cut compressed data) every later call reports it again; all
  /// bytes handed out before are good as far as anyone can tell.
  [[nodiscard]] virtual expected<std::size_t, problem> read(std::span<char> room) = 0;

  /// Bytes taken from the file so far, before unpacking.
  [[nodiscard]] virtual std::uint64_t bytes_read() const noexcept = 0;

  /// Size of the file in bytes; 0 where it is not known (a pipe).
  [[nodiscard]] virtual std::uint64_t bytes_total() const noexcept = 0;

  /// What unpacks the bytes, for people: "gzip", or "" where nothing does.
  [[nodiscard]] virtual std::string packing() const { return {}; }
};

/// Opens a file, or standard input for "-". Gzip is known by its first bytes (1f 8b), not by the
/// name; several gzip members one after the other are one text (RFC 1952, 2.2).
///
/// Errors: no such file (with names in the same folder that are close), a directory, no
/// permission, a first read that fails. An empty file is no error here. Cost: two buffers of
/// 256 KiB at most.
///
/// @param stop ends a read that waits for a pipe or a terminal, as a problem, within 100 ms
[[nodiscard]] expected<std::unique_ptr<byte_source>, problem> open_bytes(
    std::string const& path, std::stop_token const& stop = {});

}  // namespace holdfast
