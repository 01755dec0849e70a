#include "commands.hpp"
#include "explain_print.hpp"
#include "holdfast/base/failure_names.hpp"
#include "holdfast/config/suggest.hpp"

#include <iostream>
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
    "  holdfast explain sqlstate --all --fatal --json\n"
    "\nA statement outside of a transaction block commits itself: once it was sent its phase is\n"
    "awaiting_commit, unless it only reads. --json prints one object a line. All codes and how to "
    "read\nthem: docs/errors.md\n";

struct arguments {
  std::string kind;
  std::vector<std::string> codes;
  std::string phase = "sent";
  bool all = false;
  bool fatal = false;
  bool idempotent = false;
  bool as_json = false;
};

int refuse(problem const& found) {
  std::cerr << describe(found) << '\n';
  return usage;
}

expected<phase, problem> find_phase(std::string const& name) {
  if (auto const found = enum_value<phase>(name)) return *found;
  std::vector<std::string_view> names;
  for (auto const& each : names_of<phase>::table) names.push_back(each.name);
  std::string what = "'" + name + "' is no phase";
  if (auto const near = nearest_word(name, names)) {
    what += "; did you mean " + std::string{*near} + "?";
  }
  return unexpected{problem{{"--phase", 0, 0}, what, "allowed: " + list_of_words(names)}};
}

expected<explanation, problem> explanation_of(code_kind kind, std::string const& code,
                                              explain_circumstances const& how, bool idempotent) {
  return explain_code(kind, code, how).map([&](explained what) {
    return explanation{.kind = kind,
                       .code = std::string{what.seen.code.value.view()},
                       .how = how,
                       .idempotent = idempotent,
                       .what = what,
                       .policy = play_default_policy(what.seen, idempotent)};
  });
}

std::string printed(explanation const& told, arguments const& given) {
  if (given.as_json) return to_json(told) + "\n";
  return given.all ? to_line(told) : to_text(told);
}

int explain_all(arguments const& given) {
  auto const kind = find_kind(given.kind);
  if (!kind) return refuse(kind.error());
  auto const how_far = find_phase(given.phase);
  if (!how_far) return refuse(how_far.error());
  if (given.fatal && *kind != code_kind::sqlstate) {
    return refuse({{"--fatal", 0, 0}, "only PostgreSQL has severities", "with sqlstate alone"});
  }
  if (given.codes.empty() != given.all) {
    return refuse({{"explain", 0, 0}, "which code?", "one or more codes, or --all"});
  }
  std::string text;
  for (std::string const& code : given.all ? codes_of(*kind) : given.codes) {
    auto const told = explanation_of(*kind, code, {*how_far, given.fatal}, given.idempotent);
    if (!told) return refuse(told.error());
    bool const apart = !text.empty() && !given.as_json && !given.all;
    text.append(apart ? "\n" : "").append(printed(*told, given));
  }
  std::cout << text << std::flush;
  return std::cout ? all_well : usage;
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
  explain->add_flag("--json", given->as_json, "one JSON object a line");
  explain->callback([given, &result] { result = explain_all(*given); });
}

}  // namespace holdfast::cli
