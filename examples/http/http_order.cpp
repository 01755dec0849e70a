// Sends an order: a POST that has a key is repeated like a GET, and what comes back must be JSON.

#include <holdfast/connect/http/client.hpp>
#include <holdfast/holdfast.hpp>

#include <cstdio>
#include <string>

int main(int count, char** arguments) {
  using namespace std::chrono_literals;
  holdfast::http::request const order{
      .url = count > 1 ? arguments[1] : "http://127.0.0.1:1/orders",  // nobody is there
      .method = "POST",
      .headers = {{"Content-Type", "application/json"}, {"Idempotency-Key", "order-7f3a"}},
      .body = R"({"kelp": 3})",
      .expects = holdfast::http::expects::json};

  holdfast::http::client client{{.max_body = holdfast::byte_count{100'000}, .max_redirects = 0}};
  holdfast::guard const send{"orders.send", holdfast::retry{.initial_delay = 10ms},
                             holdfast::attempt_timeout{2s}};
  holdfast::failure_context context;
  auto const taken = send.with({.correlation_id = "order-7f3a", .context = &context})(
      [&](holdfast::attempt const& a) { return client.send(order, a); });

  if (taken) {
    std::puts(taken->body.c_str());
  } else {
    bool const may_have_arrived = context.how_far == holdfast::phase::sent;
    std::printf("not taken; %s\n", may_have_arrived ? "look whether it arrived" : "never sent");
  }
}
