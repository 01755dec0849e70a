#include "connect/postgres/connection_string.hpp"

#include "connect/postgres/libpq.hpp"
#include "holdfast/classify/sqlstate.hpp"
#include "holdfast/redact/redact.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string_view>
#include <utility>

namespace holdfast::postgres {
namespace {

using parameters = std::map<std::string, std::string>;

struct options_freer {
  void operator()(PQconninfoOption* options) const noexcept { PQconninfoFree(options); }
};
using options_ptr = std::unique_ptr<PQconninfoOption, options_freer>;

parameters given_in(PQconninfoOption const* options) {
  parameters given;
  for (auto const* each = options; each != nullptr && each->keyword != nullptr; ++each) {
    if (each->val != nullptr) given[each->keyword] = each->val;
  }
  return given;
}

failure misconfigured(std::string const& why) {
  failure seen = plain_failure(category::configuration);
  seen.code = {code_kind::sqlstate, std::string_view{"08001"}};
  seen.advice = advice::never;
  seen.fault = fault::caller;
  seen.text = std::string_view{redacted(why)};
  return seen;
}

failure unreadable(std::string_view why) {
  return misconfigured("the connection string: " + std::string{why});
}

/// What libpq says of a string, without the parts of it that it quotes: one that can't be read may
/// have its password anywhere.
std::string without_quotes(std::string_view said) {
  said = said.substr(0, said.find('\n'));
  std::size_t from = said.find('"');
  constexpr std::string_view sign = "\"=\"";  // of 'missing "=" after "…"'
  if (from != std::string_view::npos && said.substr(from).starts_with(sign)) {
    from = said.find('"', from + sign.size());
  }
  if (from == std::string_view::npos) return std::string{said};
  std::size_t const to = said.rfind('"');
  std::string_view const rest = to == from ? std::string_view{} : said.substr(to + 1);
  return std::string{said.substr(0, from)} + "…" + std::string{rest};
}

/// What is wrong with the options beside the connection string.
std::optional<std::string> out_of_range(connection_options const& options) {
  constexpr duration longest = std::chrono::hours{24 * 24};  // in ms, it fits into 31 bits
  auto const fits = [&](duration limit, duration least) {
    return is_off(limit) || (limit >= least && limit <= longest);
  };
  if (options.connect_timeout <= duration::zero()) return "connect_timeout must be above 0";
  constexpr duration ms = std::chrono::milliseconds{1};
  if (!fits(options.statement_timeout, ms) || !fits(options.lock_timeout, ms)) {
    return "statement_timeout and lock_timeout: 1 ms to 24 days, or off";
  }
  if (!fits(options.unacknowledged_timeout, std::chrono::seconds{1})) {
    return "unacknowledged_timeout: 1 s to 24 days, or off";
  }
  return std::nullopt;
}

std::string milliseconds(duration limit) {
  return std::to_string(std::chrono::ceil<std::chrono::milliseconds>(limit).count());
}

std::vector<std::string> split(std::string const& list) {
  std::vector<std::string> parts;
  std::size_t from = 0;
  for (;;) {
    std::size_t const comma = list.find(',', from);
    parts.push_back(list.substr(from, comma - from));
    if (comma == std::string::npos) return parts;
    from = comma + 1;
  }
}

std::string value_in(parameters const& all, std::string const& keyword) {
  auto const found = all.find(keyword);
  return found == all.end() ? std::string{} : found->second;
}

std::optional<std::int64_t> number_in(std::string_view text) {
  std::int64_t value = 0;
  auto const read = std::from_chars(text.data(), text.data() + text.size(), value);
  if (read.ec != std::errc{} || read.ptr != text.data() + text.size()) return std::nullopt;
  return value;
}

void set_unless_given(parameters& all, std::string const& keyword, std::string const& value) {
  all.try_emplace(keyword, value);
}

/// Settings of the session ride in the packet that opens it, which poolers refuse.
void add_session_settings(parameters& all, connection_options const& options) {
  std::string settings;
  if (!is_off(options.statement_timeout)) {
    settings += " -c statement_timeout=" + milliseconds(options.statement_timeout);
  }
  if (!is_off(options.lock_timeout)) {
    settings += " -c lock_timeout=" + milliseconds(options.lock_timeout);
  }
  if (settings.empty() || options.behind_pooler) return;
  // The last of two settings wins, and what the connection string says is to win.
  std::string const own = value_in(all, "options");
  all["options"] = settings.substr(1) + (own.empty() ? "" : " " + own);
}

void add_defaults(parameters& all, connection_options const& options) {
  set_unless_given(all, "client_encoding", "UTF8");
  set_unless_given(all, "application_name", options.application_name);
  add_session_settings(all, options);
  if (is_off(options.unacknowledged_timeout)) return;
  set_unless_given(all, "tcp_user_timeout", milliseconds(options.unacknowledged_timeout));
  constexpr int probes = 3;
  auto const seconds = std::max<std::int64_t>(
      1, std::chrono::ceil<std::chrono::seconds>(options.unacknowledged_timeout).count() /
             (2 * probes));
  set_unless_given(all, "keepalives_idle", std::to_string(seconds * probes));
  set_unless_given(all, "keepalives_interval", std::to_string(seconds));
  set_unless_given(all, "keepalives_count", std::to_string(probes));
}

/// In seconds; libpq takes 1 for 2, and what is not above zero for no limit. Nothing where it is no
/// number.
std::optional<duration> timeout_in(parameters const& all, connection_options const& options) {
  std::string const text = value_in(all, "connect_timeout");
  if (text.empty()) return options.connect_timeout;
  auto const given = number_in(text);
  if (!given) return std::nullopt;
  constexpr std::int64_t longest = 24L * 3600 * 365;
  if (*given <= 0) return duration{off};
  return std::chrono::seconds{std::min(*given, longest)};
}

std::string item_of(std::vector<std::string> const& list, std::size_t at) {
  return list.size() == 1 ? list.front() : list.at(at);
}

std::string name_of(parameters const& host) {
  std::string name = value_in(host, "host");
  if (name.empty()) name = value_in(host, "hostaddr");
  if (name.empty()) name = "the local server";
  std::string const port = value_in(host, "port");
  return port.empty() ? name : name + ":" + port;
}

bool is_one_of(std::string const& value, std::initializer_list<std::string_view> known) {
  return value.empty() || std::find(known.begin(), known.end(), value) != known.end();
}

/// The keyword whose value libpq refuses at every attempt, in the same way as a server would: it
/// looks like a failure that may pass.
std::optional<std::string_view> wrong_in(parameters const& host) {
  if (!is_one_of(value_in(host, "sslmode"),
                 {"disable", "allow", "prefer", "require", "verify-ca", "verify-full"})) {
    return "sslmode";
  }
  if (!is_one_of(value_in(host, "target_session_attrs"),
                 {"any", "read-write", "read-only", "primary", "standby", "prefer-standby"})) {
    return "target_session_attrs";
  }
  std::string const port = value_in(host, "port");
  auto const number = number_in(port);
  constexpr std::int64_t last_port = 65535;
  bool const fine = port.empty() || (number && *number >= 1 && *number <= last_port);
  return fine ? std::nullopt : std::optional<std::string_view>{"port"};
}

/// libpq itself prefers standbys by a second walk over the hosts, which we make of two lists.
void prefer_standbys(std::vector<connection_try>& tries) {
  if (tries.empty()) return;
  if (value_in(tries.front().parameters, "target_session_attrs") != "prefer-standby") return;
  auto any = tries;
  for (auto& each : tries) each.parameters["target_session_attrs"] = "standby";
  for (auto& each : any) each.parameters["target_session_attrs"] = "any";
  tries.insert(tries.end(), any.begin(), any.end());
}

}  // namespace

expected<std::vector<connection_try>, failure> tries_of(connection_options const& options) {
  if (auto const wrong = out_of_range(options)) return unexpected{misconfigured(*wrong)};
  if (options.conninfo.find('\0') != std::string::npos)
    return unexpected{unreadable("a NUL in it")};
  char* said = nullptr;
  options_ptr const read{PQconninfoParse(options.conninfo.c_str(), &said)};
  libpq_text const why{said};
  if (read == nullptr) return unexpected{unreadable(why ? without_quotes(why.get()) : "no memory")};
  parameters all = given_in(read.get());
  auto const timeout = timeout_in(all, options);
  if (!timeout) return unexpected{unreadable("connect_timeout is no number")};
  // A service brings parameters of its own, which only libpq knows: it is asked as a whole.
  options_ptr const environment{all.contains("service") ? nullptr : PQconndefaults()};
  parameters const around = given_in(environment.get());
  std::string const settings = value_in(around, "options");
  if (!settings.empty()) set_unless_given(all, "options", settings);
  add_defaults(all, options);
  for (auto const& [keyword, value] : around) {
    if (!value.empty()) all.try_emplace(keyword, value);
  }
  all.erase("connect_timeout");

  auto const hosts = split(value_in(all, "host"));
  auto const addresses = split(value_in(all, "hostaddr"));
  auto const ports = split(value_in(all, "port"));
  std::size_t const count = std::max(hosts.size(), addresses.size());
  for (auto const* list : {&hosts, &addresses, &ports}) {
    if (list->size() != 1 && list->size() != count) {
      return unexpected{unreadable("hosts, addresses and ports must be as many as each other")};
    }
  }
  std::vector<connection_try> tries;
  for (std::size_t at = 0; at < count; ++at) {
    parameters one = all;
    std::array<std::pair<char const*, std::string>, 3> const own{
        {{"host", item_of(hosts, at)},
         {"hostaddr", item_of(addresses, at)},
         {"port", item_of(ports, at)}}};
    for (auto const& [keyword, value] : own) {
      one.erase(keyword);
      if (!value.empty()) one[keyword] = value;
    }
    if (auto const wrong = wrong_in(one)) {
      return unexpected{unreadable(std::string{*wrong} + " has a value that libpq does not know")};
    }
    tries.push_back({.parameters = one, .timeout = *timeout, .host = name_of(one)});
  }
  prefer_standbys(tries);
  return tries;
}

}  // namespace holdfast::postgres
