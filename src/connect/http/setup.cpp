#include "connect/http/setup.hpp"

#include "connect/http/verdict.hpp"
#include "holdfast/connect/http/url.hpp"
#include "holdfast/version.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <new>
#include <string>
#include <vector>

namespace holdfast::http {
namespace {

std::size_t on_header(char* bytes, std::size_t size, std::size_t count, void* with) {
  auto const& running = *static_cast<conversation*>(with);
  bool const go_on = running.into->take_header_line({bytes, size * count});
  bool const spoilt = spoils_connection(running.into->answer().status);
  if (spoilt) curl_easy_setopt(running.easy, CURLOPT_FORBID_REUSE, 1L);
  return go_on ? size * count : 0;
}

std::size_t on_body(char* bytes, std::size_t size, std::size_t count, void* with) {
  bool const go_on = static_cast<conversation*>(with)->into->take_body({bytes, size * count});
  return go_on ? size * count : 0;
}

int on_ready(void* with, char* /*remote*/, char* /*local*/, int /*remote_port*/,
             int /*local_port*/) {
  static_cast<conversation*>(with)->ready = true;
  return CURL_PREREQFUNC_OK;
}

void append(header_list& list, std::string const& line) {
  curl_slist* const longer = curl_slist_append(list.get(), line.c_str());
  if (longer == nullptr) throw std::bad_alloc{};
  static_cast<void>(list.release());
  list.reset(longer);
}

header_list listed(std::vector<header> const& fields) {
  header_list list;
  for (auto const& field : fields) {
    // An empty value must be written with a semicolon, or libcurl leaves the field out.
    append(list, field.value.empty() ? field.name + ";" : field.name + ": " + field.value);
  }
  return list;
}

void set_method(CURL* easy, request const& wanted) {
  if (wanted.method == "HEAD") {
    curl_easy_setopt(easy, CURLOPT_NOBODY, 1L);
    return;
  }
  bool const brings_a_body =
      wanted.method == "POST" || wanted.method == "PUT" || wanted.method == "PATCH";
  if (!wanted.body.empty() || brings_a_body) {
    curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE,
                     static_cast<curl_off_t>(wanted.body.size()));
    curl_easy_setopt(easy, CURLOPT_POSTFIELDS, wanted.body.data());  // not copied
  }
  curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, wanted.method.c_str());
}

/// The fields to send, and what keeps libcurl from adding some of its own.
header_list fields_of(route const& led) {
  auto const fields = led.headers();
  header_list list = listed(fields);
  // Bodies are no web forms unless somebody says so.
  if (!find_header(fields, "Content-Type")) append(list, "Content-Type:");
  // A part of a packed body could not be unpacked.
  bool const whole = !find_header(fields, "Range");
  if (whole && !find_header(fields, "Accept-Encoding")) append(list, "Accept-Encoding: gzip");
  return list;
}

void set_security(CURL* easy, trust const& whom) {
  curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);  // `route` does
  curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 1L);
  curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 2L);
  curl_easy_setopt(easy, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  if (whom.ca_file.empty()) return;
  curl_easy_setopt(easy, CURLOPT_CAINFO, whom.ca_file.c_str());
  curl_easy_setopt(easy, CURLOPT_CAPATH, nullptr);
}

void set_times(CURL* easy, request const& wanted, limits const& bounds) {
  curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, at_least_one_ms(bounds.connect_timeout));
  if (wanted.deadline != never_reached) {
    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS,
                     at_least_one_ms(elapsed(std::chrono::steady_clock::now(), wanted.deadline)));
  }
  if (!is_off(bounds.stall_timeout)) {
    auto const seconds = std::chrono::ceil<std::chrono::seconds>(bounds.stall_timeout).count();
    curl_easy_setopt(easy, CURLOPT_LOW_SPEED_TIME, static_cast<long>(seconds));
    curl_easy_setopt(easy, CURLOPT_LOW_SPEED_LIMIT, static_cast<long>(bounds.least_speed.value));
  }
}

void set_callbacks(CURL* easy, conversation& running) {
  curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, &on_header);
  curl_easy_setopt(easy, CURLOPT_HEADERDATA, &running);
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &on_body);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, &running);
  curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, &on_ready);
  curl_easy_setopt(easy, CURLOPT_PREREQDATA, &running);
  curl_easy_setopt(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
}

void set_request(CURL* easy, request const& wanted, std::string const& url) {
  static std::string const agent = "holdfast/" + std::string{version_text};
  curl_easy_setopt(easy, CURLOPT_URL, url.c_str());
  curl_easy_setopt(easy, CURLOPT_USERAGENT, agent.c_str());
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);  // a stop does not wait for a name server
  curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, is_repeatable(wanted) ? 0L : 1L);
  if (is_loopback(url)) curl_easy_setopt(easy, CURLOPT_NOPROXY, "*");
  set_method(easy, wanted);
}

}  // namespace

header_list set_up(CURL* easy, request const& wanted, route const& led, trust const& whom,
                   conversation& running) {
  set_callbacks(easy, running);
  set_security(easy, whom);
  set_request(easy, wanted, led.url());
  set_times(easy, wanted, running.into->bounds());
  header_list fields = fields_of(led);
  curl_easy_setopt(easy, CURLOPT_HTTPHEADER, fields.get());
  return fields;
}

long at_least_one_ms(duration span) {
  auto const count = std::chrono::ceil<std::chrono::milliseconds>(span).count();
  return static_cast<long>(std::clamp<std::int64_t>(count, 1, 1'000'000'000));
}

}  // namespace holdfast::http
