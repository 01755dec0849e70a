#pragma once

#include "holdfast/base/problem.hpp"
#include "holdfast/config/parse.hpp"
#include "holdfast/config/tree.hpp"
#include "source_text.hpp"

#include <set>
#include <string>
#include <vector>

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/mark.h>

namespace holdfast {

/// Thrown through the parser to end it; the reason is among the problems.
struct parsing_ends {};

/// Makes the tree of yaml-cpp's events and refuses what configuration must not use. Its events come
/// before anything is expanded, so an alias bomb costs nothing.
class tree_builder final : public YAML::EventHandler {
 public:
  tree_builder(source_text& source, parse_limits const& limits, problems& found)
      : source_{source}, limits_{limits}, found_{found} {}

  /// The root of the first document; a null node where there was none.
  [[nodiscard]] config_node take_root() { return std::move(root_); }

  void OnDocumentStart(YAML::Mark const& mark) override;
  void OnDocumentEnd() override {}
  void OnNull(YAML::Mark const& mark, YAML::anchor_t anchor) override;
  void OnAlias(YAML::Mark const& mark, YAML::anchor_t anchor) override;
  void OnScalar(YAML::Mark const& mark, std::string const& tag, YAML::anchor_t anchor,
                std::string const& value) override;
  void OnSequenceStart(YAML::Mark const& mark, std::string const& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value style) override;
  void OnSequenceEnd() override { close(); }
  void OnMapStart(YAML::Mark const& mark, std::string const& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value style) override;
  void OnMapEnd() override { close(); }

 private:
  /// A list or map whose end was not seen yet.
  struct open_node {
    config_node node;
    bool awaits_value = false;    // of a map: a name was read, its value comes next
    std::set<std::string> names;  // of a map: those already given
  };

  void open(node_kind kind, YAML::Mark const& mark, std::string const& tag, YAML::anchor_t anchor);
  void close();
  void add(config_node node);
  void add_name(config_node const& name);
  [[nodiscard]] bool name_comes_next() const;
  [[nodiscard]] config_node node_at(node_kind kind, YAML::Mark const& mark);
  void refuse_anchor(YAML::Mark const& mark, YAML::anchor_t anchor);
  void refuse_tag(YAML::Mark const& mark, std::string const& tag);
  void report(YAML::Mark const& mark, std::string what, std::string remedy);

  source_text& source_;
  parse_limits limits_;
  problems& found_;
  std::vector<open_node> open_;
  config_node root_;
  std::size_t nodes_ = 0;
  int documents_ = 0;
};

}  // namespace holdfast
