#include "scenarios/reader.hpp"

#include "holdfast/config/load.hpp"
#include "holdfast/config/suggest.hpp"
#include "holdfast/core/breaker_fields.hpp"
#include "holdfast/core/budget_fields.hpp"
#include "holdfast/core/retry_fields.hpp"
#include "scenarios/line_words.hpp"
#include "scenarios/options_tree.hpp"
#include "scenarios/vocabulary.hpp"

#include <charconv>
#include <fstream>
#include <iterator>
#include <memory>

namespace holdfast::scenarios {
namespace {

using line_words = std::vector<line_word>;

constexpr auto verb_words = detail::words_of<verb>();

std::string quoted(std::string_view text) {
  constexpr std::size_t most = 60;
  std::string shown{text.substr(0, most)};
  for (char& each : shown) {
    if (static_cast<unsigned char>(each) < ' ') each = '?';
  }
  return "'" + shown + (text.size() > most ? "…'" : "'");
}

/// Reads line by line. What a line says is added to the scenario; what is wrong, to the problems.
class reader {
 public:
  reader(std::string source, scenario_limits const& limits)
      : limits_{limits}, where_{std::make_shared<std::string const>(std::move(source))} {
    read_.source = *where_.source;
  }

  expected<scenario, problems> read(std::string_view text) {
    if (text.size() > limits_.bytes) {
      report_whole("the text has more than " + to_text(byte_count{limits_.bytes}));
      return unexpected{std::move(found_)};
    }
    while (!text.empty() && found_.size() < limits_.problems) {
      std::size_t const end = std::min(text.find('\n'), text.size());
      read_line(words_of(text.substr(0, end)));
      text.remove_prefix(std::min(end + 1, text.size()));
      ++where_.line;
    }
    if (found_.empty() && read_.scenes.empty()) report_whole("nothing happens in it");
    if (!found_.empty()) return unexpected{std::move(found_)};
    return std::move(read_);
  }

 private:
  void report(std::uint32_t column, std::string what, std::string remedy) {
    found_.push_back({where_.at(column), std::move(what), std::move(remedy)});
  }

  void report_whole(std::string what) { found_.push_back({{read_.source}, std::move(what), {}}); }

  void read_line(line_words const& words) {
    if (words.empty()) return;
    std::string_view const first = words.front().text;
    if (first.starts_with("t=")) return read_scene(words);
    bool const is_policy = first == "breaker" || first == "retry" || first == "budget";
    if (!is_policy && first != "seed") {
      return report(words.front().column, "a line begins with " + quoted(first),
                    "t=…, or breaker, retry, budget or seed");
    }
    if (!read_.scenes.empty()) {
      return report(words.front().column,
                    std::string{first} + " stands after the first thing that happened",
                    "options come first");
    }
    if (first == "seed") return read_seed(words);
    if (first == "breaker") return read_policy(words, read_.breaker);
    if (first == "retry") return read_policy(words, read_.retry);
    read_policy(words, read_.budget);
  }

  void read_seed(line_words const& words) {
    std::string_view const text = words.size() == 2 ? words[1].text : std::string_view{};
    auto const [end, error] = std::from_chars(text.begin(), text.end(), read_.seed);
    if (text.empty() || error != std::errc{} || end != text.end()) {
      report(words.front().column, "seed needs one whole number", "seed 42");
    }
  }

  template <class Options>
  void read_policy(line_words const& words, std::optional<Options>& to) {
    if (to) {
      return report(words.front().column, std::string{words.front().text} + " is given twice",
                    "one line a policy");
    }
    config_node tree = empty_map(where_, words.front().column);
    for (std::size_t i = 1; i < words.size(); ++i) {
      add_option(tree, split_name(words[i]), words[i].column, where_, found_);
    }
    to = load<Options>(tree, found_);
  }

  void read_scene(line_words const& words) {
    scene made{.line = where_.line};
    if (auto const at = parse_duration(words.front().text.substr(2)); at && !is_off(*at)) {
      made.at = instant{*at};
    } else {
      return report(words.front().column, quoted(words.front().text) + " is no time",
                    "t=0s, t=1.5s, t=2m, …");
    }
    if (made.at < latest_) {
      return report(words.front().column,
                    "time runs backward, from t=" + to_text(latest_.time_since_epoch()),
                    "lines stand in the order in which things happen");
    }
    std::size_t const arrow = arrow_in(words);
    if (words.size() < 2 || arrow == 1) {
      return report(words.front().column, "nothing happens", "one of " + list_of_words(verb_words));
    }
    if (!read_verb(words[1], made) || !read_circumstances(words, arrow, made)) return;
    read_expected(words, arrow, made);
    latest_ = later(made.at, made.with.every * (made.with.times - 1));
    happenings_ += made.with.times;
    if (happenings_ > limits_.happenings) {
      return report(0, "more than " + std::to_string(limits_.happenings) + " things happen", {});
    }
    read_.scenes.push_back(std::move(made));
  }

  [[nodiscard]] static std::size_t arrow_in(line_words const& words) {
    std::size_t at = 0;
    while (at < words.size() && words[at].text != "->") ++at;
    return at;
  }

  bool read_verb(line_word const& word, scene& to) {
    auto const what = enum_value<verb>(word.text);
    if (!what) {
      auto const meant = nearest_word(word.text, verb_words);
      report(word.column, quoted(word.text) + " is nothing that can happen",
             meant ? "did you mean " + std::string{*meant} + "?"
                   : "one of " + list_of_words(verb_words));
      return false;
    }
    to.what = *what;
    grammar const allowed = grammar_of(*what);
    bool const possible = (allowed.needs_breaker && read_.breaker) ||
                          (allowed.needs_retry && read_.retry) ||
                          (allowed.needs_budget && read_.budget);
    if (possible) return true;
    std::string needed;
    if (allowed.needs_breaker) needed = "a breaker";
    if (allowed.needs_retry) needed += needed.empty() ? "a retry" : " or a retry";
    if (allowed.needs_budget) needed += needed.empty() ? "a budget" : " or a budget";
    report(word.column, std::string{word.text} + " needs " + needed, "a line of options above");
    return false;
  }

  bool read_circumstances(line_words const& words, std::size_t arrow, scene& to) {
    std::size_t const before = found_.size();
    grammar const allowed = grammar_of(to.what);
    config_node tree = empty_map(where_, words[1].column);
    for (std::size_t i = 2; i < arrow; ++i) {
      named_word given = split_name(words[i]);
      if (!given.has_value && !allowed.bare.empty()) {
        given = {allowed.bare, given.name, true, words[i].column};
      }
      auto const& names = allowed.details;
      if (given.has_value && std::find(names.begin(), names.end(), given.name) == names.end()) {
        report(words[i].column, std::string{words[1].text} + " takes no " + quoted(given.name),
               names.empty() ? "nothing" : list_of_words(names));
        continue;
      }
      add_option(tree, given, words[i].column, where_, found_);
    }
    to.with = load<circumstances>(tree, found_);
    if (to.what == verb::force && !is_override(to.with.state)) {
      report(words[1].column, "only overrides are forced",
             "forced_open, disabled or observe_only; reset closes");
    }
    return found_.size() == before;
  }

  void read_expected(line_words const& words, std::size_t arrow, scene& to) {
    for (std::size_t i = arrow + 1; i < words.size(); ++i) {
      named_word const given = split_name(words[i]);
      if (!given.has_value) {
        to.expected.push_back({std::string{given.name}});
        continue;
      }
      if (to.expected.empty()) to.expected.emplace_back();
      to.expected.back().details.emplace_back(given.name, given.value);
    }
    if (to.expected.empty()) {
      report(words.front().column, "no verdict follows", "-> and what must follow");
    }
  }

  scenario_limits limits_;
  tree_line where_;
  scenario read_;
  problems found_;
  instant latest_{};
  int happenings_ = 0;
};

}  // namespace

expected<scenario, problems> read_scenario(std::string_view text, std::string source,
                                           scenario_limits const& limits) {
  return reader{std::move(source), limits}.read(text);
}

expected<scenario, problems> read_scenario_file(std::string const& path,
                                                scenario_limits const& limits) {
  std::ifstream file{path, std::ios::binary};
  std::string text;
  text.resize(limits.bytes + 1);
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (!file.is_open() || file.bad()) {
    return unexpected{problems{{{path}, "can't be read", "the name of a file"}}};
  }
  text.resize(static_cast<std::size_t>(file.gcount()));
  return read_scenario(text, path, limits);
}

}  // namespace holdfast::scenarios
