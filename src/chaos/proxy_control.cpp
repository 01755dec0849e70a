#include "proxy_control.hpp"

#include "holdfast/config/load.hpp"

#include <charconv>
#include <optional>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <nlohmann/json.hpp>

// g++ 12 sees Asio's operator new for coroutine frames inlined and its operator delete not.
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"

namespace holdfast {

/// What POST /faults takes: a plan's faults.
struct fault_list {
  std::vector<proxy_fault> faults{};
};

template <>
struct fields_of<fault_list> {
  static constexpr std::array<std::string_view, 1> required{"faults"};
  static constexpr auto table = std::tuple{field("faults", &fault_list::faults, "to be added")};
};

namespace {

using json = nlohmann::ordered_json;
namespace asio = boost::asio;
namespace http = boost::beast::http;

constexpr auto as_values = asio::as_tuple(asio::use_awaitable);
constexpr std::size_t body_limit = std::size_t{1} << 20U;
constexpr auto idle_limit = std::chrono::seconds{30};

control_answer refuse(int status, std::string const& why) {
  return {status, json{{"error_message", why}}.dump()};
}

control_answer refuse(problems const& found) {
  json list = json::array();
  for (problem const& each : found) {
    list.push_back({{"line", each.where.line},
                    {"column", each.where.column},
                    {"what", each.what},
                    {"remedy", each.remedy}});
  }
  json const answer{{"error_message", "nothing was changed"}, {"problems", list}};
  return {400, answer.dump(-1, ' ', false, json::error_handler_t::replace)};
}

/// The value of a parameter, or nothing.
std::optional<std::string_view> parameter(std::string_view query, std::string_view name) {
  while (!query.empty()) {
    std::string_view const part = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(part.size() + 1, query.size()));
    auto const equals = part.find('=');
    if (equals != std::string_view::npos && part.substr(0, equals) == name) {
      return part.substr(equals + 1);
    }
  }
  return std::nullopt;
}

control_answer add_faults(std::string_view body, proxy_controls& controls) {
  auto faults = parse_faults(body);
  if (!faults) return refuse(faults.error());
  auto const ids = controls.add(std::move(*faults));
  if (!ids) return refuse(ids.error());
  return {200, json{{"added", *ids}}.dump()};
}

control_answer end_all(std::string_view query, proxy_controls& controls) {
  using kinds = proxy_fault_kind;
  auto const how = enum_value<kinds>(parameter(query, "how").value_or("cut"));
  bool const ends = how == kinds::cut || how == kinds::reset || how == kinds::half_open;
  if (!ends) return refuse(400, "how is cut, reset or half_open");
  std::string_view const usual = how == kinds::half_open ? "none" : "both";
  auto const closes = enum_value<proxy_sides>(parameter(query, "closes").value_or(usual));
  if (!closes) return refuse(400, "closes is none, client, server or both");
  return {200, json{{"cut", controls.end_all(*how, *closes)}}.dump()};
}

control_answer remove_fault(std::string_view digits, proxy_controls& controls) {
  std::uint64_t id = 0;
  auto const [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), id);
  bool const is_number = error == std::errc{} && end == digits.data() + digits.size();
  if (!is_number || !controls.remove(id)) return refuse(404, "there is no such fault");
  return {200, json{{"cleared", 1}}.dump()};
}

}  // namespace

expected<std::vector<proxy_fault>, problems> parse_faults(std::string_view text) {
  auto tree = parse_yaml(text, "faults");
  if (!tree) return unexpected{tree.error()};
  auto list = load_from<fault_list>(*tree);
  if (!list) return unexpected{list.error()};
  return std::move(list->faults);
}

control_answer answer_control(std::string_view method, std::string_view target,
                              std::string_view body, proxy_controls& controls) {
  constexpr std::string_view one_fault = "/faults/";
  auto const question = std::min(target.find('?'), target.size());
  std::string_view const path = target.substr(0, question);
  std::string_view const query = target.substr(std::min(question + 1, target.size()));
  if (path == "/stats") {
    if (method == "GET") return {200, to_json(controls.stats())};
    return refuse(405, "only GET");
  }
  if (path == "/faults") {
    if (method == "POST") return add_faults(body, controls);
    if (method == "DELETE") return {200, json{{"cleared", controls.clear()}}.dump()};
    return refuse(405, "only POST and DELETE; GET /stats tells which faults are in force");
  }
  if (path.starts_with(one_fault)) {
    if (method == "DELETE") return remove_fault(path.substr(one_fault.size()), controls);
    return refuse(405, "only DELETE");
  }
  if (path == "/cut") {
    if (method == "POST") return end_all(query, controls);
    return refuse(405, "only POST");
  }
  return refuse(404, "there are /stats, /faults and /cut");
}

asio::awaitable<void> serve_control(boost::beast::tcp_stream stream, proxy_controls& controls) {
  boost::beast::flat_buffer buffer{body_limit + (std::size_t{16} << 10U)};
  for (;;) {
    http::request_parser<http::string_body> parser;
    parser.body_limit(body_limit);
    stream.expires_after(idle_limit);
    auto const [error, size] = co_await http::async_read(stream, buffer, parser, as_values);
    if (error) break;
    auto const& request = parser.get();
    std::string const method{request.method_string()};
    std::string const target{request.target()};
    control_answer answer = answer_control(method, target, request.body(), controls);
    http::response<http::string_body> response{static_cast<http::status>(answer.status), 11};
    response.set(http::field::content_type, "application/json");
    response.keep_alive(request.keep_alive());
    response.body() = std::move(answer.json) + "\n";
    response.prepare_payload();
    stream.expires_after(idle_limit);
    auto const [failed, written] = co_await http::async_write(stream, response, as_values);
    if (failed || !response.keep_alive()) break;
  }
  boost::system::error_code ignored;
  stream.socket().shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
}

}  // namespace holdfast
