// Asks a web API: retried where that is safe, left alone while it is down, never for longer than
// two seconds at a time.

#include <holdfast/connect/http/client.hpp>
#include <holdfast/holdfast.hpp>

#include <cstdio>
#include <string>

int main(int count, char** arguments) {
  using namespace std::chrono_literals;
  std::string const url = count > 1 ? arguments[1] : "http://127.0.0.1:1/";  // nobody is there

  holdfast::http::client client;
  holdfast::guard const page{"kelp.page", holdfast::retry{.initial_delay = 10ms},
                             holdfast::breaker{}, holdfast::attempt_timeout{2s}};
  auto const answer = page([&](holdfast::attempt const& a) { return client.get(url, a); });

  std::puts(answer ? answer->body.c_str() : holdfast::describe(answer.error()).c_str());
}
