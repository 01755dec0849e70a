#include <holdfast/holdfast.hpp>

#include <cstdio>
#include <string>

namespace {

void log(std::string const& line) { std::puts(line.c_str()); }

}  // namespace

int main() {
  holdfast::secret const password{"correct horse battery"};
  holdfast::keep_secret(password.reveal());  // once, where it is loaded

  // Everywhere that a text leaves the process:
  log(holdfast::redacted("can't connect with 'correct horse battery' to db"));
  log(holdfast::redacted("can't parse postgres://svc:hunter2@db/orders"));
  log(holdfast::redacted("request took 12 ms"));
}
