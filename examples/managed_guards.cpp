// Guards by name out of a file that changes while they are called. docs/manager.md quotes this.

#include <holdfast/manage/manager.hpp>

#include <cstdio>
#include <fstream>
#include <string>

int attempts_of(holdfast::guard const& page) {
  int made = 0;
  static_cast<void>(page([&]() -> holdfast::expected<int, holdfast::failure> {
    ++made;
    return holdfast::unexpected<holdfast::failure>{
        {.category = holdfast::category::transient, .advice = holdfast::advice::after_backoff}};
  }));
  return made;
}

void write(std::string const& attempts) {
  std::ofstream{"managed_guards.yaml"} << "operations:\n"
                                          "  chembl.page:\n"
                                          "    retry: {max_attempts: " +
                                              attempts +
                                              ", initial_delay: 1ms, idempotent: true}\n";
}

int main() {
  write("3");
  holdfast::manager manager{"managed_guards.yaml", {.has_thread = false}};
  holdfast::guard const page = manager.guard("chembl.page");  // resolved once
  std::printf("%d attempts\n", attempts_of(page));

  write("5");  // with its thread, a manager would notice by itself
  auto const done = manager.reload();
  std::printf("%s\n%d attempts\n", holdfast::describe(*done).c_str(), attempts_of(page));

  write("many");
  auto const refused = manager.reload();
  std::printf("%s\n%d attempts\n", holdfast::describe(refused.error()).c_str(), attempts_of(page));
}
