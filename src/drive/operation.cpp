#include "holdfast/drive/operation.hpp"

#include "holdfast/drive/rejected.hpp"

#include <random>

namespace holdfast {
namespace {

template <has_fields Policy>
void check_policy(char const* name, Policy const& policy, std::vector<std::string>& problems) {
  for (field_problem const& each : check_fields(policy)) {
    problems.push_back(std::string{name} + "." + each.field + ": " + each.found +
                       "; allowed: " + each.allowed);
  }
}

operation_options checked(operation_options options) {
  auto const problems = check(options);
  if (problems.empty()) return options;
  std::string text = "guard \"" + options.name + "\" can't be built:";
  for (std::string const& each : problems) text += "\n  " + each;
  throw invalid_options{std::move(text)};
}

std::uint64_t seed_of(surroundings const& given) {
  if (given.seed != 0) return given.seed;
  std::random_device system;
  return (std::uint64_t{system()} << 32U) | system();
}

}  // namespace

std::vector<std::string> check(operation_options const& options) {
  constexpr std::size_t longest_name = 120;
  std::vector<std::string> problems;
  if (options.name.empty() || options.name.size() > longest_name) {
    problems.push_back("the name must have 1 .. 120 bytes, it has " +
                       std::to_string(options.name.size()));
  }
  check_policy("retry", options.retry, problems);
  check_policy("breaker", options.breaker, problems);
  check_policy("budget", options.budget, problems);
  check_policy("attempt_timeout", options.attempt_timeout, problems);
  return problems;
}

operation::operation(operation_options options)
    : options_{checked(std::move(options))},
      time_{options_.surroundings.time != nullptr ? options_.surroundings.time : &system_time()},
      needs_start_time_{!is_off(options_.retry.max_elapsed) ||
                        !is_off(options_.attempt_timeout.limit)},
      next_stream_{seed_of(options_.surroundings)},
      sinks_{std::make_shared<sinks const>()},
      gate_{options_.breaker, options_.budget, draw_stream()} {}

random_bits operation::draw_stream() noexcept {
  // Neighbouring numbers make independent streams: the generator mixes them before the first draw.
  return random_bits{random_bits{next_stream_.fetch_add(1, std::memory_order_relaxed)}()};
}

void operation::listen(std::shared_ptr<event_sink> sink) {
  std::scoped_lock const lock{sinks_mutex_};
  auto more = std::make_shared<sinks>(*sinks_);
  more->push_back(std::move(sink));
  sinks_ = std::move(more);
}

void operation::emit(event const& what) noexcept {
  std::shared_ptr<sinks const> present;
  {
    std::scoped_lock const lock{sinks_mutex_};
    present = sinks_;
  }
  for (auto const& sink : *present) {
    try {
      sink->on_event(what);
    } catch (...) {
      // A listener must never decide what becomes of the caller's call.
      listener_failures_.fetch_add(1, std::memory_order_relaxed);
    }
  }
}

}  // namespace holdfast
