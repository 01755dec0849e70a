#include "holdfast/connect/http/url.hpp"

#include <charconv>
#include <memory>

#include <curl/curl.h>

namespace holdfast::http {
namespace {

struct url_deleter {
  void operator()(CURLU* url) const noexcept { curl_url_cleanup(url); }
};
using url_handle = std::unique_ptr<CURLU, url_deleter>;

constexpr std::string_view what_ends_text{"\0", 1};

bool set_part(CURLU* url, CURLUPart part, std::string_view text, unsigned flags = 0) {
  if (text.find(what_ends_text) != std::string_view::npos) return false;
  return curl_url_set(url, part, std::string{text}.c_str(), flags) == CURLUE_OK;
}

std::string part_of(CURLU* url, CURLUPart part, unsigned flags = 0) {
  char* text = nullptr;
  if (curl_url_get(url, part, &text, flags) != CURLUE_OK) return {};
  std::string copy{text};
  curl_free(text);
  return copy;
}

bool is_http(CURLU* url) {
  std::string const scheme = part_of(url, CURLUPART_SCHEME);
  return (scheme == "http" || scheme == "https") && !part_of(url, CURLUPART_HOST).empty();
}

/// Null where the text is no http or https URL.
url_handle parsed(std::string_view text) {
  url_handle url{curl_url()};
  if (!url || !set_part(url.get(), CURLUPART_URL, text) || !is_http(url.get())) return nullptr;
  return url;
}

std::string lower(std::string text) {
  for (char& c : text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
  }
  return text;
}

/// Scheme, host and port, the usual ones written out.
std::string origin_of(CURLU* url) {
  return part_of(url, CURLUPART_SCHEME) + "://" + lower(part_of(url, CURLUPART_HOST)) + ":" +
         part_of(url, CURLUPART_PORT, CURLU_DEFAULT_PORT);
}

/// Takes over what `base` logs in with, where the URL brings nothing of its own.
void take_login(CURLU* url, CURLU* base) {
  if (!part_of(url, CURLUPART_USER).empty()) return;
  for (auto const part : {CURLUPART_USER, CURLUPART_PASSWORD}) {
    std::string const text = part_of(base, part);
    if (!text.empty()) set_part(url, part, text);
  }
}

/// A URL without its fragment, cut before and after the query's parameters.
struct split_url {
  std::string_view before;  // with the '?' where there is a query
  std::string_view query;
};

split_url split(std::string_view url) {
  url = url.substr(0, url.find('#'));
  auto const mark = url.find('?');
  if (mark == std::string_view::npos) return {url, {}};
  return {url.substr(0, mark), url.substr(mark + 1)};
}

/// The first parameter of a query; the rest is left in it.
std::string_view take_parameter(std::string_view& query) {
  auto const end = query.find('&');
  std::string_view const taken = query.substr(0, end);
  query.remove_prefix(end == std::string_view::npos ? query.size() : end + 1);
  return taken;
}

bool is_named(std::string_view parameter, std::string_view name) {
  return parameter.substr(0, parameter.find('=')) == name;
}

}  // namespace

bool is_http_url(std::string_view url) { return parsed(url) != nullptr; }

bool is_https_url(std::string_view url) {
  url_handle const known = parsed(url);
  return known && part_of(known.get(), CURLUPART_SCHEME) == "https";
}

std::string redacted_url(std::string_view url) {
  url_handle const known = parsed(url);
  if (!known) return "(no URL)";
  for (auto const secret : {CURLUPART_USER, CURLUPART_PASSWORD, CURLUPART_OPTIONS, CURLUPART_QUERY,
                            CURLUPART_FRAGMENT}) {
    curl_url_set(known.get(), secret, nullptr, 0);
  }
  return part_of(known.get(), CURLUPART_URL);
}

bool is_loopback(std::string_view url) {
  url_handle const known = parsed(url);
  if (!known) return false;
  std::string const host = lower(part_of(known.get(), CURLUPART_HOST));
  bool const of_127 =
      host.starts_with("127.") && host.find_first_not_of("0123456789.") == std::string::npos;
  return host == "localhost" || host == "[::1]" || of_127;
}

bool is_same_origin(std::string_view a, std::string_view b) {
  url_handle const one = parsed(a);
  url_handle const other = parsed(b);
  return one && other && origin_of(one.get()) == origin_of(other.get());
}

std::optional<std::string> resolved_url(std::string_view base, std::string_view reference) {
  url_handle const from = parsed(base);
  url_handle const to = parsed(base);
  bool const read = from && to && !reference.empty() &&
                    set_part(to.get(), CURLUPART_URL, reference, CURLU_URLENCODE);
  if (!read || !is_http(to.get())) return std::nullopt;
  if (origin_of(from.get()) == origin_of(to.get())) take_login(to.get(), from.get());
  return part_of(to.get(), CURLUPART_URL);
}

std::optional<std::uint64_t> query_number(std::string_view url, std::string_view name) {
  std::string_view query = split(url).query;
  while (!query.empty()) {
    std::string_view const parameter = take_parameter(query);
    if (!is_named(parameter, name) || parameter.size() < name.size() + 2) continue;
    std::string_view const digits = parameter.substr(name.size() + 1);
    std::uint64_t number = 0;
    auto const [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    bool const whole = error == std::errc{} && end == digits.data() + digits.size();
    if (whole && digits.size() <= 18) return number;
  }
  return std::nullopt;
}

std::string without_query_part(std::string_view url, std::string_view name) {
  auto [before, query] = split(url);
  std::string parameters;
  while (!query.empty()) {
    std::string_view const parameter = take_parameter(query);
    if (parameter.empty() || is_named(parameter, name)) continue;
    parameters += parameters.empty() ? '?' : '&';
    parameters += parameter;
  }
  return std::string{before} + parameters;
}

std::string with_query_number(std::string_view url, std::string_view name, std::uint64_t value) {
  auto [before, query] = split(url);
  std::string const wanted = std::string{name} + "=" + std::to_string(value);
  std::string parameters;
  bool placed = false;
  while (!query.empty()) {
    std::string_view const parameter = take_parameter(query);
    bool const replaced = is_named(parameter, name);
    if (parameter.empty() || (replaced && placed)) continue;
    if (!parameters.empty()) parameters += '&';
    parameters += replaced ? wanted : parameter;
    placed = placed || replaced;
  }
  if (!placed) parameters += (parameters.empty() ? "" : "&") + wanted;
  return std::string{before} + "?" + parameters;
}

}  // namespace holdfast::http
