#include "holdfast/telemetry/log_file.hpp"

#include "holdfast/telemetry/event_log.hpp"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include <gtest/gtest.h>

namespace holdfast {
namespace {

TEST(LogFile, LinesAreAppendedToTheFile) {
  std::string pattern = (std::filesystem::temp_directory_path() / "holdfast-XXXXXX").string();
  std::string const folder = ::mkdtemp(pattern.data());
  std::string const path = folder + "/log";
  for (int i = 0; i < 2; ++i) {
    auto sink = open_log(path);
    ASSERT_TRUE(sink);
    event_log log{{}, *sink};
    log.tell(log_level::info, "started");
  }

  std::ifstream file{path};
  std::string const text{std::istreambuf_iterator<char>{file}, {}};
  std::filesystem::remove_all(folder);

  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 2) << text;
}

TEST(LogFile, AFileThatCantBeOpenedIsAProblem) {
  auto const sink = open_log("/proc/none/log");

  ASSERT_FALSE(sink);
  EXPECT_EQ(sink.error().where.source, "/proc/none/log");
}

}  // namespace
}  // namespace holdfast
