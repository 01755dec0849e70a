#pragma once

#include "holdfast/drive/manual_time.hpp"
#include "holdfast/manage/manager.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <ranges>
#include <string>
#include <string_view>
#include <vector>

#include <unistd.h>

namespace holdfast {

using outcome = expected<int, failure>;

[[nodiscard]] inline outcome fails() {
  return unexpected<failure>{
      {.category = category::transient, .advice = advice::after_backoff, .text = "busy"}};
}
[[nodiscard]] inline outcome answers() { return 1; }

/// A folder with a resilience file, and managers of it without a thread, on a clock of their own.
class manager_bench {
 public:
  manager_bench() {
    std::string pattern = (std::filesystem::temp_directory_path() / "holdfast-XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
  }
  manager_bench(manager_bench const&) = delete;
  manager_bench& operator=(manager_bench const&) = delete;
  ~manager_bench() { std::filesystem::remove_all(folder_); }

  [[nodiscard]] std::string path(std::string_view name) const {
    return (std::filesystem::path{folder_} / name).string();
  }
  void write(std::string_view text) const { std::ofstream{path("r.yaml")} << text; }

  [[nodiscard]] manager_options options() {
    manager_options given;
    given.author = "test";
    given.around = {.time = &time, .seed = 1};
    given.has_thread = false;
    given.on_audit = [this](audit_record const& record) { told.push_back(record); };
    return given;
  }
  /// A manager of a file with this text.
  [[nodiscard]] manager managed(std::string_view text) {
    write(text);
    return manager{path("r.yaml"), options()};
  }

  /// What was told of a kind, the last one.
  [[nodiscard]] std::string last(audit_kind kind) const {
    for (audit_record const& each : std::views::reverse(told)) {
      if (each.kind == kind) return each.what;
    }
    return "nothing";
  }

  manual_time time;
  std::vector<audit_record> told;

 private:
  std::string folder_;
};

/// How many attempts a call makes that fails for ever.
[[nodiscard]] inline int attempts_of(guard const& one) {
  int made = 0;
  static_cast<void>(one([&] {
    ++made;
    return fails();
  }));
  return made;
}

}  // namespace holdfast
