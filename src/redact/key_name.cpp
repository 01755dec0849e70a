#include "redact/key_name.hpp"

#include "redact/reading.hpp"

#include <algorithm>
#include <array>
#include <span>

namespace holdfast::redact_detail {
namespace {

using words = std::span<std::string_view const>;

constexpr std::size_t longest_name = 64;

/// A name ending in one of these is that of a secret.
constexpr auto secret_ends = std::to_array<std::string_view>(
    {"password",        "passwd",      "passphrase",    "passcode",
     "passwort",        "pwd",         "pword",         "pswd",
     "passwrd",         "userpass",    "secret",        "secrets",
     "token",           "tokens",      "apikey",        "accesskey",
     "secretkey",       "privatekey",  "encryptionkey", "decryptionkey",
     "signingkey",      "masterkey",   "accountkey",    "sharedkey",
     "sharedaccesskey", "authkey",     "adminkey",      "subscriptionkey",
     "servicekey",      "storagekey",  "functionskey",  "hmackey",
     "aeskey",          "cryptkey",    "appkey",        "applicationkey",
     "clientkey",       "consumerkey", "deploykey",     "sessionkey",
     "licensekey",      "apisecret",   "credential",    "credentials",
     "bearer",          "mnemonic",    "seedphrase",    "samlresponse",
     "sasurl",          "sastoken",    "dbpass",        "password1",
     "authpass",        "phpsessid",   "jsessionid",    "requirepass",
     "masterauth",      "primaryauth", "connectsid",    "xamzsignature",
     "clientsecret",    "passwords",   "clientkeydata", "bindpw",
     "rootpw",          "userpw",      "dbpw",          "rootpass",
     "adminpass",       "storepass",   "keypass"});

/// Only the whole name, not the end of another word: `pass`, but not `bypass`.
constexpr auto secret_names = std::to_array<std::string_view>(
    {"pass", "pw", "psw", "pat", "otp", "totp", "creds", "cred", "sig", "authpassword", "psk"});

/// Names of secrets by their end, that are none: a page token leads to a page.
constexpr auto plain_ends = std::to_array<std::string_view>(
    {"pagetoken",    "nexttoken",         "continuationtoken", "cursortoken",     "synctoken",
     "resumetoken",  "cancellationtoken", "fencingtoken",      "publictoken",     "tokenizer",
     "maxtokens",    "prompttokens",      "completiontokens",  "totaltokens",     "inputtokens",
     "outputtokens", "numtokens",         "ntokens",           "unexpectedtoken", "changetoken",
     "cachedtokens", "usedtokens"});

/// A value next to one of these may be a secret; its looks decide.
constexpr auto suspicious_parts = std::to_array<std::string_view>(
    {"password",   "passwd",     "secret",     "token",   "apikey",    "accesskey",
     "privatekey", "auth",       "credential", "login",   "clientid",  "accessid",
     "keyid",      "encryption", "signing",    "webhook", "masterkey", "appid",
     "cookie",     "refresh",    "bearer",     "oauth",   "jwt"});

/// Names of what is public or made by chance on purpose.
constexpr auto innocent_parts = std::to_array<std::string_view>(
    {"trace",     "spanid",   "requestid",   "correlation", "commit",    "digest",   "etag",
     "sha",       "checksum", "fingerprint", "idempotency", "partition", "cachekey", "version",
     "revision",  "buildid",  "hash",        "public",      "username",  "machine",  "instance",
     "container", "imageid",  "eventid",     "messageid",   "author",    "jobid",    "runid",
     "runner",    "url",      "host",        "deployment",  "region",    "branch",   "time"});

/// Keys that open nothing.
constexpr auto keys_of_records = std::to_array<std::string_view>(
    {"primary", "foreign", "sort",  "routing", "object", "group",   "row",
     "shard",   "lock",    "redis", "dedup",   "event",  "message", "kafka",
     "blob",    "file",    "index", "lookup",  "s3",     "item",    "order",
     "user",    "range",   "join",  "unique",  "map",    "dict",    "document"});

constexpr auto password_parts = std::to_array<std::string_view>(
    {"pass", "pwd", "pword", "pswd", "psw", "mnemonic", "otp", "cred"});

/// Words behind the decisive one that change nothing: `password_value`, `token2`.
constexpr auto neutral_ends =
    std::to_array<std::string_view>({"value", "text", "plain", "plaintext", "string", "str", "env",
                                     "b64", "base64", "new", "old", "prod", "dev"});

/// A name without case and signs.
struct folded_name {
  std::array<char, longest_name * 2> bytes{};
  std::size_t size = 0;

  explicit folded_name(std::string_view name) noexcept {
    for (char const c : name) {
      if (is_word(c) && c != '_' && size < bytes.size()) bytes[size++] = to_lower(c);
    }
  }
  [[nodiscard]] std::string_view view() const noexcept { return {bytes.data(), size}; }
};

bool ends_in(std::string_view name, words ends) noexcept {
  return std::ranges::any_of(ends, [name](std::string_view end) { return name.ends_with(end); });
}

bool contains(std::string_view name, words parts) noexcept {
  return std::ranges::any_of(
      parts, [name](std::string_view part) { return name.find(part) != std::string_view::npos; });
}

std::string_view without_neutral_end(std::string_view name) noexcept {
  while (!name.empty() && is_digit(name.back())) name.remove_suffix(1);
  for (std::string_view const end : neutral_ends) {
    if (name.size() > end.size() + 2 && name.ends_with(end)) {
      name.remove_suffix(end.size());
      break;
    }
  }
  while (!name.empty() && is_digit(name.back())) name.remove_suffix(1);
  return name;
}

/// The last word of a name as it was written: `pass` of `DB_PASS` and of `dbPass`.
std::string_view last_word(std::string_view name) noexcept {
  while (!name.empty() && !is_letter(name.back())) name.remove_suffix(1);
  std::size_t begin = name.size();
  while (begin > 0 && is_letter(name[begin - 1])) {
    --begin;
    bool const capital = is_upper(name[begin]) && begin + 1 < name.size();
    if (capital && is_lower(name[begin + 1])) break;
  }
  return name.substr(begin);
}

bool is_secret_name(std::string_view name) noexcept {
  std::string_view const last = last_word(name);
  return std::ranges::any_of(secret_names,
                             [last](std::string_view known) { return equals_folded(last, known); });
}

}  // namespace

span name_around(std::string_view text, std::size_t at) noexcept {
  auto const in_name = [](char c) { return is_alnum(c) || c == '_' || c == '-' || c == '.'; };
  std::size_t begin = at;
  while (begin > 0 && at - begin < longest_name && in_name(text[begin - 1])) {
    if (is_word(text[begin - 1]) && word_may_begin(text, begin)) break;
    --begin;
  }
  std::size_t end = at;
  while (end < text.size() && end - at < longest_name && in_name(text[end])) ++end;
  while (end > at && (text[end - 1] == '.' || text[end - 1] == '-')) --end;
  while (begin < at && text[begin] == '.') ++begin;
  return {begin, end};
}

key_rank rank_of(std::string_view name, bool of_vendor) noexcept {
  folded_name const folded{name};
  std::string_view const whole = folded.view();
  if (whole.ends_with("cookie")) return key_rank::cookie;
  if (whole.ends_with("authorization")) return key_rank::header;
  if (name.starts_with("--ask-")) return key_rank::plain;                // it asks the user
  if (whole == "xauth" && name.find('-') == 1) return key_rank::secret;  // not the program
  std::string_view const decisive = without_neutral_end(whole);
  if (ends_in(decisive, plain_ends)) return key_rank::plain;
  if (ends_in(decisive, secret_ends) || is_secret_name(name)) return key_rank::secret;
  if (contains(whole, innocent_parts)) return key_rank::plain;
  bool const some_key =
      whole.size() > 3 && whole.ends_with("key") && !contains(whole, keys_of_records);
  bool const suspicious = of_vendor || some_key || contains(whole, suspicious_parts);
  return suspicious ? key_rank::suspicious : key_rank::plain;
}

bool names_password(std::string_view name) noexcept {
  folded_name const folded{name};
  return contains(folded.view(), password_parts) || folded.view().ends_with("pw");
}

bool names_client(std::string_view name) noexcept {
  folded_name const folded{name};
  return folded.view().ends_with("clientid");
}

bool needs_equals(std::string_view name) noexcept {
  if (equals_folded(name, "dbpw")) return false;
  return name.size() <= 4 || equals_folded(name, "bearer") || equals_folded(name, "credential");
}

}  // namespace holdfast::redact_detail
