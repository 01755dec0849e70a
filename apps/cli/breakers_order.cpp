#include "breakers_order.hpp"

#include "holdfast/base/excerpt.hpp"
#include "holdfast/base/units.hpp"
#include "holdfast/redact/redact.hpp"
#include "holdfast/state/wall_text.hpp"

#include <array>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include <pwd.h>
#include <unistd.h>

namespace holdfast::cli {
namespace {

constexpr std::size_t most_text_bytes = 80;  // of `why` and `author`: those of order_record

std::string user_name() {
  std::vector<char> room(16 * 1024);
  passwd entry{};
  passwd* found = nullptr;
  uid_t const user = ::geteuid();
  if (::getpwuid_r(user, &entry, room.data(), room.size(), &found) == 0 && found != nullptr) {
    return found->pw_name;
  }
  return std::to_string(user);
}

std::string user_at_host() {
  std::array<char, 256> host{};
  if (::gethostname(host.data(), host.size() - 1) != 0) return user_name();
  return user_name() + "@" + host.data();
}

/// Collects what is wrong with the arguments of an order.
class order_reader {
 public:
  explicit order_reader(wall_time now) : now_{now} {}

  void refuse(char const* option, std::string what, std::string remedy) {
    found_.push_back({{option, 0, 0}, std::move(what), std::move(remedy)});
  }

  [[nodiscard]] std::string_view text(char const* option, std::string const& given) {
    if (given.size() > most_text_bytes) {
      refuse(option, "it has " + std::to_string(given.size()) + " bytes",
             "say it in " + std::to_string(most_text_bytes) + " bytes: no more are kept");
    }
    return given;
  }

  /// The end of an order; nothing where it has none.
  [[nodiscard]] std::optional<wall_time> end(order_arguments const& given) {
    if (!given.length.empty() && !given.until.empty()) {
      refuse("--until", "not together with --for", "one of them");
      return std::nullopt;
    }
    if (!given.length.empty()) return end_after(given.length);
    if (given.until.empty()) return std::nullopt;
    auto const at = parse_utc(given.until);
    if (!at) {
      refuse("--until", "'" + excerpt(given.until) + "' is no time",
             "write it in UTC: 2026-12-01T10:00:00Z");
    } else if (*at <= now_) {
      refuse("--until", given.until + " has passed", "it is " + utc_text(now_));
    }
    return at;
  }

  [[nodiscard]] problems take_problems() { return std::move(found_); }

 private:
  std::optional<wall_time> end_after(std::string const& length) {
    auto const value = parse_duration(length);
    if (!value) {
      refuse("--for", "'" + excerpt(length) + "' is no duration",
             "write a number and a unit: 90s, 10m, 2h; or off");
      return std::nullopt;
    }
    if (is_off(*value)) return std::nullopt;
    if (*value == duration::zero()) {
      refuse("--for", "it would be over at once", "more than 0s; or off");
    }
    return later(now_, *value);
  }

  wall_time now_;
  problems found_;
};

}  // namespace

expected<order_record, problems> understand_order(order_kind what, order_arguments const& given,
                                                  wall_time now) {
  order_reader reader{now};
  if (given.why.empty() && needs_a_reason(what)) {
    reader.refuse("--why", "why?", "--why TEXT: it stands in the history, for who looks next");
  }
  std::string const why = redacted(given.why);  // a store keeps no secret that slipped in
  std::string const author = given.author.empty() ? user_at_host() : redacted(given.author);
  order_record order{
      .operation = std::string_view{given.operation},
      .what = what,
      .why = reader.text("--why", why),
      .author = given.author.empty() ? std::string_view{author} : reader.text("--author", author),
      .given_at = now,
      .until = reader.end(given)};
  problems found = reader.take_problems();
  if (!found.empty()) return unexpected{std::move(found)};
  return order;
}

std::string describe(order_record const& given) {
  std::string text = "order " + std::to_string(given.number) + ": ";
  text.append(enum_name(given.what)).append(" ").append(excerpt(given.operation.view()));
  if (given.until) text.append(" until ").append(utc_text(*given.until));
  text.append(", by ").append(excerpt(given.author.view(), most_text_bytes));
  if (!given.why.empty()) text.append(": ").append(excerpt(given.why.view(), most_text_bytes));
  return text;
}

}  // namespace holdfast::cli
