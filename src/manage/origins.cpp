#include "manage/file_contents.hpp"
#include "manage/policy_fields.hpp"
#include "manage/settings_reading.hpp"
#include "manage/value_text.hpp"

#include <functional>
#include <utility>

namespace holdfast {
namespace {

using section_finder = std::function<std::string_view(config_node const&)>;

/// Collects fields with where they stand in a merged tree.
class origin_list {
 public:
  explicit origin_list(section_finder section_of) : section_of_{std::move(section_of)} {}

  /// @param node null where nobody set it
  void add(std::string path, std::string value, config_node const* node) {
    field_origin made{std::move(path), std::move(value), {}, {}};
    if (node != nullptr) {
      made.section = section_of_(*node);
      made.where = node->where();
    }
    all_.push_back(std::move(made));
  }

  /// Every field of options; of overrides, those that are given.
  template <has_fields Options>
  void add_fields(Options const& options, config_node const* node, std::string const& path) {
    for_each_field<Options>([&](auto const& row) {
      using value = typename std::remove_cvref_t<decltype(row)>::value_type;
      auto const& held = options.*row.member;
      config_node const* const at = node != nullptr ? node->find(row.name) : nullptr;
      std::string const name = path + '.' + std::string{row.name};
      if constexpr (has_fields<value>) {
        add_fields(held, at, name);
      } else if constexpr (detail::is_map<value>) {
        if (held.empty()) add(name, "{}", at);
        for (auto const& [key, each] : held) {
          std::string const word = detail::key_text(key);
          std::string inside = name;
          inside.append(1, '.').append(word);
          add_fields(each, at != nullptr ? at->find(word) : nullptr, inside);
        }
      } else if constexpr (detail::is_optional<value>) {
        if (held) add(name, value_text(*held), at);
      } else {
        add(name, value_text(held), at);
      }
    });
  }

  [[nodiscard]] std::vector<field_origin> take() { return std::move(all_); }

 private:
  section_finder section_of_;
  std::vector<field_origin> all_;
};

config_node const* written(config_node const& tree, std::string_view name) {
  config_node const* const node = tree.find(name);
  return node != nullptr && node->kind != node_kind::null ? node : nullptr;
}

void add_facts(operation_settings const& settings, config_node const& tree, origin_list& to) {
  operation_facts const facts{.kind = settings.policies.kind,
                              .nesting = settings.policies.nesting,
                              .within = settings.within,
                              .required = settings.required};
  for_each_field<operation_facts>([&](auto const& row) {
    to.add(std::string{row.name}, value_text(facts.*row.member), tree.find(row.name));
  });
}

}  // namespace

std::vector<field_origin> resilience_file::origins(std::string_view name) const {
  config_node const tree = entry_merge{}.merged(read_->layers_of(name));
  problems none;
  operation_settings const settings = read_settings(config_reading{tree, {}, none}, name);
  origin_list all{[this](config_node const& node) { return read_->section_of(node); }};
  add_facts(settings, tree, all);
  for_each_policy([&]<class Policy>(policy_key<Policy> const& key) {
    std::string const path{key.name};
    config_node const* const node = written(tree, key.name);
    if constexpr (std::is_same_v<Policy, budget>) {
      if (!settings.budget.empty()) {
        all.add(path, settings.budget, node);
        all.add_fields(read_->budgets.at(settings.budget), &read_->budget_trees.at(settings.budget),
                       path);
        return;
      }
    } else if (node == nullptr) {
      return all.add(path, "off", tree.find(key.name));
    }
    all.add_fields(settings.policies.*key.member, node, path);
  });
  if (settings.per_key) {
    all.add_fields(*settings.per_key, written(tree, "per_key"), "per_key");
  } else {
    all.add("per_key", "off", tree.find("per_key"));
  }
  return all.take();
}

}  // namespace holdfast
