#include "commands.hpp"
#include "explain_print.hpp"
#include "holdfast/base/excerpt.hpp"
#include "holdfast/base/failure_names.hpp"
#include "holdfast/classify/rules/rule_set.hpp"
#include "holdfast/config/load.hpp"
#include "holdfast/config/parse.hpp"
#include "holdfast/config/suggest.hpp"
#include "telling.hpp"

#include <algorithm>
#include <iterator>
#include <memory>

#include <CLI/CLI.hpp>

namespace holdfast::cli {
namespace {

constexpr char const* about =
    "Explains what an error code means, whether and how it is safe to try again, and what the "
    "default\npolicy would do about it, step by step.\n\n"
    "KIND is sqlstate, http, curl, errno, getaddrinfo, sqlite, redis or exit; CODE a number or a "
    "name.\nWhere the server or the link said nothing, CODE is none (sqlstate, redis).\n";

constexpr char const* examples =
    "\nExamples:\n"
    "  holdfast explain sqlstate 40001\n"
    "  holdfast explain sqlstate none --phase awaiting_commit\n"
    "  holdfast explain http 503 --idempotent\n"
    "  holdfast explain errno ECONNRESET --json\n"
    "  holdfast explain exit 75 137 SIGTERM\n"
    "  holdfast explain sqlstate P0001 --text 'quota exceeded' --rules rules.yaml\n"
    "  holdfast explain sqlstate --all --fatal --json\n"
    "\nA statement outside of a transaction block commits itself: once it was sent its phase is\n"
    "awaiting_commit, unless it only reads. --json prints one object a line. All codes and how to "
    "read\nthem: docs/errors.md\n";

struct arguments {
  std::string kind;
  std::vector<std::string> codes;
  std::string phase = "sent";
  std::string text;
  std::string rules;
  bool all = false;
  bool fatal = false;
  bool idempotent = false;
  bool as_json = false;
};

/// What holds for each of the codes.
struct circumstances {
  explain_circumstances how;
  rule_set rules;
};

expected<rule_set, problems> read_rules(std::string const& path) {
  if (path.empty()) return rule_set{};
  auto const loaded = read_yaml_file(path).and_then(load_from<classification_rules>);
  if (!loaded) return unexpected{loaded.error()};
  return rule_set::make(*loaded).map_error([&](std::vector<field_problem> const& wrong) {
    problems found;
    found.reserve(wrong.size());
    for (field_problem const& each : wrong) {
      found.push_back({{path, 0, 0}, each.field + ": " + each.found, "allowed: " + each.allowed});
    }
    return found;
  });
}

expected<phase, problem> find_phase(std::string const& name) {
  if (auto const found = enum_value<phase>(name)) return *found;
  std::vector<std::string_view> names;
  std::ranges::transform(names_of<phase>::table, std::back_inserter(names),
                         [](auto const& each) { return each.name; });
  std::string what = "'" + excerpt(name) + "' is no phase";
  if (auto const near = nearest_word(name, names)) {
    what += "; did you mean " + std::string{*near} + "?";
  }
  return unexpected{problem{{"--phase", 0, 0}, what, "allowed: " + list_of_words(names)}};
}

expected<explanation, problem> explanation_of(code_kind kind, std::string const& code,
                                              circumstances const& of, arguments const& given) {
  return explain_code(kind, code, of.how).map([&](explained what) {
    if (!given.text.empty()) what.seen.text = std::string_view{given.text};
    failure const by_rules = of.rules.apply(what.seen);
    if (!(by_rules == what.seen)) what.reason += "; changed by a rule of yours";
    what.seen = by_rules;
    return explanation{.kind = kind,
                       .code = std::string{what.seen.code.value.view()},
                       .how = of.how,
                       .idempotent = given.idempotent,
                       .what = what,
                       .policy = play_default_policy(what.seen, given.idempotent)};
  });
}

std::string printed(explanation const& told, arguments const& given) {
  if (given.as_json) return to_json(told) + "\n";
  return given.all ? to_line(told) : to_text(told);
}

/// What is asked, checked against each other.
expected<code_kind, problem> asked_kind(arguments const& given) {
  auto kind = find_kind(given.kind);
  if (!kind) return kind;
  if (given.fatal && *kind != code_kind::sqlstate) {
    return unexpected{
        problem{{"--fatal", 0, 0}, "only PostgreSQL has severities", "with sqlstate alone"}};
  }
  if (given.codes.empty() != given.all) {
    return unexpected{problem{{"explain", 0, 0}, "which code?", "one or more codes, or --all"}};
  }
  return kind;
}

int explain_all(arguments const& given) {
  auto const kind = asked_kind(given);
  if (!kind) return refuse({kind.error()});
  auto const how_far = find_phase(given.phase);
  if (!how_far) return refuse({how_far.error()});
  auto const rules = read_rules(given.rules);
  if (!rules) return refuse(rules.error());
  std::string text;
  for (std::string const& code : given.all ? codes_of(*kind) : given.codes) {
    auto const told = explanation_of(*kind, code, {{*how_far, given.fatal}, *rules}, given);
    if (!told) return refuse({told.error()});
    bool const apart = !text.empty() && !given.as_json && !given.all;
    text.append(apart ? "\n" : "").append(printed(*told, given));
  }
  bool const told = given.as_json ? put_json(text) : put_result(text);
  return told ? all_well : usage;
}

}  // namespace

void add_explain_command(CLI::App& program, int& result) {
  CLI::App* const explain = program.add_subcommand("explain", about);
  explain->footer(examples);
  auto const given = std::make_shared<arguments>();
  explain->add_option("kind", given->kind, "where the code comes from")
      ->required()
      ->type_name("KIND");
  explain->add_option("code", given->codes, "numbers or names")->type_name("CODE");
  explain->add_flag("--all", given->all, "every listed code of the kind");
  explain->add_option("--phase", given->phase, "how far the attempt had come")
      ->type_name("not_sent|sent|awaiting_commit")
      ->capture_default_str();
  explain->add_flag("--fatal", given->fatal, "the severity was FATAL or PANIC (sqlstate)");
  explain->add_flag("--idempotent", given->idempotent, "a second run does no harm");
  explain->add_option("--text", given->text, "the message that came with it")->type_name("TEXT");
  explain->add_option("--rules", given->rules, "YAML file with rules of your own")
      ->type_name("FILE");
  explain->add_flag("--json", given->as_json, "one JSON object a line");
  explain->callback([given, &result] { result = explain_all(*given); });
}

}  // namespace holdfast::cli
