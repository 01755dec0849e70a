// A program outside of Holdfast: it may include public headers only.
#include <holdfast/base/failure.hpp>
#include <holdfast/version.hpp>

#include <iostream>

int main() {
  holdfast::failure seen;
  seen.text = "no answer";
  std::cout << "holdfast " << holdfast::version_text << ": " << holdfast::describe(seen) << "\n";
  return holdfast::describe(seen) == "(unknown): no answer" ? 0 : 1;
}
