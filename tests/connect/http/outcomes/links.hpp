#pragma once

#include "connect/http/outcomes/outcome.hpp"

#include <chrono>
#include <cstdlib>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

namespace holdfast::testing {

inline instant from_now(std::chrono::milliseconds span) {
  return std::chrono::steady_clock::now() + span;
}

inline std::string closed_url() { return "http://127.0.0.1:" + std::to_string(closed_port()); }

inline outcome stopped_while_awaited() {
  scripted_server const server{std::vector<scripted_answer>{{"", then::hold}}};
  std::stop_source source;
  std::jthread const stopper{[&] {
    while (server.requests().empty()) std::this_thread::yield();
    source.request_stop();
  }};
  return sent({.url = server.url(), .stop = source.get_token()});
}

inline outcome stopped_before() {
  std::stop_source source;
  source.request_stop();
  return sent({.url = closed_url(), .stop = source.get_token()});
}

inline outcome asked_of_no_name() {
  setenv("RES_OPTIONS", "timeout:1 attempts:1", 1);
  return sent({.url = "http://holdfast.invalid/"});
}

/// A request on a connection that the server gave up after the one before.
inline outcome asked_on_a_dead_connection(http::request second) {
  using namespace std::chrono_literals;
  bool first = true;
  scripted_server const server{[&first](std::string const&) -> scripted_answer {
    return {answer("200 OK", "x"), std::exchange(first, false) ? then::close : then::keep};
  }};
  either_client by;
  if (!by.send({.url = server.url()})) std::abort();
  std::this_thread::sleep_for(20ms);
  second.url = server.url();
  return sent(std::move(second), std::move(by));
}

/// A server that hangs up on the second request without an answer, as one does that gives up a kept
/// connection just then.
inline outcome asked_as_the_connection_ends(http::request second) {
  int requests = 0;
  scripted_server const server{[&requests](std::string const&) -> scripted_answer {
    if (++requests == 2) return {"", then::close};
    return {answer("200 OK", "x")};
  }};
  either_client by;
  if (!by.send({.url = server.url()})) std::abort();
  second.url = server.url();
  return sent(std::move(second), std::move(by));
}

inline outcome answered_late() {
  using namespace std::chrono_literals;
  scripted_server const server{[](std::string const&) -> scripted_answer {
    std::this_thread::sleep_for(600ms);
    return {answer("200 OK", "x")};
  }};
  return sent({.url = server.url(), .deadline = from_now(300ms)});
}

inline outcome dripped() {
  using namespace std::chrono_literals;
  return asked({"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n", then::drip}, {},
               {.stall_timeout = 1s, .least_speed = {100}});
}

inline std::vector<condition> conditions_of_time() {
  using namespace std::chrono_literals;
  std::string const begun = "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort";
  return {
      {"nobody listens on the port", [] { return sent({.url = closed_url()}); }},
      {"nobody listens on the port, POST",
       [] { return sent({.url = closed_url(), .method = "POST", .body = "pay"}); }},
      {"the name does not exist", &asked_of_no_name},
      {"accepted and never answered, until the deadline",
       [] {
         return asked({"", then::hold}, {.url = {}, .deadline = from_now(300ms)});
       }},
      {"accepted and never answered, until the deadline, POST",
       [] {
         http::request wanted = post();
         wanted.deadline = from_now(300ms);
         return asked({"", then::hold}, wanted);
       }},
      {"answered after the deadline", &answered_late},
      {"the body stops coming, until the deadline",
       [begun] {
         return asked({begun, then::hold}, {.url = {}, .deadline = from_now(300ms)});
       }},
      {"the body drips, until the stall limit", &dripped},
      {"the deadline passed before the request",
       [] { return sent({.url = closed_url(), .deadline = from_now(-1ms)}); }},
      {"stopped by the caller while the answer was awaited", &stopped_while_awaited},
      {"stopped by the caller before the request", &stopped_before},
  };
}

inline std::vector<condition> conditions_of_links() {
  std::string const begun = "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort";
  std::string const chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
  scripted_answer const resets{"", then::reset};
  return {
      {"reset before the headers", [=] { return asked(resets); }},
      {"reset before the headers, POST", [=] { return asked(resets, post()); }},
      {"reset before the headers, POST with a key", [=] { return asked(resets, keyed_post()); }},
      {"hung up before the headers", [=] { return cut_after(""); }},
      {"hung up before the headers, POST", [=] { return cut_after("", post()); }},
      {"hung up within the headers", [] { return cut_after("HTTP/1.1 200 OK\r\nContent-Le"); }},
      {"reset in the body",
       [begun] {
         return asked({begun, then::reset});
       }},
      {"a body shorter than its Content-Length", [begun] { return cut_after(begun); }},
      {"a body shorter than its Content-Length, POST",
       [begun] { return cut_after(begun, post()); }},
      {"a chunked body cut", [chunked] { return cut_after(chunked + "5\r\nsho"); }},
      {"a chunk whose size is no number",
       [chunked] { return cut_after(chunked + "kelp\r\nshort\r\n"); }},
      {"a kept connection was closed before the request",
       [] { return asked_on_a_dead_connection({}); }},
      {"a kept connection was closed before the request, POST",
       [] { return asked_on_a_dead_connection(post()); }},
      {"a kept connection ends under the request", [] { return asked_as_the_connection_ends({}); }},
      {"a kept connection ends under the request, POST",
       [] { return asked_as_the_connection_ends(post()); }},
  };
}

}  // namespace holdfast::testing
