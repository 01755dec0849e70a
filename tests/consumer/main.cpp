// A program outside of Holdfast: the third attempt succeeds, and nobody waits for it.
#include <holdfast/holdfast.hpp>

#include <cstdlib>
#include <iostream>
#include <stdexcept>

int main() {
  using namespace std::chrono_literals;
  holdfast::guard guard{"consumer", holdfast::retry{.initial_delay = 1ms, .idempotent = true}};
  int calls = 0;

  int const answer = guard([&] {
    if (++calls < 3) throw std::runtime_error{"not yet"};
    return 42;
  });

  std::cout << "holdfast " << holdfast::version_text << ": " << answer << " after " << calls
            << " attempts\n";
  return answer == 42 && calls == 3 ? EXIT_SUCCESS : EXIT_FAILURE;
}
