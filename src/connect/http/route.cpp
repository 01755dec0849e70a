#include "connect/http/route.hpp"

#include "holdfast/connect/http/url.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace holdfast::http {
namespace {

constexpr std::array<std::string_view, 10> impersonal{
    "Accept",        "Accept-Charset",    "Accept-Encoding", "Accept-Language", "Cache-Control",
    "If-None-Match", "If-Modified-Since", "If-Range",        "Range",           "User-Agent"};

bool is_impersonal(header const& field) {
  return std::ranges::any_of(
      impersonal, [&field](std::string_view name) { return is_same_name(field.name, name); });
}

bool is_redirect(int status) {
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

}  // namespace

way route::on_answer(response const& seen) {
  bool const only_asks =
      (wanted_->method == "GET" || wanted_->method == "HEAD") && wanted_->body.empty();
  auto const location = find_header(seen.headers, "Location");
  if (!only_asks || left_ == none || !is_redirect(seen.status) || !location) return way::arrived;
  auto const next = resolved_url(url_, *location);
  if (!next || (is_https_url(url_) && !is_https_url(*next))) return way::forbidden;
  if (left_ == 0) return way::too_far;
  --left_;
  left_origin_ = left_origin_ || !is_same_origin(url_, *next);
  url_ = *next;
  return way::further;
}

std::vector<header> route::headers() const {
  std::vector<header> fields = wanted_->headers;
  if (left_origin_) std::erase_if(fields, [](header const& each) { return !is_impersonal(each); });
  bool const wants_json = wanted_->expects == expects::json && !find_header(fields, "Accept");
  if (wants_json) fields.push_back({"Accept", "application/json"});
  return fields;
}

}  // namespace holdfast::http
