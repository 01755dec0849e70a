#include "connect/postgres/connecting.hpp"

#include "connect/postgres/connection_string.hpp"
#include "connect/postgres/verdict.hpp"
#include "connect/postgres/waiting.hpp"
#include "holdfast/classify/sqlstate.hpp"
#include "holdfast/redact/redact.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <poll.h>

namespace holdfast::postgres {
namespace {

constexpr bool is_code_character(char each) noexcept {
  return (each >= '0' && each <= '9') || (each >= 'A' && each <= 'Z');
}

/// What the server said in refusing a session.
struct refused_session {
  std::string_view sqlstate;
  std::string_view message;
};

/// libpq gives no SQLSTATE of a refused session but in its verbose message: "FATAL:  28P01: text".
/// The word before is translated, and two blanks stand behind its colon nowhere else.
std::optional<refused_session> server_word_in(std::string_view message) {
  constexpr std::size_t length = 5;
  for (std::size_t at = message.find(":  "); at != std::string_view::npos;
       at = message.find(":  ", at + 1)) {
    std::string_view const rest = message.substr(at + 3);
    bool const is_code = rest.size() > length + 2 && rest.substr(length, 2) == ": " &&
                         std::all_of(rest.begin(), rest.begin() + length, is_code_character);
    if (!is_code) continue;
    std::string_view const text = rest.substr(length + 2);
    return refused_session{rest.substr(0, length), text.substr(0, text.find('\n'))};
  }
  return std::nullopt;
}

/// Which tells of the last address that was tried; hints behind it begin with a tab.
std::string_view last_line(std::string_view said) {
  std::string_view last;
  while (!said.empty()) {
    std::string_view const line = said.substr(0, said.find('\n'));
    if (!line.empty() && line.front() != '\t') last = line;
    said.remove_prefix(std::min(line.size() + 1, said.size()));
  }
  return last;
}

failure failure_of(connection_try const& tried, PGconn const* link, bool behind_pooler) {
  std::string_view const said = PQerrorMessage(link);
  if (auto const refused = server_word_in(said)) {
    std::string const message = redacted(refused->message);
    return classify_sqlstate({.sqlstate = refused->sqlstate,
                              .how_far = phase::not_sent,
                              .fatal = true,
                              .message = message,
                              .behind_pooler = behind_pooler});
  }
  if (PQconnectionNeedsPassword(link) != 0) {
    return not_sent("28P01", "the server asks for a password, and none was given");
  }
  std::string_view const text = last_line(said);
  return not_sent("08001", redacted(text.empty() ? tried.host : text));
}

failure given_up(connection_try const& tried, wait_end how) {
  if (how == wait_end::stopped) {
    circumstances const stopped{.how_far = phase::not_sent, .cut = how};
    failure seen = link_failure("a stop was requested while connecting", stopped);
    seen.poisoned = poisoned::nothing;
    return seen;
  }
  failure seen = not_sent("08001", "no answer in time from " + redacted(tried.host));
  seen.category = category::timeout;
  return seen;
}

link_ptr start(connection_try const& tried) {
  std::vector<char const*> keywords;
  std::vector<char const*> values;
  for (auto const& [keyword, value] : tried.parameters) {
    keywords.push_back(keyword.c_str());
    values.push_back(value.c_str());
  }
  keywords.push_back(nullptr);
  values.push_back(nullptr);
  return link_ptr{PQconnectStartParams(keywords.data(), values.data(), 0)};
}

/// Has libpq try the addresses of the host in turn, as it does where it looks the name up itself.
void use_addresses(connection_try& tried, std::string const& addresses) {
  auto const count = 1 + std::count(addresses.begin(), addresses.end(), ',');
  std::string const name = tried.parameters.at("host");
  std::string names = name;
  for (auto each = count; each > 1; --each) names += "," + name;
  tried.parameters["host"] = names;
  tried.parameters["hostaddr"] = addresses;
}

/// Whether the host is a name that must be looked up before one can connect.
bool has_name_to_look_up(connection_try const& tried) {
  auto const host = tried.parameters.find("host");
  bool const named = host != tried.parameters.end() && !host->second.empty();
  if (!named || tried.parameters.contains("hostaddr")) return false;
  return host->second.front() != '/' && host->second.front() != '@';  // those are local sockets
}

task<expected<link_ptr, failure>> connect_to(connection_try tried, bool behind_pooler,
                                             call_limits const& limits, waiter& by) {
  instant const deadline = std::min(limits.deadline, later(now(), tried.timeout));
  if (has_name_to_look_up(tried)) {
    auto const found = co_await by.look_up(tried.parameters.at("host"), deadline);
    if (found.end != wait_end::ready) co_return unexpected{given_up(tried, found.end)};
    if (!found.trouble.empty()) co_return unexpected{not_sent("08001", redacted(found.trouble))};
    if (!found.addresses.empty()) use_addresses(tried, found.addresses);
  }
  link_ptr link = start(tried);
  if (link == nullptr) throw std::bad_alloc{};
  PQsetErrorVerbosity(link.get(), PQERRORS_VERBOSE);
  // libpq's own receiver prints on standard error.
  PQsetNoticeReceiver(
      link.get(), [](void* /*nobody*/, PGresult const* /*told*/) {}, nullptr);
  if (PQstatus(link.get()) == CONNECTION_BAD)
    co_return unexpected{failure_of(tried, link.get(), behind_pooler)};
  for (auto step = PGRES_POLLING_WRITING; step != PGRES_POLLING_OK;) {
    short const events = step == PGRES_POLLING_READING ? POLLIN : POLLOUT;
    wait_terms const terms{.socket = PQsocket(link.get()), .events = events, .deadline = deadline};
    wait_end const end = co_await waiter::wait(by, terms);
    if (end != wait_end::ready) co_return unexpected{given_up(tried, end)};
    step = PQconnectPoll(link.get());
    if (step == PGRES_POLLING_FAILED)
      co_return unexpected{failure_of(tried, link.get(), behind_pooler)};
  }
  co_return link;
}

bool may_pass(failure const& seen) noexcept { return seen.advice != advice::never; }

}  // namespace

task<expected<link_ptr, failure>> connect(connection_options const& options,
                                          call_limits const& limits, waiter& by) {
  auto const tries = tries_of(options);
  if (!tries) co_return unexpected{tries.error()};
  by.watch(limits.stop);
  std::optional<failure> told;
  for (connection_try const& each : *tries) {
    auto link = co_await connect_to(each, options.behind_pooler, limits, by);
    if (link) co_return link;
    if (!told || may_pass(link.error()) || !may_pass(*told)) told = link.error();
    bool const over = limits.stop.stop_requested() || now() >= limits.deadline;
    if (over) co_return unexpected{link.error()};
  }
  co_return unexpected{*told};
}

}  // namespace holdfast::postgres
