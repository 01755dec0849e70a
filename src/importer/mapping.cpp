#include "holdfast/importer/mapping.hpp"

#include "holdfast/base/excerpt.hpp"
#include "holdfast/config/load.hpp"
#include "holdfast/config/suggest.hpp"

#include <algorithm>
#include <set>

namespace holdfast {
namespace {

constexpr std::size_t longest_name = 63;  // bytes: what PostgreSQL keeps of a name
constexpr std::string_view allowed_names = "1 to 63 bytes without control characters";

/// Databases compare names without regard to case.
std::string lower(std::string_view name) {
  std::string text{name};
  std::transform(text.begin(), text.end(), text.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return text;
}

/// What is wrong with a name for a table or column; empty if nothing is.
std::string fault_in(std::string_view name) {
  if (name.empty()) return "a name may not be empty";
  if (name.size() > longest_name) return "the name '" + excerpt(name, 20) + "' is too long";
  if (excerpt(name, longest_name) != name)
    return "the name '" + excerpt(name) + "' holds control characters";
  return {};
}

bool holds_numbers(declared_type type) {
  using enum declared_type;
  return type == integer || type == number || type == real;
}

void check_bounds(mapped_field const& of, std::vector<field_problem>& found) {
  if (of.min && of.max && *of.min > *of.max) {
    found.push_back({"min", "min is above max", {}});
  }
  if (of.min_length && of.max_length && *of.min_length > *of.max_length) {
    found.push_back({"min_length", "min_length is above max_length", {}});
  }
}

/// Bounds must suit the declared type: a length of numbers, say, would never be looked at.
void check_type(mapped_field const& of, std::vector<field_problem>& found) {
  if (!of.type) return;
  auto const complain = [&](std::string const& name, std::string const& of_what) {
    found.push_back(
        {name,
         name + " bounds " + of_what + ", but the type is " + std::string{enum_name(*of.type)},
         {}});
  };
  bool const is_text = *of.type == declared_type::text || *of.type == declared_type::json;
  if (of.min && !holds_numbers(*of.type)) complain("min", "numbers");
  if (of.max && !holds_numbers(*of.type)) complain("max", "numbers");
  if (of.min_length && !is_text) complain("min_length", "texts");
  if (of.max_length && !is_text) complain("max_length", "texts");
}

std::string at(std::string const& list, std::size_t index) {
  return list + "[" + std::to_string(index) + "]";
}

void check_names(mapping const& of, std::vector<field_problem>& found) {
  std::set<std::string> taken;
  for (std::size_t index = 0; index < of.fields.size(); ++index) {
    std::string const& name = of.fields[index].name;
    if (taken.insert(lower(name)).second) continue;
    found.push_back({at("fields", index) + ".name",
                     "'" + excerpt(name) + "' is the name of an earlier field too",
                     "names that differ in more than case"});
  }
}

bool names_a_field(mapping const& of, std::string const& name) {
  return std::any_of(of.fields.begin(), of.fields.end(),
                     [&](mapped_field const& each) { return each.name == name; });
}

/// With unknown columns kept only the source knows whether a key is among them.
void check_key(mapping const& of, std::vector<field_problem>& found) {
  std::set<std::string> taken;
  for (std::size_t index = 0; index < of.key.size(); ++index) {
    std::string const& name = of.key[index];
    if (!taken.insert(lower(name)).second) {
      found.push_back({at("key", index), "'" + excerpt(name) + "' is given twice", {}});
    } else if (!of.keeps_unknown() && !names_a_field(of, name)) {
      std::vector<std::string_view> names;
      names.reserve(of.fields.size());
      for (mapped_field const& each : of.fields) names.emplace_back(each.name);
      found.push_back({at("key", index), "'" + excerpt(name) + "' is not among the fields",
                       excerpt(list_of_words(names), 200)});
    }
  }
}

void check_table(mapping const& of, std::vector<field_problem>& found) {
  if (of.table.empty()) return;  // named after the source
  if (auto fault = fault_in(of.table); !fault.empty()) {
    found.push_back({"table", std::move(fault), std::string{allowed_names}});
  }
  std::string const name = lower(of.table);
  for (std::string_view const reserved : {"holdfast_", "sqlite_"}) {
    if (!name.starts_with(reserved)) continue;
    found.push_back({"table", "names that begin with " + std::string{reserved} + " are reserved",
                     "any other name"});
  }
}

std::vector<rule> rules_of(mapped_field const& field, bool in_key) {
  std::vector<rule> rules;
  if (field.required || in_key) rules.emplace_back(required_rule{});
  if (field.min || field.max) {
    range_rule range;
    if (field.min) range.least = *field.min;
    if (field.max) range.most = *field.max;
    rules.emplace_back(range);
  }
  if (field.min_length || field.max_length) {
    length_rule length;
    if (field.min_length) length.least = *field.min_length;
    if (field.max_length) length.most = *field.max_length;
    rules.emplace_back(length);
  }
  return rules;
}

}  // namespace

column_type column_type_of(declared_type type) noexcept {
  switch (type) {
    case declared_type::boolean: return column_type::boolean;
    case declared_type::integer: return column_type::integer;
    case declared_type::number: return column_type::number;
    case declared_type::real: return column_type::real;
    case declared_type::text: return column_type::text;
    case declared_type::json: return column_type::json;
  }
  return column_type::text;
}

std::vector<field_problem> fields_of<mapped_field>::contradictions(mapped_field const& of) {
  std::vector<field_problem> found;
  if (auto fault = fault_in(of.name); !fault.empty()) {
    found.push_back({"name", std::move(fault), std::string{allowed_names}});
  }
  check_bounds(of, found);
  check_type(of, found);
  return found;
}

std::vector<field_problem> fields_of<mapping>::contradictions(mapping const& of) {
  std::vector<field_problem> found;
  check_table(of, found);
  check_names(of, found);
  check_key(of, found);
  return found;
}

expected<mapping, problems> read_mapping(std::string const& path) {
  return read_yaml_file(path).and_then(load_from<mapping>);
}

expected<mapping, problems> parse_mapping(std::string_view text, std::string source) {
  return parse_yaml(text, std::move(source)).and_then(load_from<mapping>);
}

schema schema_of(mapping const& of) {
  schema by;
  for (mapped_field const& field : of.fields) {
    bool const in_key = std::find(of.key.begin(), of.key.end(), field.name) != of.key.end();
    by.fields.push_back({field.name, rules_of(field, in_key)});
  }
  return by;
}

}  // namespace holdfast
