#include "holdfast/importer/byte_source.hpp"

#include "gzip_bytes.hpp"
#include "holdfast/config/suggest.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

namespace holdfast {
namespace {

/// Reads a descriptor. The first bytes may have been looked at already; they are handed out first.
class descriptor_bytes final : public byte_source {
 public:
  descriptor_bytes(int descriptor, bool owned, std::string shown_name, std::uint64_t total,
                   std::stop_token stop)
      : descriptor_{descriptor},
        owned_{owned},
        shown_name_{std::move(shown_name)},
        total_{total},
        stop_{std::move(stop)} {}
  ~descriptor_bytes() override {
    if (owned_) ::close(descriptor_);
  }
  descriptor_bytes(descriptor_bytes const&) = delete;
  descriptor_bytes& operator=(descriptor_bytes const&) = delete;

  /// The first two bytes (fewer at the end of the file), which stay to be read.
  expected<std::string_view, problem> peek() {
    while (peeked_size_ < peeked_.size()) {
      auto const got = read_descriptor(std::span{peeked_}.subspan(peeked_size_));
      if (!got) return unexpected{got.error()};
      if (*got == 0) break;
      peeked_size_ += *got;
    }
    return std::string_view{peeked_.data(), peeked_size_};
  }

  expected<std::size_t, problem> read(std::span<char> room) override {
    if (peeked_taken_ == peeked_size_) {
      auto got = read_descriptor(room);
      if (got) read_ += *got;
      return got;
    }
    std::size_t const size = std::min(room.size(), peeked_size_ - peeked_taken_);
    std::memcpy(room.data(), peeked_.data() + peeked_taken_, size);
    peeked_taken_ += size;
    read_ += size;
    return size;
  }

  std::uint64_t bytes_read() const noexcept override { return read_; }
  std::uint64_t bytes_total() const noexcept override { return total_; }

 private:
  expected<std::size_t, problem> read_descriptor(std::span<char> room) {
    for (;;) {
      if (total_ == 0 && !wait_for_data()) {
        return unexpected{problem{{shown_name_}, "interrupted while waiting for data", {}}};
      }
      ssize_t const got = ::read(descriptor_, room.data(), room.size());
      if (got >= 0) return static_cast<std::size_t>(got);
      if (errno == EINTR || errno == EAGAIN) continue;
      return unexpected{
          problem{{shown_name_},
                  "reading failed at byte " + std::to_string(read_) + ": " + std::strerror(errno),
                  {}}};
    }
  }

  /// Waits until a pipe or terminal has something to say; false where a stop was asked for.
  [[nodiscard]] bool wait_for_data() const {
    constexpr int slice_ms = 100;
    pollfd waited{descriptor_, POLLIN, 0};
    while (!stop_.stop_requested()) {
      if (::poll(&waited, 1, slice_ms) != 0) return true;  // data, the end, or an error to be read
    }
    return false;
  }

  int descriptor_;
  bool owned_;
  std::string shown_name_;
  std::uint64_t total_;
  std::stop_token stop_;
  std::uint64_t read_ = 0;
  std::array<char, 2> peeked_{};
  std::size_t peeked_size_ = 0;
  std::size_t peeked_taken_ = 0;
};

/// The file in the same folder whose name is closest; nothing where none is close. At most the
/// first 10000 names are looked at.
std::optional<std::string> near_file(std::filesystem::path const& missing) {
  auto const folder = missing.has_parent_path() ? missing.parent_path() : ".";
  std::error_code failed;
  std::vector<std::string> names;
  std::filesystem::directory_iterator entries{folder, failed};
  for (; !failed && entries != std::filesystem::directory_iterator{} && names.size() < 10'000;
       entries.increment(failed)) {
    names.push_back(entries->path().filename().string());
  }
  std::vector<std::string_view> const known{names.begin(), names.end()};
  auto const meant = nearest_word(missing.filename().string(), known);
  if (!meant) return std::nullopt;
  return (missing.parent_path() / *meant).string();
}

problem cannot_open(std::string const& path, int error) {
  problem found{{path}, std::string{"can't be read: "} + std::strerror(error), {}};
  if (error == ENOENT) {
    found.what = "no such file";
    auto const near = near_file(path);
    found.remedy = near ? "did you mean " + *near + "?" : "check the path";
  } else if (error == EACCES) {
    found.remedy = "ask for permission to read it, or run as a user who may";
  }
  return found;
}

expected<std::unique_ptr<descriptor_bytes>, problem> open_descriptor(std::string const& path,
                                                                     std::stop_token const& stop) {
  if (path == "-") {
    return std::make_unique<descriptor_bytes>(STDIN_FILENO, false, "standard input", 0, stop);
  }
  // Without O_NONBLOCK the opening of a FIFO would wait for its writer, deaf to any stop.
  int const descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
  if (descriptor < 0) return unexpected{cannot_open(path, errno)};
  struct stat about {};
  bool const known = ::fstat(descriptor, &about) == 0;
  bool const regular = known && S_ISREG(about.st_mode);
  auto opened = std::make_unique<descriptor_bytes>(
      descriptor, true, path, regular ? static_cast<std::uint64_t>(about.st_size) : 0, stop);
  if (known && S_ISDIR(about.st_mode)) {
    return unexpected{problem{{path}, "is a directory", "name a file in it: " + path + "/FILE"}};
  }
  return opened;
}

}  // namespace

expected<std::unique_ptr<byte_source>, problem> open_bytes(std::string const& path,
                                                           std::stop_token const& stop) {
  auto opened = open_descriptor(path, stop);
  if (!opened) return unexpected{opened.error()};
  auto const start = (*opened)->peek();
  if (!start) return unexpected{start.error()};
  if (*start != "\x1f\x8b") return std::move(*opened);
  return unpack_gzip(std::move(*opened), path == "-" ? "standard input" : path);
}

}  // namespace holdfast
