#include "state/state_file.hpp"

#include "holdfast/state/file_failure.hpp"
#include "holdfast/state/state_limits.hpp"
#include "state/open_file.hpp"

#include <cerrno>
#include <cstdio>
#include <filesystem>

#include <fcntl.h>
#include <unistd.h>

namespace holdfast {
namespace {

expected<void, failure> write_new(std::string const& path, std::string_view text) {
  auto const file = open_file::open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW);
  if (!file) return unexpected{file.error()};
  if (auto written = file->write_all(text); !written) return written;
  return file->sync();
}

/// Without it, a power cut may undo the rename.
expected<void, failure> sync_folder_of(std::string const& path) {
  auto const parent = std::filesystem::path{path}.parent_path();
  auto const folder =
      open_file::open(parent.empty() ? "." : parent.string(), O_RDONLY | O_DIRECTORY);
  if (!folder) return unexpected{folder.error()};
  return folder->sync();
}

failure too_large(std::string const& path) {
  failure seen = plain_failure(category::resource);
  seen.advice = advice::never;
  seen.text =
      std::string_view{"more than 64 MiB of state: keep it in SQLite, or forget some; " + path};
  return seen;
}

}  // namespace

expected<std::optional<std::string>, failure> read_state_file(std::string const& path) {
  // Not to hang where a pipe lies in its place.
  auto const file = open_file::open(path, O_RDONLY | O_NONBLOCK);
  if (!file && file.error().code.value == "ENOENT") return std::nullopt;
  if (!file) return unexpected{file.error()};
  auto text = file->read_all(most_file_bytes);
  if (!text) return unexpected{text.error()};
  return *std::move(text);
}

expected<void, failure> replace_state_file(std::string const& path, std::string_view text) {
  if (text.size() > most_file_bytes) return unexpected{too_large(path)};
  std::string const fresh = path + ".new";
  ::unlink(fresh.c_str());
  auto written = write_new(fresh, text);
  if (written && std::rename(fresh.c_str(), path.c_str()) != 0) {
    written = unexpected{file_failure(errno, "rename", fresh)};
  }
  if (written) return sync_folder_of(path);
  ::unlink(fresh.c_str());
  return written;
}

}  // namespace holdfast
