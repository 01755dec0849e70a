#pragma once

#include "holdfast/base/expected.hpp"
#include "holdfast/base/failure.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

namespace holdfast {

/// A file descriptor with an owner, and the path that its failures tell of.
class open_file {
 public:
  /// @param flags those of open(2); O_CLOEXEC is added
  [[nodiscard]] static expected<open_file, failure> open(std::string const& path, int flags);

  open_file(open_file&& other) noexcept
      : number_{std::exchange(other.number_, -1)}, path_{std::move(other.path_)} {}
  open_file& operator=(open_file&&) = delete;
  ~open_file();

  /// The whole file. Fails with category corruption where it has more than `most` bytes, and with
  /// configuration where it is a folder, a pipe or a device.
  [[nodiscard]] expected<std::string, failure> read_all(std::size_t most) const;
  [[nodiscard]] expected<void, failure> write_all(std::string_view text) const;
  [[nodiscard]] expected<void, failure> sync() const;

 private:
  open_file(int number, std::string path) noexcept : number_{number}, path_{std::move(path)} {}
  [[nodiscard]] unexpected<failure> failed_to(std::string_view doing) const;

  int number_;
  std::string path_;
};

}  // namespace holdfast
