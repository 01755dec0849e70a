// What holds for an operation is read from a text, and a guard is made of it.

#include <holdfast/holdfast.hpp>
#include <holdfast/manage/resilience_file.hpp>
#include <holdfast/manage/worst_case.hpp>

#include <cstdio>
#include <system_error>

namespace {

constexpr char const* text = R"(
defaults:
  attempt_timeout: 2s
operations:
  chembl.*:
    retry: {max_attempts: 4, initial_delay: 1ms, max_delay: 5ms, idempotent: true}
  chembl.page:
    retry: {max_attempts: 3}
)";

holdfast::guard guard_of(holdfast::resilience_file const& file, char const* name) {
  holdfast::operation_options options = file.settings_for(name).policies;
  options.name = name;
  return holdfast::guard{options};
}

}  // namespace

int main() {
  // From a file: resilience_file::read("resilience.yaml").
  auto const file = holdfast::resilience_file::parse(text, "resilience.yaml");
  if (!file) {
    std::puts(holdfast::describe(file.error()).c_str());
    return 1;
  }
  for (char const* const name : {"chembl.page", "chembl.image"}) {
    auto const worst = holdfast::worst_case_of(file->settings_for(name));
    std::printf("%s: %d attempts at most\n", name, worst.attempts);
  }

  holdfast::guard const page = guard_of(*file, "chembl.page");
  int attempts = 0;
  try {
    page([&] {
      ++attempts;
      throw std::system_error{std::make_error_code(std::errc::connection_refused)};
    });
  } catch (std::system_error const& last) {
    std::printf("%s after %d attempts\n", last.what(), attempts);
  }
}
