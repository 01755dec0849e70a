#include "holdfast/state/damaged_files.hpp"

#include "holdfast/state/file_failure.hpp"
#include "holdfast/state/state_limits.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <system_error>
#include <vector>

namespace holdfast {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view ending = ".damaged-";

std::optional<std::uint32_t> number_in(std::string_view digits) {
  std::uint32_t number = 0;
  auto const read = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (read.ec != std::errc{} || read.ptr != digits.data() + digits.size()) return std::nullopt;
  return number;
}

/// The numbers of those that lie there, ascending.
std::vector<std::uint32_t> numbers_beside(fs::path const& path) {
  std::string const start = path.filename().string().append(ending);
  std::vector<std::uint32_t> numbers;
  std::error_code failed;
  fs::path const folder = path.has_parent_path() ? path.parent_path() : fs::path{"."};
  for (fs::directory_iterator each{folder, failed}, end; !failed && each != end;
       each.increment(failed)) {
    std::string const name = each->path().filename().string();
    if (!name.starts_with(start)) continue;
    if (auto const number = number_in(std::string_view{name}.substr(start.size()))) {
      numbers.push_back(*number);
    }
  }
  std::sort(numbers.begin(), numbers.end());
  return numbers;
}

std::string aside(std::string const& path, std::uint32_t number) {
  return path + std::string{ending} + std::to_string(number);
}

void remove_with(std::string const& path, std::span<std::string_view const> companions) {
  std::error_code ignored;
  fs::remove(path, ignored);
  for (std::string_view const each : companions) {
    fs::remove(path + std::string{each}, ignored);
  }
}

}  // namespace

expected<std::string, failure> set_file_aside(std::string const& path,
                                              std::span<std::string_view const> companions) {
  std::vector<std::uint32_t> const there = numbers_beside(path);
  std::string const target = aside(path, there.empty() ? 1 : there.back() + 1);
  for (std::string_view const each : companions) {
    std::error_code failed;
    std::string const companion = path + std::string{each};
    if (fs::exists(companion, failed)) fs::rename(companion, target + std::string{each}, failed);
    if (failed) return unexpected{file_failure(failed.value(), "rename", companion)};
  }
  std::error_code failed;
  fs::rename(path, target, failed);
  if (failed) return unexpected{file_failure(failed.value(), "rename", path)};
  for (std::size_t i = 0; i + most_set_aside - 1 < there.size(); ++i) {
    remove_with(aside(path, there[i]), companions);
  }
  return target;
}

}  // namespace holdfast
