#include "tree_builder.hpp"

#include "holdfast/base/excerpt.hpp"

#include <utility>

namespace holdfast {
namespace {

constexpr std::string_view plain_tag = "?";   // what yaml-cpp reports for a plain value
constexpr std::string_view quoted_tag = "!";  // … and for a quoted one

std::size_t line_of(YAML::Mark const& mark) { return static_cast<std::size_t>(mark.line); }
std::size_t byte_of(YAML::Mark const& mark) { return static_cast<std::size_t>(mark.column); }

bool says_null(std::string_view text) {
  return text.starts_with('~') || text.starts_with("null") || text.starts_with("Null") ||
         text.starts_with("NULL");
}

}  // namespace

void tree_builder::OnDocumentStart(YAML::Mark const& mark) {
  if (++documents_ == 1) return;
  report(mark, "a second document begins here", "keep one document in a file, without `---`");
  throw parsing_ends{};
}

void tree_builder::OnNull(YAML::Mark const& mark, YAML::anchor_t anchor) {
  refuse_anchor(mark, anchor);
  config_node node = node_at(node_kind::null, mark);
  bool const written = says_null(source_.from(line_of(mark), byte_of(mark)));
  // The mark of a value that is not there is that of whatever comes next, maybe lines below.
  if (!written && !open_.empty() && open_.back().awaits_value) {
    config_member const& name = open_.back().node.members.back();
    node.line = name.line;
    node.column = name.column;
  }
  add(std::move(node));
}

void tree_builder::OnAlias(YAML::Mark const& mark, YAML::anchor_t) {
  report(mark, "an alias (*name) is not supported", "write the value out");
  add(node_at(node_kind::null, mark));
}

void tree_builder::OnScalar(YAML::Mark const& mark, std::string const& tag, YAML::anchor_t anchor,
                            std::string const& value) {
  refuse_anchor(mark, anchor);
  refuse_tag(mark, tag);
  if (value.find('\0') != value.npos) {
    report(mark, "a text holds the character NUL", "remove \\0");
  }
  config_node node = node_at(node_kind::scalar, mark);
  node.quoted = tag == quoted_tag;
  node.text = value;
  add(std::move(node));
}

void tree_builder::OnSequenceStart(YAML::Mark const& mark, std::string const& tag,
                                   YAML::anchor_t anchor, YAML::EmitterStyle::value) {
  open(node_kind::list, mark, tag, anchor);
}

void tree_builder::OnMapStart(YAML::Mark const& mark, std::string const& tag, YAML::anchor_t anchor,
                              YAML::EmitterStyle::value) {
  open(node_kind::map, mark, tag, anchor);
}

void tree_builder::open(node_kind kind, YAML::Mark const& mark, std::string const& tag,
                        YAML::anchor_t anchor) {
  refuse_anchor(mark, anchor);
  refuse_tag(mark, tag);
  if (name_comes_next()) {
    report(mark, "a key may not be a list or a map", "use a text as the key");
    throw parsing_ends{};
  }
  if (open_.size() == limits_.depth) {
    report(mark, "lists and maps are nested too deeply",
           "allowed: " + std::to_string(limits_.depth) + " levels");
    throw parsing_ends{};
  }
  open_.push_back({node_at(kind, mark), false, {}});
}

void tree_builder::close() {
  config_node node = std::move(open_.back().node);
  open_.pop_back();
  add(std::move(node));
}

void tree_builder::add(config_node node) {
  if (open_.empty()) {
    root_ = std::move(node);
  } else if (open_.back().node.kind == node_kind::list) {
    open_.back().node.items.push_back(std::move(node));
  } else if (name_comes_next()) {
    add_name(node);
  } else {
    open_.back().node.members.back().value = std::move(node);
    open_.back().awaits_value = false;
  }
}

void tree_builder::add_name(config_node const& name) {
  open_node& map = open_.back();
  auto const complain = [&](std::string what, std::string remedy) {
    found_.push_back({name.where(), std::move(what), std::move(remedy)});
  };
  if (name.kind == node_kind::null) complain("a key is empty", "name the value, or quote the key");
  if (name.text == "<<" && !name.quoted)
    complain("a merge key (<<) is not supported", "write the values out");
  if (!map.names.insert(name.text).second) {
    complain("the key " + excerpt(name.text) + " is given twice", "keep one of them");
  }
  map.node.members.push_back({name.text, name.line, name.column, {}});
  map.awaits_value = true;
}

bool tree_builder::name_comes_next() const {
  return !open_.empty() && open_.back().node.kind == node_kind::map && !open_.back().awaits_value;
}

config_node tree_builder::node_at(node_kind kind, YAML::Mark const& mark) {
  if (++nodes_ > limits_.nodes) {
    report(mark, "there are too many keys and values",
           "allowed: " + std::to_string(limits_.nodes) + " in all");
    throw parsing_ends{};
  }
  text_position const where = source_.at(line_of(mark), byte_of(mark));
  config_node node;
  node.kind = kind;
  node.line = static_cast<std::uint32_t>(where.line);
  node.column = static_cast<std::uint32_t>(where.column);
  node.source = source_.name();
  return node;
}

void tree_builder::refuse_anchor(YAML::Mark const& mark, YAML::anchor_t anchor) {
  if (anchor == 0) return;
  report(mark, "an anchor (&name) is not supported", "remove it, and write out what refers to it");
}

void tree_builder::refuse_tag(YAML::Mark const& mark, std::string const& tag) {
  if (tag.empty() || tag == plain_tag || tag == quoted_tag) return;
  report(mark, "the tag " + excerpt(tag) + " is not supported", "remove it");
}

void tree_builder::report(YAML::Mark const& mark, std::string what, std::string remedy) {
  found_.push_back({source_.at(line_of(mark), byte_of(mark)), std::move(what), std::move(remedy)});
}

}  // namespace holdfast
