#include "serve_choice.hpp"

#include "holdfast/base/excerpt.hpp"

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <fstream>
#include <iterator>
#include <string_view>
#include <utility>

#include <CLI/CLI.hpp>
#include <sys/stat.h>

namespace holdfast::cli {
namespace {

constexpr std::size_t most_token_bytes = 1024;

/// Splits at the last colon, and takes brackets off.
[[nodiscard]] std::pair<std::string_view, std::string_view> parted(std::string_view text) {
  auto const colon = text.rfind(':');
  bool const only_port = colon == std::string_view::npos;
  std::string_view address = only_port ? std::string_view{} : text.substr(0, colon);
  if (address.starts_with('[') && address.ends_with(']')) {
    address = address.substr(1, address.size() - 2);
  }
  return {address, only_port ? text : text.substr(colon + 1)};
}

void understand_listen(serve_choice const& given, char const* option, server_options& into,
                       problems& found) {
  auto const [address, port] = parted(given.listen);
  if (!address.empty()) into.address = address;
  auto const [end, error] = std::from_chars(port.data(), port.data() + port.size(), into.port);
  if (error == std::errc{} && end == port.data() + port.size()) return;
  found.push_back({{option, 0, 0},
                   "'" + excerpt(given.listen) + "' is no place to listen at",
                   "PORT or ADDRESS:PORT, for example 127.0.0.1:9464; port 0 takes a free one"});
}

/// A name, or an address: one with a port has one colon, one of IPv6 has more.
[[nodiscard]] bool is_host(std::string_view text) noexcept {
  bool const fits = std::ranges::all_of(text, [](unsigned char each) {
    return std::isalnum(each) != 0 || each == '-' || each == '.' || each == '_' || each == ':';
  });
  return !text.empty() && fits && std::ranges::count(text, ':') != 1;
}

[[nodiscard]] std::string stripped(std::string text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
  return text;
}

void understand_token(std::string const& path, server_options& into, problems& found) {
  if (path.empty()) return;
  std::ifstream file{path};
  if (!file) {
    found.push_back({{path, 0, 0},
                     std::string{"the token can't be read: "} + std::strerror(errno),
                     "a file with one line, which its owner alone may read"});
    return;
  }
  struct stat seen {};
  constexpr mode_t others = S_IRWXG | S_IRWXO;
  bool const is_known = ::stat(path.c_str(), &seen) == 0;
  if (is_known && !S_ISREG(seen.st_mode)) {
    found.push_back({{path, 0, 0},
                     "this is no regular file",
                     "a file with one line, which its owner alone may read"});
    return;
  }
  if (is_known && (seen.st_mode & others) != 0) {
    found.push_back({{path, 0, 0}, "others may read the token", "chmod 600 " + path});
  }
  std::string text(most_token_bytes + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(file.gcount()));
  into.token = stripped(std::move(text));
  constexpr std::size_t shortest = 16;
  bool const clean = into.token.find_first_of(" \t\r\n") == std::string::npos;
  if (into.token.size() < shortest || into.token.size() > most_token_bytes || !clean) {
    found.push_back({{path, 0, 0},
                     "this is no token",
                     "one line of 16 to 1024 bytes without blanks: openssl rand -hex 32"});
  }
}

}  // namespace

void add_server_options(CLI::App& to, serve_choice& into) {
  to.add_option("--host", into.hosts,
                "A name by which the server may be called besides its address")
      ->type_name("NAME");
  to.add_option("--token-file", into.token_file,
                "File with the token that orders must show; without it there are no orders")
      ->type_name("FILE");
}

server_options understand_server(serve_choice const& given, char const* option, problems& found) {
  server_options made;
  made.hosts = given.hosts;
  for (std::string const& each : given.hosts) {
    if (is_host(each)) continue;
    found.push_back(
        {{"--host", 0, 0},
         "'" + excerpt(each) + "' is no name of a host",
         "the name alone, without scheme, port and brackets: metrics.example, fd00::1"});
  }
  understand_listen(given, option, made, found);
  understand_token(given.token_file, made, found);
  return made;
}

}  // namespace holdfast::cli
