#include "holdfast/classify/redis.hpp"

#include "classify/code_table.hpp"

namespace holdfast {
namespace {

using namespace classify_detail;
using enum advice;

constexpr meaning busy{category::transient, severity::medium, fault::dependency, after_backoff};
constexpr meaning moving{category::transient, severity::low, fault::caller, after_backoff};
constexpr meaning elsewhere{category::transient, severity::low, fault::caller, after_reconnect};
constexpr meaning on_a_replica{category::transient, severity::high, fault::dependency,
                               after_reconnect, poisoned::connection};
constexpr meaning no_master{category::transient, severity::high, fault::dependency, after_backoff};
constexpr meaning disk_trouble{category::resource, severity::critical, fault::dependency,
                               after_backoff};
constexpr meaning memory_full{category::resource, severity::high, fault::dependency, after_backoff};
constexpr meaning too_many_clients{category::resource, severity::high, fault::dependency,
                                   after_reconnect, poisoned::connection};
constexpr meaning who_are_you{category::authentication, severity::high, fault::caller, never};
constexpr meaning not_allowed{category::permission, severity::high, fault::caller, never};
constexpr meaning load_again{category::transient, severity::low, fault::caller, after_reprepare};
constexpr meaning wrong_call{category::programming, severity::high, fault::caller, never};
constexpr meaning aborted{category::programming, severity::medium, fault::caller, never,
                          poisoned::transaction};
constexpr meaning already_there{category::integrity, severity::low, fault::caller, never};
constexpr meaning missing{category::not_found, severity::medium, fault::caller, never};
constexpr meaning wrong_setup{category::configuration, severity::high, fault::dependency, never};
constexpr meaning far_side_lost{category::connection, severity::medium, fault::dependency,
                                if_idempotent};
constexpr meaning link_lost{category::connection, severity::high, fault::dependency, if_idempotent,
                            poisoned::connection};

struct word_row {
  std::string_view word;
  classify_detail::meaning meaning;
};

constexpr std::array<word_row, 32> table{{
    {"ASK", elsewhere},           {"BUSY", busy},
    {"BUSYGROUP", already_there}, {"BUSYKEY", already_there},
    {"CLUSTERDOWN", no_master},   {"CROSSSLOT", wrong_call},
    {"DENIED", wrong_setup},      {"ERR", wrong_call},
    {"EXECABORT", aborted},       {"INPROG", busy},
    {"IOERR", far_side_lost},     {"LOADING", busy},
    {"MASTERDOWN", no_master},    {"MISCONF", disk_trouble},
    {"MOVED", elsewhere},         {"NOAUTH", who_are_you},
    {"NOGOODSLAVE", no_master},   {"NOGROUP", missing},
    {"NOMASTERLINK", no_master},  {"NOPERM", not_allowed},
    {"NOPROTO", wrong_call},      {"NOQUORUM", no_master},
    {"NOREPLICAS", no_master},    {"NOSCRIPT", load_again},
    {"NOTBUSY", wrong_call},      {"OOM", memory_full},
    {"READONLY", on_a_replica},   {"TRYAGAIN", moving},
    {"UNBLOCKED", on_a_replica},  {"UNKILLABLE", busy},
    {"WRONGPASS", who_are_you},   {"WRONGTYPE", wrong_call},
}};
static_assert(std::ranges::is_sorted(table, std::ranges::less_equal{}, &word_row::word));

constexpr auto words = [] {
  std::array<std::string_view, table.size()> listed{};
  std::ranges::transform(table, listed.begin(), &word_row::word);
  return listed;
}();

/// The first word, if it looks like that of an error: capitals alone.
std::string_view first_word(std::string_view reply) {
  std::string_view const word = reply.substr(0, reply.find(' '));
  bool const capitals =
      !word.empty() && std::ranges::all_of(word, [](char c) { return c >= 'A' && c <= 'Z'; });
  return capitals ? word : std::string_view{};
}

meaning const* find_word(std::string_view word) {
  auto const* const at = std::ranges::lower_bound(table, word, {}, &word_row::word);
  return at != table.end() && at->word == word ? &at->meaning : nullptr;
}

meaning meaning_of(std::string_view reply) {
  if (reply.empty()) return link_lost;
  if (reply.starts_with("ERR max number of clients reached")) return too_many_clients;
  meaning const* const found = find_word(first_word(reply));
  return found == nullptr ? unknown_meaning : *found;
}

/// EXECABORT by the error that it quotes, if it does.
meaning meaning_of_abort(std::string_view reply) {
  constexpr std::string_view because = "because of: ";
  auto const at = reply.find(because);
  if (at == std::string_view::npos) return aborted;
  std::string_view quoted = reply.substr(at + because.size());
  if (quoted.starts_with('-')) quoted.remove_prefix(1);
  meaning means = find_word(first_word(quoted)) == nullptr ? aborted : meaning_of(quoted);
  if (means.poisoned == poisoned::nothing) means.poisoned = poisoned::transaction;
  return means;
}

}  // namespace

failure classify_redis(std::string_view reply, phase how_far) noexcept {
  std::string_view const word = first_word(reply);
  meaning means = word == "EXECABORT" ? meaning_of_abort(reply) : meaning_of(reply);
  // What was refused was not carried out; only what may have been depends on the phase.
  if (means.advice == if_idempotent) means = after_phase(means, how_far);
  if (reply.empty()) {
    return make_failure(means, code_kind::redis, "none", "the link to the server was lost");
  }
  return make_failure(means, code_kind::redis, word.empty() ? "unknown" : word, reply);
}

std::span<std::string_view const> redis_error_words() noexcept { return words; }

}  // namespace holdfast
