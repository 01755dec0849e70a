#include "serve/process_metrics.hpp"

#include "holdfast/version.hpp"

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include <unistd.h>

namespace holdfast {
namespace {

/// The fields of /proc/self/stat behind the name of the program, which may hold anything: the first
/// of them is number 3 of proc(5).
[[nodiscard]] std::vector<std::string> fields_of_stat() {
  std::ifstream file{"/proc/self/stat"};
  std::string const text{std::istreambuf_iterator<char>{file}, {}};
  auto const end_of_name = text.rfind(')');
  if (end_of_name == std::string::npos) return {};
  std::istringstream rest{text.substr(end_of_name + 1)};
  return {std::istream_iterator<std::string>{rest}, {}};
}

/// Seconds since 1970 at which the system started.
[[nodiscard]] std::optional<double> boot_time() {
  std::ifstream file{"/proc/stat"};
  std::string word;
  while (file >> word) {
    double seconds = 0;
    if (word == "btime" && file >> seconds) return seconds;
  }
  return std::nullopt;
}

[[nodiscard]] std::optional<std::uint64_t> open_descriptors() {
  std::error_code error;
  std::filesystem::directory_iterator const all{"/proc/self/fd", error};
  if (error) return std::nullopt;
  return static_cast<std::uint64_t>(std::distance(begin(all), end(all)));
}

void write_number(metric_writer& to, std::string_view name, metric_type type, std::string_view help,
                  double value) {
  to.begin(name, type, help);
  to.value({}, value);
}

}  // namespace

void write_process_metrics(metric_writer& to) {
  constexpr std::size_t user_ticks = 14 - 3;
  constexpr std::size_t system_ticks = 15 - 3;
  constexpr std::size_t started_at = 22 - 3;
  constexpr std::size_t resident_pages = 24 - 3;
  to.begin("holdfast_build_info", metric_type::gauge, "1, with the version of Holdfast.");
  to.value({{"version", version_text}}, std::uint64_t{1});
  if (auto const count = open_descriptors()) {
    to.begin("process_open_fds", metric_type::gauge, "Open file descriptors.");
    to.value({}, *count);
  }
  std::vector<std::string> const fields = fields_of_stat();
  if (fields.size() <= resident_pages) return;
  auto const ticks = static_cast<double>(::sysconf(_SC_CLK_TCK));
  auto const number = [&](std::size_t at) { return std::stod(fields[at]); };
  write_number(to, "process_cpu_seconds_total", metric_type::counter,
               "Processor time of user and system.",
               (number(user_ticks) + number(system_ticks)) / ticks);
  write_number(to, "process_resident_memory_bytes", metric_type::gauge, "Resident memory.",
               number(resident_pages) * static_cast<double>(::sysconf(_SC_PAGESIZE)));
  if (auto const booted = boot_time()) {
    write_number(to, "process_start_time_seconds", metric_type::gauge,
                 "Start of the process, in seconds since 1970.",
                 *booted + number(started_at) / ticks);
  }
}

}  // namespace holdfast
