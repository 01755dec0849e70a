#include "scenarios/verdict_facts.hpp"

#include "holdfast/base/units.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace holdfast::scenarios {
namespace {

std::string number_text(double value) {
  if (value == off) return "off";
  std::array<char, 32> digits{};
  auto const [end, error] = std::to_chars(digits.begin(), digits.end(), value);
  return error == std::errc{} ? std::string{digits.begin(), end} : "?";
}
template <std::integral Number>
std::string number_text(Number value) {
  return std::to_string(value);
}

std::string time_text(instant at) {
  return at == never_reached ? "never" : holdfast::to_text(at.time_since_epoch());
}

std::string rate_text(std::optional<double> rate) { return rate ? number_text(*rate) : "unknown"; }

std::optional<double> number_in(std::string_view text) {
  double value = 0;
  auto const [end, error] = std::from_chars(text.begin(), text.end(), value);
  if (text.empty() || error != std::errc{} || end != text.end()) return std::nullopt;
  return value;
}

bool same_value(std::string_view wanted, std::string_view found) {
  if (wanted == found) return true;
  auto const duration_wanted = parse_duration(wanted);
  if (duration_wanted) return duration_wanted == parse_duration(found);
  auto const number_wanted = number_in(wanted);
  return number_wanted && number_wanted == number_in(found);
}

bool has_detail(fact const& found, std::pair<std::string, std::string> const& wanted) {
  return std::any_of(found.details.begin(), found.details.end(), [&](auto const& each) {
    return each.first == wanted.first && same_value(wanted.second, each.second);
  });
}

bool is_among(fact const& wanted, facts const& found) {
  auto const& details = wanted.details;
  if (wanted.word.empty()) {
    return std::all_of(details.begin(), details.end(), [&](auto const& one) {
      return std::any_of(found.begin(), found.end(),
                         [&](fact const& each) { return has_detail(each, one); });
    });
  }
  return std::any_of(found.begin(), found.end(), [&](fact const& each) {
    return each.word == wanted.word &&
           std::all_of(details.begin(), details.end(),
                       [&](auto const& one) { return has_detail(each, one); });
  });
}

}  // namespace

fact fact_of(core::admission const& answer) {
  if (!answer.admitted) {
    return {"rejected", {{"retry_after", holdfast::to_text(answer.retry_after)}}};
  }
  return {answer.pass.probe_place == core::permit::no_place ? "admitted" : "probe"};
}

fact fact_of(core::breaker_machine const& circuit, std::optional<transition> const& changed) {
  fact seen{std::string{enum_name(circuit.state())},
            {{"generation", number_text(circuit.generation())}}};
  auto const add = [&](char const* name, std::string text) {
    seen.details.emplace_back(name, std::move(text));
  };
  if (circuit.state() == breaker_state::open || is_override(circuit.state())) {
    add("until", time_text(circuit.open_until()));
  }
  add("reason", changed ? std::string{enum_name(changed->reason)} : "none");
  if (!changed) return seen;
  add("cause", std::string{enum_name(changed->cause)});
  add("count", number_text(changed->count));
  add("calls", number_text(changed->calls));
  add("threshold", number_text(changed->threshold));
  add("why", std::string{changed->why.view()});
  return seen;
}

fact fact_of(breaker_stats const& seen) {
  return {std::string{enum_name(seen.state)},
          {{"generation", number_text(seen.generation)},
           {"since", time_text(seen.since)},
           {"eligible", seen.eligible ? "true" : "false"},
           {"consecutive_failures", number_text(seen.consecutive_failures)},
           {"calls", number_text(seen.calls)},
           {"failures", number_text(seen.failures)},
           {"slow", number_text(seen.slow)},
           {"failure_rate", rate_text(seen.failure_rate)},
           {"slow_rate", rate_text(seen.slow_rate)},
           {"probes_running", number_text(seen.probes_running)},
           {"probes_succeeded", number_text(seen.probes_succeeded)},
           {"hanging", number_text(seen.hanging)},
           {"times_opened", number_text(seen.times_opened)}}};
}

fact fact_of(core::retry_step const& step, instant now) {
  if (auto const* pause = std::get_if<core::wait>(&step)) {
    return {"wait",
            {{"until", time_text(pause->until)},
             {"pause", holdfast::to_text(elapsed(now, pause->until))}}};
  }
  if (auto const* end = std::get_if<core::stop>(&step)) {
    return {"stop", {{"reason", std::string{enum_name(end->reason)}}}};
  }
  return {"now"};
}

fact fact_of_tokens(double tokens) { return {{}, {{"tokens", number_text(tokens)}}}; }

bool holds(facts const& wanted, facts const& found) {
  return std::all_of(wanted.begin(), wanted.end(),
                     [&](fact const& each) { return is_among(each, found); });
}

std::string to_text(facts const& all) {
  std::string text;
  for (fact const& each : all) {
    if (!text.empty()) text += ", ";
    text += each.word;
    for (auto const& [name, value] : each.details) {
      if (!text.empty() && text.back() != ' ') text += ' ';
      text.append(name).append(1, '=').append(value);
    }
  }
  return text;
}

}  // namespace holdfast::scenarios
