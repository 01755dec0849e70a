#include "redact/triggers.hpp"

#include "redact/reading.hpp"
#include "redact/vendors.hpp"

#include <algorithm>

namespace holdfast::redact_detail {
namespace {

using enum trigger_kind;

constexpr auto words = std::to_array<trigger>({
    {"auth", redis},  // before the field of that name
    {"setuser", redis},

    {"pass", field},
    {"pwd", field},
    {"pword", field},
    {"pswd", field},
    {"psw=", field},
    {"pw=", field},
    {"pw\"", field},
    {"pw:", field},
    {"pw =", field},
    {"pw :", field},
    {"pw'", field},
    {"pw\\\"", field},
    {"pw%3", field},
    {"bindpw", field},
    {"rootpw", field},
    {"psk=", field},
    {"psk\"", field},
    {"psk%3", field},
    {"pat=", field},
    {"pat%3", field},
    {"sig=", field},
    {"sig%3", field},
    {"secret", field},
    {"token", field},
    {"key", field},
    {"auth", field},
    {"cred", field},
    {"jwt", field},
    {"mnemonic", field},
    {"seedphrase", field},
    {"seed_phrase", field},
    {"samlresponse", field},
    {"sasurl", field},
    {"sas_url", field},
    {"sessid", field},
    {"sessionid", field},
    {"connect.sid", field},
    {"signature", field},
    {"cookie", field},
    {"login", field},
    {"clientid", field},
    {"client_id", field},
    {"client-id", field},
    {"access_id", field},
    {"accessid", field},
    {"access-id", field},
    {"app_id", field},
    {"appid", field},
    {"webhook", field},
    {"otp", field},
    {"encryption", field},
    {"signing", field},
    {"bearer", field},

    {"://", userinfo},
    {":\\/\\/", userinfo},
    {"%3a%2f%2f", userinfo},
    {"%3a//", userinfo},
    {"%253a%252f%252f", userinfo},
    {"%3a%5c%2f%5c%2f", userinfo},

    {"\"=\" after ", complaint},
    {R"(\"=\" after )", complaint},
    {"\"=\" in uri query parameter: ", complaint},
    {R"(\"=\" in uri query parameter: )", complaint},
    {"integer value ", complaint},
    {"translate host name ", complaint},
    {"port number: ", complaint},
    {"percent-encoded value: ", complaint},

    {"bearer", bearer},
    {"thin:", slash_login},
    {"sqlplus ", slash_login},
    {"@tcp(", protocol_login},
    {"@unix(", protocol_login},
    {"%40tcp%28", protocol_login},
    {"%40tcp(", protocol_login},
    {"%40unix%28", protocol_login},
    {"requirepass", field},
    {"masterauth", field},
    {"primaryauth", field},

    {"mysql", program},
    {"mariadb", program},
    {"redis-cli", program},
    {"valkey-cli", program},
    {"curl", program},
    {"sshpass", program},
    {"docker", program},
    {"podman", program},
    {"helm", program},
    {"mongo", program},
    {"sqlcmd", program},
    {"isql", program},
    {"ldap", program},
    {"smbclient", program},
    {"rpcclient", program},
    {"unzip", program},
    {"zip", program},
    {"cqlsh", program},
    {"clickhouse-", program},
    {"influx", program},
    {"mosquitto", program},

    {" -p", option},
    {"\"-p", option},
    {"'-p", option},
    {"0-p", option},
    {"2-p", option},
    {"7-p", option},
    {"+-p", option},
    {" -a", option},
    {"\"-a", option},
    {"'-a", option},
    {"0-a", option},
    {"2-a", option},
    {"7-a", option},
    {"+-a", option},
    {" -b", option},
    {"\"-b", option},
    {"'-b", option},
    {"0-b", option},
    {"2-b", option},
    {"7-b", option},
    {"+-b", option},
    {" -u", option},
    {"\"-u", option},
    {"'-u", option},
    {"0-u", option},
    {"2-u", option},
    {"7-u", option},
    {"+-u", option},
    {" -w", option},
    {"\"-w", option},
    {"'-w", option},
    {"0-w", option},
    {"2-w", option},
    {"7-w", option},
    {"+-w", option},
    {"-user", option},
    {"-cookie", option},

    {"insert", statement},
    {"replace", statement},
    {"merge", statement},
    {"delete", statement},
    {"update", statement},
    {"values", statement},
    {"where", statement},
    {"select", statement},
    {"identified", statement},
    {"parameters", statement},

    {"key", row_values},
    {"failing", row_values},
    {"duplicate", row_values},
    {"begin", key_block},
    {"private-lines:", key_block},
    {"-us", mailchimp},
    {":aa", telegram},
    {"0q~", azure},
    {"1q~", azure},
    {"2q~", azure},
    {"3q~", azure},
    {"4q~", azure},
    {"5q~", azure},
    {"6q~", azure},
    {"7q~", azure},
    {"8q~", azure},
    {"9q~", azure},
});

static_assert(std::ranges::all_of(words,
                                  [](trigger const& each) { return each.word.size() >= 3; }));
static_assert(std::ranges::all_of(token_shapes,
                                  [](token_shape const& each) { return each.prefix.size() >= 3; }));

constexpr unsigned fold(char c) noexcept { return static_cast<unsigned char>(c) & 0x1FU; }

unsigned window_of(std::string_view word) noexcept {
  return (fold(word[0]) << 10U) | (fold(word[1]) << 5U) | fold(word[2]);
}

}  // namespace

triggers::triggers() {
  std::vector<trigger> all{words.begin(), words.end()};
  all.reserve(words.size() + vendors.size() + token_shapes.size());
  for (std::string_view const vendor : vendors) all.push_back({vendor, vendor_field});
  for (token_shape const& each : token_shapes) all.push_back({each.prefix, token, &each});
  sort_in(std::move(all));
}

void triggers::sort_in(std::vector<trigger> all) {
  std::ranges::stable_sort(all, {}, [](trigger const& each) { return window_of(each.word); });
  for (trigger const& each : all) {
    unsigned const window = window_of(each.word);
    may_begin_[window / 32] |= 1U << (window % 32);
    ++first_[window + 1];
  }
  for (std::size_t i = 1; i <= windows; ++i) {
    first_[i] = static_cast<std::uint16_t>(first_[i] + first_[i - 1]);
  }
  sorted_ = std::move(all);
}

std::span<trigger const> triggers::next(std::string_view text, std::size_t& at) const noexcept {
  std::size_t const size = text.size();
  if (size >= 3 && at <= size - 3) {
    unsigned window = (fold(text[at]) << 5U) | fold(text[at + 1]);
    std::size_t last = at + 2;
    // Four windows at a time, with one branch for all: most text has none.
    for (; last + 4 <= size; last += 4) {
      unsigned const first = (window << 5U) | fold(text[last]);
      unsigned const second = (first << 5U) | fold(text[last + 1]);
      unsigned const third = (second << 5U) | fold(text[last + 2]);
      unsigned const fourth = (third << 5U) | fold(text[last + 3]);
      if ((bit(first) | bit(second) | bit(third) | bit(fourth)) != 0) break;
      window = fourth;
    }
    for (; last < size; ++last) {
      window = (window << 5U) | fold(text[last]);
      if (bit(window) == 0) continue;
      at = last - 2;
      return of(window);
    }
  }
  at = size;
  return {};
}

triggers const& triggers::instance() {
  static triggers const* const made = new triggers;
  return *made;
}

bool stands_at(std::string_view text, std::size_t at, trigger const& seen) noexcept {
  std::string_view const there = text.substr(at, seen.word.size());
  if (seen.kind == token) return there == seen.word;
  return equals_folded(there, seen.word);
}

}  // namespace holdfast::redact_detail
