#pragma once

#include "connect/http/outcomes/links.hpp"
#include "connect/http/outcomes/outcome.hpp"
#include "connect/http/tls_server.hpp"

#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

namespace holdfast::testing {

/// A variable of the environment, set for a time.
class variable {
 public:
  variable(char const* name, std::string const& value) : name_{name} {
    setenv(name_, value.c_str(), 1);
  }
  variable(variable const&) = delete;
  variable& operator=(variable const&) = delete;
  ~variable() { unsetenv(name_); }

 private:
  char const* name_;
};

inline std::string good_answer() { return answer("200 OK", "{}", "Connection: close\r\n"); }

/// A request to a server with that certificate, by a client that believes it or does not.
inline outcome asked_by_tls(certificate const& shown, bool believed,
                            std::string const& said = good_answer()) {
  tls_server const server{shown, said};
  text_file const authorities{shown.pem()};
  http::trust whom;
  if (believed) whom.ca_file = authorities.path();
  return sent({.url = server.url()}, either_client{{}, whom});
}

inline certificate for_loopback() { return certificate{"IP:127.0.0.1"}; }

inline outcome plain_from_a_tls_server() {
  tls_server const server{for_loopback(), good_answer()};
  return sent({.url = server.url("http")});
}

inline outcome tls_from_a_plain_server() {
  scripted_server const server{
      std::vector<scripted_answer>{{answer("400 Bad Request", ""), then::close}}};
  return sent({.url = "https" + server.url().substr(4)});
}

inline outcome asked_without_authorities() {
  tls_server const server{for_loopback(), good_answer()};
  return sent({.url = server.url()}, either_client{{}, {.ca_file = "/nowhere/authorities.pem"}});
}

inline std::vector<condition> conditions_of_tls() {
  constexpr long an_hour_ago = -3600;
  return {
      {"TLS, the certificate is believed", [] { return asked_by_tls(for_loopback(), true); }},
      {"TLS, nobody vouches for the certificate",
       [] { return asked_by_tls(for_loopback(), false); }},
      {"TLS, the certificate is for another host",
       [] { return asked_by_tls(certificate{"DNS:kelp.example"}, true); }},
      {"TLS, the certificate has expired",
       [=] {
         return asked_by_tls(certificate{"IP:127.0.0.1", an_hour_ago}, true);
       }},
      {"TLS asked of a server without it", &tls_from_a_plain_server},
      {"no TLS asked of a server with it", &plain_from_a_tls_server},
      {"redirected from https to http",
       [] {
         return asked_by_tls(
             for_loopback(), true,
             answer("302 Found", "", "Location: http://127.0.0.1/\r\nConnection: close\r\n"));
       }},
      {"the file of authorities is missing", &asked_without_authorities},
  };
}

/// A request by way of a proxy, which the URL's scheme names, to a host that only a proxy knows.
inline outcome asked_by_proxy(std::string const& scheme, scripted_answer said,
                              http::request wanted = {}) {
  scripted_server const proxy{std::vector<scripted_answer>{std::move(said)}};
  variable const named{scheme == "https" ? "https_proxy" : "http_proxy", proxy.url()};
  wanted.url = scheme + "://holdfast.invalid/";
  return sent(std::move(wanted));
}

inline outcome asked_by_a_proxy_at(std::string const& url) {
  variable const named{"http_proxy", url};
  return sent({.url = "http://holdfast.invalid/"});
}

inline std::vector<condition> conditions_of_proxies() {
  scripted_answer const wants_login{answer("407 Proxy Authentication Required", ""), then::close};
  scripted_answer const bad_gateway{answer("502 Bad Gateway", "<html>"), then::close};
  return {
      {"by a proxy, in good order", [] { return asked_by_proxy("http", {good_answer()}); }},
      {"nobody listens on the proxy's port", [] { return asked_by_a_proxy_at(closed_url()); }},
      {"the proxy's name does not exist",
       [] { return asked_by_a_proxy_at("http://proxy.holdfast.invalid:3128"); }},
      {"the proxy wants a login", [=] { return asked_by_proxy("http", wants_login); }},
      {"the proxy can't reach the server, POST",
       [=] { return asked_by_proxy("http", bad_gateway, post()); }},
      {"the proxy wants a login before CONNECT",
       [=] { return asked_by_proxy("https", wants_login); }},
      {"the proxy can't CONNECT, POST",
       [=] { return asked_by_proxy("https", bad_gateway, post()); }},
      {"the proxy hangs up after CONNECT, POST",
       [] {
         return asked_by_proxy("https", {"HTTP/1.1 200 OK\r\n\r\n", then::close}, post());
       }},
  };
}

inline std::vector<condition> conditions_of_requests() {
  return {
      {"the URL is none", [] { return sent({.url = "http//kelp"}); }},
      {"the URL has another scheme", [] { return sent({.url = "ftp://kelp.example/"}); }},
      {"the method is no word", [] { return sent({.url = closed_url(), .method = "GET /x"}); }},
      {"a header with a line break",
       [] {
         return sent({.url = closed_url(), .headers = {{"A", "b\r\nC: d"}}});
       }},
  };
}

}  // namespace holdfast::testing
