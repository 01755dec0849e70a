#include "explain_subject.hpp"

#include "holdfast/base/excerpt.hpp"
#include "holdfast/base/failure_names.hpp"
#include "holdfast/classify/curl.hpp"
#include "holdfast/classify/errno.hpp"
#include "holdfast/classify/exit_code.hpp"
#include "holdfast/classify/getaddrinfo.hpp"
#include "holdfast/classify/http.hpp"
#include "holdfast/classify/redis.hpp"
#include "holdfast/classify/sqlite.hpp"
#include "holdfast/config/suggest.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <span>

namespace holdfast::cli {
namespace {

constexpr std::array<code_kind, 8> kinds{
    code_kind::sqlstate, code_kind::http,      code_kind::curl,  code_kind::errno_code,
    code_kind::sqlite,   code_kind::exit_code, code_kind::redis, code_kind::getaddrinfo};

std::optional<int> number_in(std::string_view text) {
  int read = 0;
  auto const* const last = text.data() + text.size();
  auto const [end, error] = std::from_chars(text.data(), last, read);
  return error == std::errc{} && end == last ? std::optional{read} : std::nullopt;
}

std::string in_capitals(std::string text) {
  std::ranges::transform(text, text.begin(), [](char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  });
  return text;
}

std::vector<std::string_view> names_in(std::span<known_code const> listed) {
  std::vector<std::string_view> names(listed.size());
  std::ranges::transform(listed, names.begin(), &known_code::name);
  return names;
}

problem no_such_code(code_kind kind, std::string const& code, std::string allowed,
                     std::span<std::string_view const> names = {}) {
  std::string what = "'" + excerpt(code) + "' is no code of " + std::string{name_of(kind)};
  if (auto const near = nearest_word(in_capitals(code), names)) {
    what += "; did you mean " + std::string{*near} + "?";
  }
  return {{"explain", 0, 0}, std::move(what), "allowed: " + std::move(allowed)};
}

/// A code that is a listed number or name.
expected<known_code, problem> find_listed(code_kind kind, std::string const& code,
                                          std::span<known_code const> listed) {
  auto const number = number_in(code);
  std::string const name = in_capitals(code);
  auto const at = std::ranges::find_if(listed, [&](known_code const& each) {
    return number ? each.code == *number : each.name == name;
  });
  if (at != listed.end()) return *at;
  auto const names = names_in(listed);
  return unexpected{no_such_code(
      kind, code,
      "a name such as " + std::string{listed.front().name} + ", or its number; --all lists them",
      names)};
}

std::string in_lower_case(std::string text) {
  std::ranges::transform(text, text.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return text;
}

bool is_sqlstate(std::string const& code) {
  return code.size() == 5 && std::ranges::all_of(code, [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z');
         });
}

/// The SQLSTATE that is meant by a code, by the name of a condition, or by "none" (empty).
expected<std::string, problem> read_sqlstate(std::string const& code) {
  if (code == "none") return std::string{};
  if (std::string const capitals = in_capitals(code); is_sqlstate(capitals)) return capitals;
  std::string const name = in_lower_case(code);
  std::vector<std::string_view> names;
  names.reserve(sqlstate_table().size());
  std::vector<std::string_view> named;
  for (sqlstate_facts const& each : sqlstate_table()) {
    names.push_back(each.condition_name);
    if (each.condition_name == name) named.push_back(each.sqlstate);
  }
  if (named.size() == 1) return std::string{named.front()};
  if (named.size() > 1) {
    return unexpected{problem{{"explain", 0, 0},
                              "'" + name + "' is the name of several codes",
                              "allowed: " + list_of_words(named)}};
  }
  problem refused = no_such_code(code_kind::sqlstate, code,
                                 "five digits and capitals such as 40001, the name of one, or none "
                                 "where the server sent none; --all lists them");
  if (auto const near = nearest_word(name, names)) {
    refused.what += "; did you mean " + std::string{*near} + "?";
  }
  return unexpected{std::move(refused)};
}

explained explain_sqlstate(std::string const& sqlstate, explain_circumstances const& how) {
  explained told{.seen = classify_sqlstate(
                     {.sqlstate = sqlstate, .how_far = how.how_far, .fatal = how.fatal})};
  told.is_failure = !is_success_sqlstate(sqlstate);
  told.facts = find_sqlstate(sqlstate);
  if (told.facts != nullptr) {
    told.name = told.facts->condition_name;
    told.reason = told.facts->reason;
    return told;
  }
  if (sqlstate.empty()) {
    told.reason = "the server sent no code: the link to it was lost";
    return told;
  }
  told.facts = find_sqlstate(sqlstate.substr(0, 2) + "000");
  told.reason = told.facts == nullptr
                    ? "of a class that PostgreSQL does not have: nobody can tell"
                    : "not listed, so judged as its class: " + std::string{told.facts->reason};
  return told;
}

expected<explained, problem> explain_http(std::string const& code) {
  auto const status = number_in(code);
  if (!status || *status < 300 || *status > 599) {
    return unexpected{no_such_code(code_kind::http, code,
                                   "300 .. 599; a status below says success, or that the answer "
                                   "is still to come")};
  }
  std::string const name{http_status_phrase(*status)};
  std::string const reason = name.empty() ? "not listed, so judged as its class" : name;
  return explained{.name = name, .reason = reason, .seen = classify_http(*status)};
}

expected<explained, problem> explain_exit(std::string const& code) {
  auto const number = number_in(code);
  if (!number) {
    return find_listed(code_kind::exit_code, code, signals()).map([](known_code const& signal) {
      return explained{.name = std::string{signal.name},
                       .reason = "ended by this signal",
                       .seen = classify_signal(signal.code)};
    });
  }
  if (*number < 1 || *number > 255) {
    return unexpected{no_such_code(code_kind::exit_code, code,
                                   "1 .. 255, or a signal such as SIGKILL; 0 is no failure")};
  }
  explained told{.seen = classify_exit_code(*number)};
  bool const by_signal = *number > 128 && !told.seen.text.empty();
  told.name = told.seen.text.view();
  told.reason = by_signal           ? "128 and the number of the signal that ended the command"
                : told.name.empty() ? "without a settled meaning"
                                    : told.name;
  return told;
}

expected<explained, problem> explain_redis(std::string const& reply,
                                           explain_circumstances const& how) {
  std::string const text = reply == "none" ? std::string{} : reply;
  explained told{.seen = classify_redis(text, how.how_far)};
  auto const words = redis_error_words();
  std::string_view const word = told.seen.code.value.view();
  bool const listed = std::ranges::find(words, word) != words.end();
  if (!listed && !text.empty()) {
    return unexpected{no_such_code(code_kind::redis, reply,
                                   "the first word of an error reply such as LOADING, or all of "
                                   "it, or none where the link was lost; --all lists them",
                                   words)};
  }
  told.name = word;
  told.reason = told.seen.text.view();
  return told;
}

}  // namespace

std::vector<std::string_view> explained_kinds() {
  std::vector<std::string_view> names(kinds.size());
  std::ranges::transform(kinds, names.begin(), [](code_kind each) { return name_of(each); });
  return names;
}

expected<code_kind, problem> find_kind(std::string const& name) {
  auto const names = explained_kinds();
  auto const at = std::ranges::find(names, name);
  if (at != names.end()) return kinds.at(static_cast<std::size_t>(at - names.begin()));
  std::string what = "'" + excerpt(name) + "' is no kind of code";
  if (auto const near = nearest_word(name, names)) {
    what += "; did you mean " + std::string{*near} + "?";
  }
  return unexpected{
      problem{{"explain", 0, 0}, std::move(what), "allowed: " + list_of_words(names)}};
}

expected<explained, problem> explain_code(code_kind kind, std::string const& code,
                                          explain_circumstances const& how) {
  auto const listed = [&](std::span<known_code const> codes, auto const& judge) {
    return find_listed(kind, code, codes).map([&](known_code const& found) {
      failure const seen = judge(found.code);
      return explained{
          .name = std::string{found.name}, .reason = std::string{seen.text.view()}, .seen = seen};
    });
  };
  switch (kind) {
    case code_kind::sqlstate:
      return read_sqlstate(code).map(
          [&](std::string const& sqlstate) { return explain_sqlstate(sqlstate, how); });
    case code_kind::http: return explain_http(code);
    case code_kind::exit_code: return explain_exit(code);
    case code_kind::redis: return explain_redis(code, how);
    case code_kind::curl:
      return listed(curl_codes(), [&](int found) { return classify_curl(found, how.how_far); });
    case code_kind::errno_code:
      return listed(errno_codes(), [&](int found) { return classify_errno(found, how.how_far); });
    case code_kind::getaddrinfo:
      return listed(getaddrinfo_codes(), [](int found) { return classify_getaddrinfo(found); });
    case code_kind::sqlite:
      return listed(sqlite_codes(),
                    [&](int found) { return classify_sqlite(found, {}, how.how_far); });
    default: break;
  }
  return unexpected{problem{{"explain", 0, 0}, "codes of this kind have no table", ""}};
}

bool has_phases(code_kind kind) {
  return kind == code_kind::sqlstate || kind == code_kind::curl || kind == code_kind::errno_code ||
         kind == code_kind::redis || kind == code_kind::sqlite;
}

std::vector<std::string> codes_of(code_kind kind) {
  std::vector<std::string> codes;
  auto const add_names = [&](auto const& listed) {
    for (auto const& each : listed) codes.emplace_back(each.name);
  };
  auto const add_numbers = [&](auto const& listed) {
    for (auto const& each : listed) codes.push_back(std::to_string(each.code));
  };
  switch (kind) {
    case code_kind::sqlstate:
      codes.reserve(sqlstate_table().size() + 1);
      for (auto const& each : sqlstate_table()) codes.emplace_back(each.sqlstate);
      codes.emplace_back("none");
      break;
    case code_kind::http: add_numbers(http_statuses()); break;
    case code_kind::curl: add_names(curl_codes()); break;
    case code_kind::errno_code: add_names(errno_codes()); break;
    case code_kind::sqlite: add_names(sqlite_codes()); break;
    case code_kind::getaddrinfo: add_names(getaddrinfo_codes()); break;
    case code_kind::exit_code:
      add_numbers(exit_codes());
      add_names(signals());
      break;
    case code_kind::redis:
      for (auto const each : redis_error_words()) codes.emplace_back(each);
      codes.emplace_back("none");
      break;
    default: break;
  }
  return codes;
}

}  // namespace holdfast::cli
