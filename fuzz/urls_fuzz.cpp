// Any bytes as a URL, the name of a parameter, and a field of a request: what is put into a query
// is found in it again, nothing that could be a secret is shown, and no field smuggles in another.

#include "holdfast/base/contract.hpp"
#include "holdfast/connect/http/header.hpp"
#include "holdfast/connect/http/url.hpp"
#include "target.hpp"

#include <algorithm>
#include <string>

namespace {

using namespace holdfast;

/// The text up to the next NUL, taken from the front of `rest`.
std::string_view take(std::string_view& rest) {
  std::size_t const end = std::min(rest.find('\0'), rest.size());
  std::string_view const taken = rest.substr(0, end);
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return taken;
}

void check_shown(std::string_view url) {
  std::string const shown = http::redacted_url(url);
  if (!http::is_http_url(url)) {
    expects(shown == "(no URL)", "a text that is no URL is not shown");
    expects(!http::is_https_url(url) && !http::is_loopback(url), "nor is anything known of it");
    return;
  }
  expects(shown.find_first_of("?#") == std::string::npos, "a URL is shown without its query");
  std::string_view const host = std::string_view{shown}.substr(shown.find("://") + 3);
  expects(host.substr(0, host.find('/')).find('@') == std::string_view::npos,
          "a URL is shown without user and password");
  expects(http::is_http_url(shown), "what is shown of a URL is one");
  expects(http::redacted_url(shown) == shown, "shown twice it is the same");
  expects(http::is_https_url(shown) == http::is_https_url(url), "its scheme stays");
  expects(http::is_loopback(shown) == http::is_loopback(url), "and so does its host");
}

void check_query(std::string_view url, std::string_view name, std::uint64_t value) {
  if (name.empty() || name.find_first_of("=&#?") != std::string_view::npos) return;
  std::string const with = http::with_query_number(url, name, value);
  expects(http::query_number(with, name) == value, "what was put into a query is found there");
  expects(http::with_query_number(with, name, value) == with, "to put it there twice is the same");
  std::string const without = http::without_query_part(with, name);
  expects(!http::query_number(without, name), "what was taken out is gone");
  expects(http::without_query_part(url, name) == without, "and nothing else is");
  expects(without.find('#') == std::string::npos, "the fragment is dropped");
  expects(with.size() <= url.size() + name.size() + 24, "a URL grows by the parameter alone");
}

bool is_token(std::string_view name) {
  constexpr std::string_view allowed =
      "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
  return !name.empty() && name.find_first_not_of(allowed) == std::string_view::npos;
}

/// How many fields a naive reader sees in what would be sent.
std::ptrdiff_t fields_seen(http::header const& field) {
  std::string const sent = field.name + ": " + field.value + "\r\n";
  return std::ranges::count_if(sent, [](char c) { return c == '\r' || c == '\n' || c == '\0'; });
}

void check_field(std::string_view name, std::string_view value) {
  http::header const field{std::string{name}, std::string{value}};
  bool const sendable = http::is_sendable(field);
  expects(sendable == (is_token(name) && fields_seen(field) == 2), "a sent field is one field");
  std::vector<http::header> const all{{"X-First", "1"}, field};
  expects(http::find_header(all, name) == value, "a field is found by its name");
}

}  // namespace

/// A URL, the name of a parameter, the name of a field and its value, with a NUL between; the
/// value's length is the number that goes into the query.
extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  std::string_view rest{reinterpret_cast<char const*>(data), size};
  std::string_view const url = take(rest);
  std::string_view const parameter = take(rest);
  std::string_view const name = take(rest);
  check_shown(url);
  check_query(url, parameter, std::uint64_t{rest.size()} * 1'000'003);
  check_field(name, rest);
  return 0;
}
