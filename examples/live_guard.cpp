// A guard whose policies are exchanged, without a file. docs/manager.md quotes this.

#include <holdfast/holdfast.hpp>

#include <cstdio>

int main() {
  holdfast::guard const page{"page", holdfast::retry{.max_attempts = 2}, holdfast::liveness::live};

  page.reconfigure({.retry = {.max_attempts = 5, .idempotent = true}});

  std::printf("%d attempts at most\n", page.policies().retry.max_attempts);
}
