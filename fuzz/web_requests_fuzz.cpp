// A request as its fields, a line each: method, target, host, origin, accept, authorization,
// content type; the rest is the body. Whatever it says, it is answered, an answer in JSON is JSON,
// and without the token nothing changes.

#include "holdfast/base/contract.hpp"
#include "holdfast/serve/monitor.hpp"
#include "serve/order_text.hpp"
#include "serve/responder.hpp"
#include "target.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include <nlohmann/json.hpp>

namespace {

using namespace holdfast;

std::string_view take_line(std::string_view& text) {
  auto const end = std::min(text.find('\n'), text.size());
  std::string_view const line = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return line;
}

/// What is asked, made once.
struct asked_system {
  asked_system() { seen.watch(page); }

  guard page{"import.page", breaker{}};
  monitor seen;
  server_options options{.token = "a token that no input holds"};
  responder answers{seen, options, [] { return wall_time{std::chrono::hours{1}}; }};
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  static asked_system system;
  std::string_view input{reinterpret_cast<char const*>(data), size};
  web_request asked;
  for (std::string_view* field : {&asked.method, &asked.target, &asked.host, &asked.origin,
                                  &asked.accept, &asked.authorization, &asked.content_type}) {
    *field = take_line(input);
  }
  asked.body = input;
  web_answer const answer = system.answers.answer(asked);
  constexpr std::array known{200U, 400U, 401U, 403U, 404U, 405U, 415U, 421U};
  expects(std::ranges::find(known, answer.status) != known.end(), "every request has its code");
  if (answer.content_type.find("json") != std::string_view::npos) {
    expects(nlohmann::json::accept(answer.body), "an answer in JSON is JSON");
  }
  bool const shows_token =
      asked.authorization.find(system.options.token) != std::string_view::npos;
  expects(shows_token || system.page.state() == breaker_state::closed,
          "without the token nothing changes");
  auto const order = understand_order("import.page", order_kind::open, input, wall_time{});
  expects(order || !order.error().empty(), "what is refused is told why");
  return 0;
}
