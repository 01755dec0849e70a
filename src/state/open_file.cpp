#include "state/open_file.hpp"

#include "holdfast/state/file_failure.hpp"

#include <algorithm>
#include <cerrno>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace holdfast {
namespace {

constexpr mode_t owner_only = 0600;

/// Calls until no signal interrupts it.
template <class Call>
auto uninterrupted(Call call) {
  auto result = call();
  while (result < 0 && errno == EINTR) result = call();
  return result;
}

}  // namespace

expected<open_file, failure> open_file::open(std::string const& path, int flags) {
  int const number =
      uninterrupted([&] { return ::open(path.c_str(), flags | O_CLOEXEC, owner_only); });
  if (number < 0) return unexpected{file_failure(errno, "open", path)};
  return open_file{number, path};
}

open_file::~open_file() {
  if (number_ >= 0) ::close(number_);
}

unexpected<failure> open_file::failed_to(std::string_view doing) const {
  return unexpected{file_failure(errno, doing, path_)};
}

expected<std::string, failure> open_file::read_all(std::size_t most) const {
  struct stat seen {};
  if (::fstat(number_, &seen) != 0) return failed_to("look at");
  if (!S_ISREG(seen.st_mode)) {
    failure wrong = plain_failure(category::configuration);
    wrong.text = std::string_view{"name a file; this is none: " + path_};
    return unexpected{wrong};
  }
  auto const size = static_cast<std::size_t>(seen.st_size);
  std::string text(std::min(size, most + 1), '\0');
  std::size_t length = 0;
  while (length < text.size()) {
    auto const got =
        uninterrupted([&] { return ::read(number_, text.data() + length, text.size() - length); });
    if (got < 0) return failed_to("read");
    if (got == 0) break;
    length += static_cast<std::size_t>(got);
  }
  text.resize(length);
  if (length <= most) return text;
  failure large = plain_failure(category::corruption);
  large.text = "larger than a file of holdfast's state can be";
  return unexpected{large};
}

expected<void, failure> open_file::write_all(std::string_view text) const {
  while (!text.empty()) {
    auto const put = uninterrupted([&] { return ::write(number_, text.data(), text.size()); });
    if (put < 0) return failed_to("write");
    text.remove_prefix(static_cast<std::size_t>(put));
  }
  return {};
}

expected<void, failure> open_file::sync() const {
  if (uninterrupted([&] { return ::fsync(number_); }) != 0) return failed_to("sync");
  return {};
}

}  // namespace holdfast
