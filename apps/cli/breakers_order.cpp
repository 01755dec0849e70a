#include "breakers_order.hpp"

#include "holdfast/base/excerpt.hpp"
#include "holdfast/manage/order_reader.hpp"
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

constexpr std::size_t longest_text = 80;

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

/// The end of an order; nothing where it has none.
std::optional<wall_time> end_of(order_arguments const& given, order_reader& reader) {
  if (!given.length.empty() && !given.until.empty()) {
    reader.refuse("--until", "not together with --for", "one of them");
    return std::nullopt;
  }
  if (!given.length.empty()) return reader.end_after("--for", given.length);
  if (!given.until.empty()) return reader.end_at("--until", given.until);
  return std::nullopt;
}

}  // namespace

expected<order_record, problems> understand_order(order_kind what, order_arguments const& given,
                                                  wall_time now) {
  order_reader reader{now};
  std::string const why = reader.reason("--why", what, given.why);
  std::string const author =
      given.author.empty() ? user_at_host() : reader.text("--author", given.author);
  order_record order{.operation = std::string_view{given.operation},
                     .what = what,
                     .why = std::string_view{why},
                     .author = std::string_view{author},
                     .given_at = now,
                     .until = end_of(given, reader)};
  problems found = reader.take_problems();
  if (!found.empty()) return unexpected{std::move(found)};
  return order;
}

std::string describe(order_record const& given) {
  std::string text = "order " + std::to_string(given.number) + ": ";
  text.append(enum_name(given.what)).append(" ").append(excerpt(given.operation.view()));
  if (given.until) text.append(" until ").append(utc_text(*given.until));
  text.append(", by ").append(excerpt(given.author.view(), longest_text));
  if (!given.why.empty()) text.append(": ").append(excerpt(given.why.view(), longest_text));
  return text;
}

}  // namespace holdfast::cli
