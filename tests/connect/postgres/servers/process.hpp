#pragma once

#include <string>
#include <vector>

#include <sys/types.h>

namespace postgres_tests {

/// A program that a test has started, ended with its object. Where the test is root it runs as the
/// user postgres, since that server refuses to be root.
class process {
 public:
  /// @param output file that takes what it prints; nothing where empty
  process(std::vector<std::string> const& command, std::string const& output);
  process(process const&) = delete;
  process& operator=(process const&) = delete;
  ~process();

  [[nodiscard]] pid_t id() const noexcept { return id_; }
  /// Its children, at this moment.
  [[nodiscard]] std::vector<pid_t> children() const;
  void signal(int number) const noexcept;
  /// Waits for its end. @return its exit code, or 128 and the signal
  int wait();

 private:
  pid_t id_ = 0;
};

/// Runs a program to its end. @return its exit code
int run(std::vector<std::string> const& command, std::string const& output = "");

/// A folder that is gone with its object, owned by the user that servers run as.
class folder {
 public:
  folder();
  folder(folder const&) = delete;
  folder& operator=(folder const&) = delete;
  ~folder();
  [[nodiscard]] std::string const& path() const noexcept { return path_; }

 private:
  std::string path_;
};

/// A port of loopback on which nobody listens.
[[nodiscard]] int free_port();

}  // namespace postgres_tests
