#include "holdfast/manage/registry.hpp"

#include "holdfast/base/excerpt.hpp"

namespace holdfast {

expected<void, failure> registry::add(guard const& one) {
  std::lock_guard const held{lock_};
  if (named_.size() >= most_guards) {
    return unexpected<failure>{{.category = category::resource,
                                .fault = fault::caller,
                                .advice = advice::never,
                                .text = "the registry is full; remove guards that have ended"}};
  }
  if (named_.emplace(one.name(), one).second) return {};
  failure twice{.category = category::configuration,
                .fault = fault::caller,
                .advice = advice::never,
                .text = "a guard has this name already: "};
  twice.text.append(excerpt(one.name(), 40)).append("; name each operation once, share the guard");
  return unexpected{twice};
}

void registry::remove(std::string_view name) {
  std::lock_guard const held{lock_};
  if (auto const known = named_.find(name); known != named_.end()) named_.erase(known);
}

std::optional<guard> registry::find(std::string_view name) const {
  std::lock_guard const held{lock_};
  auto const known = named_.find(name);
  if (known == named_.end()) return std::nullopt;
  return known->second;
}

std::vector<guard> registry::guards() const {
  std::lock_guard const held{lock_};
  std::vector<guard> all;
  all.reserve(named_.size());
  for (auto const& [name, one] : named_) all.push_back(one);
  return all;
}

}  // namespace holdfast
