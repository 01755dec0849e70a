#include "redact/patterns.hpp"

#include "redact/reading.hpp"
#include "redact/token.hpp"
#include "redact/triggers.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace holdfast::redact_detail {
namespace {

finding look_closer(scan& seen, std::size_t at, trigger const& by) noexcept {
  std::size_t const length = by.word.size();
  switch (by.kind) {
    case trigger_kind::redis: return find_redis_secret(seen, at, length);
    case trigger_kind::field: return find_field(seen, at, length);
    case trigger_kind::vendor_field: return find_vendor_field(seen, at, length);
    case trigger_kind::userinfo: return find_userinfo(seen, at, length);
    case trigger_kind::slash_login: return find_slash_login(seen, at, length);
    case trigger_kind::protocol_login: return find_protocol_login(seen, at, length);
    case trigger_kind::bearer: return find_bearer(seen, at, length);
    case trigger_kind::program: return note_program(seen, at, length);
    case trigger_kind::option: return find_option(seen, at, length);
    case trigger_kind::statement: return note_statement(seen, at, length);
    case trigger_kind::row_values: return find_row_values(seen, at, length);
    case trigger_kind::complaint: return find_complaint(seen, at, length);
    case trigger_kind::key_block: return find_key_block(seen, at, length);
    case trigger_kind::token: return find_token(seen, at, *by.shape);
    case trigger_kind::azure: return find_azure_secret(seen, at);
    case trigger_kind::mailchimp: return find_mailchimp_key(seen, at);
    case trigger_kind::telegram: return find_telegram_token(seen, at);
  }
  return std::nullopt;
}

/// Cards begin with four digits at least, and with 2 to 6.
bool begins_card(std::string_view text, std::size_t at) noexcept {
  std::string_view const first = text.substr(at, 4);
  return first.size() == 4 && std::ranges::all_of(first, is_digit) && word_may_begin(text, at);
}

/// Bytes with which personal data may begin.
constexpr auto personal_signs = [] {
  std::array<bool, 256> signs{};
  for (char const c : std::string_view{"@+%23456"}) signs[static_cast<unsigned char>(c)] = true;
  return signs;
}();

/// Where personal data may begin next, from `at` on; the end of the text where none does.
std::size_t next_personal_sign(std::string_view text, std::size_t at) noexcept {
  for (; at < text.size(); ++at) {
    char const c = text[at];
    if (!personal_signs[static_cast<unsigned char>(c)]) continue;
    if (!is_digit(c) || begins_card(text, at)) break;
  }
  return at;
}

/// A place in the text where something may begin, found once and kept until it is passed.
class next_place {
 public:
  template <class Find>
  std::size_t from(std::size_t done, Find find) {
    if (!known_ || at_ < done) {
      at_ = find(done);
      known_ = true;
    }
    return at_;
  }
  /// Nothing begins here.
  void pass() noexcept {
    ++at_;
    known_ = false;
  }
  [[nodiscard]] std::size_t at() const noexcept { return at_; }
  [[nodiscard]] std::size_t start(std::size_t done) const noexcept { return std::max(at_, done); }

 private:
  std::size_t at_ = 0;
  bool known_ = false;
};

/// One walk over a text.
class walk {
 public:
  walk(std::string_view text, redaction const& rules, text_end end, open_statement begun)
      : seen_{.text = text,
              .rules = rules,
              .end = end,
              .statement = begun.at,
              .statement_layers = begun.layers},
        triggers_{triggers::instance()} {}

  [[nodiscard]] open_statement statement() const noexcept {
    return {seen_.statement, seen_.statement_layers};
  }

  std::vector<span> run() {
    for (;;) {
      std::size_t const trigger_at = next_trigger();
      std::size_t const literal_at = next_literal(trigger_at);
      std::size_t const personal_at = seen_.rules.personal ? next_personal() : seen_.text.size();
      std::size_t const run_at = next_run();
      std::size_t const scalar_at = seen_.inside ? next_inside() : seen_.text.size();
      std::size_t const at = std::min({trigger_at, literal_at, personal_at, run_at, scalar_at});
      if (at >= seen_.text.size()) return std::move(taken_);
      if (scalar_at == at) {
        accept(*std::exchange(scalar_, std::nullopt));
      } else if (run_at == at) {
        try_run(at);
      } else if (personal_at == at) {
        try_personal(at);
      } else if (literal_at == at) {
        try_literal(at);
      } else {
        try_triggers(at);
      }
    }
  }

 private:
  std::size_t next_trigger() {
    return trigger_.from(seen_.done, [this](std::size_t) {
      std::size_t at = trigger_.start(seen_.done);
      candidates_ = triggers_.next(seen_.text, at);
      return at;
    });
  }

  /// The next quote, or `$`, of a statement; a line ends it. Not looked for beyond `limit`.
  std::size_t next_literal(std::size_t limit) {
    if (seen_.statement == no_place) return seen_.text.size();
    std::size_t at = std::max({literal_from_, seen_.done, seen_.statement});
    for (; at < std::min(limit, seen_.text.size()); ++at) {
      char const c = seen_.text[at];
      if (c == '\'' || c == '$' || (c == '%' && is_literal_sign(at))) break;
      if (c == '\n') {
        seen_.statement = no_place;
        seen_.select_seen = false;
        return seen_.text.size();
      }
    }
    literal_from_ = at;
    return at < limit ? at : seen_.text.size();
  }

  [[nodiscard]] bool is_literal_sign(std::size_t at) const noexcept {
    char const meant = read_symbol(seen_.text, at, seen_.statement_layers).value;
    return meant == '\'' || meant == '$';
  }

  std::size_t next_personal() {
    return personal_.from(seen_.done, [this](std::size_t) {
      return next_personal_sign(seen_.text, personal_.start(seen_.done));
    });
  }

  /// The next value of an object or list whose values all are secrets.
  std::size_t next_inside() {
    structure& inside = seen_.inside;
    if (inside.at < seen_.done) {
      scalar_.reset();
      inside.at = seen_.done;
      inside.named = false;
      bool const closing = inside.at < seen_.text.size() && is_quote(seen_.text[inside.at]);
      if (closing) ++inside.at;
    }
    if (!scalar_) {
      if (auto const read = next_scalar(seen_.text, inside)) {
        scalar_ = found{read->inner, read->after};
      } else {
        inside = {};
        return seen_.text.size();
      }
    }
    return scalar_->taken.begin;
  }

  std::size_t next_run() {
    return run_.from(seen_.done, [this](std::size_t) {
      return next_long_run(seen_.text, run_.start(seen_.done));
    });
  }

  void try_personal(std::size_t at) {
    symbol const sign = read_symbol(seen_.text, at, seen_.text[at] == '%' ? most_layers : 0);
    finding const seen =
        sign.value == '@' ? find_address(seen_, at, sign.length) : find_number(seen_, at);
    if (seen && seen->taken.end > seen->taken.begin) return accept(*seen);
    // What is no number here may still hold a token or a key.
    personal_.pass();
  }

  void try_run(std::size_t at) {
    if (auto const seen = find_signed_token(seen_, at)) accept(*seen);
    run_.pass();
  }

  void try_literal(std::size_t at) {
    if (auto const seen = find_literal(seen_, at)) return accept(*seen);
    literal_from_ = at + 1;
  }

  void try_triggers(std::size_t at) {
    for (trigger const& each : candidates_) {
      if (!stands_at(seen_.text, at, each)) continue;
      auto const seen = look_closer(seen_, at, each);
      if (!seen) continue;
      accept(*seen);
      break;
    }
    trigger_.pass();
  }

  void accept(found const& seen) {
    std::size_t const begin = std::max(seen.taken.begin, taken_.empty() ? 0 : taken_.back().end);
    if (seen.taken.end > begin) taken_.push_back({begin, seen.taken.end});
    seen_.done = std::max({seen_.done, seen.resume, seen.taken.end});
  }

  scan seen_;
  triggers const& triggers_;
  std::span<trigger const> candidates_;
  next_place trigger_;
  next_place personal_;
  next_place run_;
  finding scalar_;
  std::size_t literal_from_ = 0;
  std::vector<span> taken_;
};

}  // namespace

std::vector<span> find_patterns(std::string_view text, redaction const& rules, text_end end,
                                open_statement& statement) {
  walk over{text, rules, end, statement};
  auto taken = over.run();
  statement = over.statement();
  return taken;
}

}  // namespace holdfast::redact_detail
