#include "holdfast/state/store_factories.hpp"

#include "holdfast/base/excerpt.hpp"
#include "holdfast/state/file_store.hpp"

#include <algorithm>
#include <array>
#include <optional>

namespace holdfast {
namespace {

/// Schemes of connectors that a program may not have linked.
struct connector {
  std::string_view scheme;
  std::string_view remedy;
};
constexpr std::array connectors{
    connector{"sqlite", "link holdfast::connect_sqlite and give the manager sqlite_stores()"},
};

std::string remedy_for(std::string_view scheme, std::vector<store_factory> const& known) {
  for (connector const& each : connectors) {
    if (each.scheme == scheme) return std::string{each.remedy};
  }
  std::string text = "known here:";
  for (store_factory const& each : known) text.append(" ").append(each.scheme).append(":PATH");
  return text;
}

/// The place in SCHEME:PATH or SCHEME:///PATH; nothing where there is none.
std::optional<std::string> place_in(std::string_view rest) {
  if (rest.starts_with("//")) {
    rest.remove_prefix(2);
    if (!rest.starts_with('/')) return std::nullopt;
  }
  if (rest.empty() || rest.find('\0') != std::string_view::npos) return std::nullopt;
  return std::string{rest};
}

}  // namespace

store_factories::store_factories() {
  add({.scheme = "file",
       .make = [](std::string const& place) { return file_store({.path = place}); }});
}

void store_factories::add(store_factory made) {
  std::erase_if(known_, [&](auto const& each) { return each.scheme == made.scheme; });
  known_.push_back(std::move(made));
}

expected<std::unique_ptr<state_store>, problem> store_factories::open(std::string_view url) const {
  auto const wrong = [&](std::string what, std::string remedy) {
    return unexpected{problem{{}, std::move(what) + ": " + excerpt(url), std::move(remedy)}};
  };
  std::size_t const colon = url.find(':');
  if (colon == std::string_view::npos) {
    return wrong("no scheme in the place of the state", "write it as file:PATH");
  }
  std::string_view const scheme = url.substr(0, colon);
  auto const found = std::find_if(known_.begin(), known_.end(),
                                  [&](auto const& each) { return each.scheme == scheme; });
  if (found == known_.end()) {
    return wrong("no store of this scheme is linked", remedy_for(scheme, known_));
  }
  auto const place = place_in(url.substr(colon + 1));
  if (!place) {
    return wrong("no path in the place of the state",
                 "write it as " + found->scheme + ":PATH or " + found->scheme + ":///PATH");
  }
  return found->make(*place);
}

}  // namespace holdfast
