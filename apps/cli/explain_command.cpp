#include "commands.hpp"
#include "explain_operation.hpp"
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
    "  holdfast explain --operation chembl.page --config resilience.yaml\n"
    "  holdfast explain --operation db.write --config resilience.yaml sqlstate 40001\n"
    "\nA statement outside of a transaction block commits itself: once it was sent its phase is\n"
    "awaiting_commit, unless it only reads. --json prints one object a line. All codes and how to "
    "read\nthem: docs/errors.md\n";

struct arguments {
  std::string kind;
  std::vector<std::string> codes;
  std::string phase = "sent";
  std::string text;
  std::string rules;
  std::string operation;
  std::string config;
  bool all = false;
  bool fatal = false;
  bool idempotent = false;
  bool as_json = false;
};

/// What holds for each of the codes.
struct circumstances {
  explain_circumstances how;
  rule_set rules;
  std::string operation;  ///< empty: the default policies are played
  operation_options policies;
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
                       .idempotent = of.policies.retry.idempotent,
                       .operation = of.operation,
                       .what = what,
                       .policy = play_policy(what.seen, of.policies)};
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

expected<std::string, problems> explain_codes(arguments const& given, circumstances const& of) {
  auto const kind = asked_kind(given);
  if (!kind) return unexpected{problems{kind.error()}};
  std::string text;
  for (std::string const& code : given.all ? codes_of(*kind) : given.codes) {
    auto const told = explanation_of(*kind, code, of, given);
    if (!told) return unexpected{problems{told.error()}};
    bool const apart = !text.empty() && !given.as_json && !given.all;
    text.append(apart ? "\n" : "").append(printed(*told, given));
  }
  return text;
}

int put(expected<std::string, problems> const& text, arguments const& given) {
  if (!text) return refuse(text.error());
  bool const told = given.as_json ? put_json(*text) : put_result(*text);
  return told ? all_well : usage;
}

/// Options that say what the file of an operation says.
problems refused_with_operation(arguments const& given) {
  problems found;
  auto const refuse_it = [&](char const* option, char const* instead) {
    found.push_back({{option, 0, 0}, "not together with --operation", instead});
  };
  if (given.all) refuse_it("--all", "one or more codes");
  if (given.idempotent) refuse_it("--idempotent", "the file says it: retry.idempotent");
  if (!given.rules.empty()) refuse_it("--rules", "the rules of the file hold: classify");
  return found;
}

int explain_operation(arguments const& given, phase how_far) {
  if (problems const wrong = refused_with_operation(given); !wrong.empty()) return refuse(wrong);
  auto const asked = find_operation(given.operation, given.config);
  if (!asked) return refuse(asked.error());
  std::string text = given.as_json ? to_json(*asked) + "\n" : to_text(*asked);
  if (given.kind.empty()) return put(text, given);
  auto const codes = explain_codes(given, {.how = {how_far, given.fatal},
                                           .rules = asked->file.rules(),
                                           .operation = asked->name,
                                           .policies = asked->policies()});
  return put(
      codes.map([&](std::string const& told) { return text + (given.as_json ? "" : "\n") + told; }),
      given);
}

int explain(arguments const& given) {
  auto const how_far = find_phase(given.phase);
  if (!how_far) return refuse({how_far.error()});
  if (!given.operation.empty()) return explain_operation(given, *how_far);
  if (!given.config.empty() || given.kind.empty()) {
    return refuse({{{"explain", 0, 0}, "what?", "KIND CODE, or --operation NAME --config FILE"}});
  }
  auto const rules = read_rules(given.rules);
  if (!rules) return refuse(rules.error());
  return put(explain_codes(given, {.how = {*how_far, given.fatal},
                                   .rules = *rules,
                                   .operation = {},
                                   .policies = default_policies(given.idempotent)}),
             given);
}

}  // namespace

void add_explain_command(CLI::App& program, int& result) {
  CLI::App* const command = program.add_subcommand("explain", about);
  command->footer(examples);
  auto const given = std::make_shared<arguments>();
  command->add_option("kind", given->kind, "where the code comes from")->type_name("KIND");
  command->add_option("code", given->codes, "numbers or names")->type_name("CODE");
  command->add_flag("--all", given->all, "every listed code of the kind");
  command->add_option("--phase", given->phase, "how far the attempt had come")
      ->type_name("not_sent|sent|awaiting_commit")
      ->capture_default_str();
  command->add_flag("--fatal", given->fatal, "the severity was FATAL or PANIC (sqlstate)");
  command->add_flag("--idempotent", given->idempotent, "a second run does no harm");
  command->add_option("--text", given->text, "the message that came with it")->type_name("TEXT");
  command->add_option("--rules", given->rules, "YAML file with rules of your own")
      ->type_name("FILE");
  command->add_option("--operation", given->operation, "whose policies to explain")
      ->type_name("NAME");
  command->add_option("--config", given->config, "resilience file; else that of HOLDFAST_CONFIG")
      ->type_name("FILE");
  command->add_flag("--json", given->as_json, "one JSON object a line");
  command->callback([given, &result] { result = explain(*given); });
}

}  // namespace holdfast::cli
