#include "file_watch.hpp"

#include <array>
#include <filesystem>
#include <utility>

#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

namespace holdfast {
namespace {

std::string folder_of(std::string const& path) {
  std::string folder = std::filesystem::path{path}.parent_path().string();
  return folder.empty() ? "." : folder;
}

}  // namespace

file_watch::file_watch(std::string path)
    : path_{std::move(path)}, watched_{::inotify_init1(IN_NONBLOCK | IN_CLOEXEC)}, last_{look()} {
  constexpr std::uint32_t news = IN_CLOSE_WRITE | IN_MOVED_TO | IN_CREATE | IN_ATTRIB;
  if (watched_ < 0) return;
  if (::inotify_add_watch(watched_, folder_of(path_).c_str(), news) < 0) {
    ::close(std::exchange(watched_, -1));
  }
}

file_watch::~file_watch() {
  if (watched_ >= 0) ::close(watched_);
}

bool file_watch::has_changed() {
  drain();
  identity const now = look();
  // Between the removal of the old file and the coming of the new one there is none.
  if (now == identity{} || now == last_) return false;
  last_ = now;
  return true;
}

file_watch::identity file_watch::look() const noexcept {
  struct stat seen {};
  if (::stat(path_.c_str(), &seen) != 0) return {};
  constexpr std::int64_t second = 1'000'000'000;
  return {seen.st_dev, seen.st_ino, seen.st_size,
          static_cast<std::int64_t>(seen.st_mtim.tv_sec) * second + seen.st_mtim.tv_nsec};
}

void file_watch::drain() const noexcept {
  constexpr std::size_t events = 4096;
  std::array<char, events> read{};
  while (watched_ >= 0 && ::read(watched_, read.data(), read.size()) > 0) {
  }
}

}  // namespace holdfast
