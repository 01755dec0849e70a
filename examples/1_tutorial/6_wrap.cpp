// 6. A client, wrapped: its calls look as before, and are guarded.

#include <holdfast/holdfast.hpp>

#include <cstdio>
#include <string>
#include <system_error>

namespace {

/// A client as you have it already: it knows nothing of guards.
class weather_api {
 public:
  std::string forecast(std::string const& city) {
    if (++calls_ == 1) throw std::system_error{std::make_error_code(std::errc::connection_refused)};
    return "sunny in " + city;
  }
  std::string warnings() const {
    throw std::system_error{std::make_error_code(std::errc::connection_refused)};
  }

 private:
  int calls_ = 0;
};

}  // namespace

int main() {
  using namespace std::chrono_literals;
  holdfast::guard const weather{"weather", holdfast::breaker{},
                                holdfast::retry{.max_attempts = 2, .initial_delay = 10ms}};

  // A member function is called with the object first; the first call here is made twice.
  auto const forecast = weather.wrap(&weather_api::forecast);
  weather_api api;
  std::printf("%s\n", forecast(api, "Oslo").c_str());

  // What to answer when all has failed is given with the call, where its type is known.
  auto const warnings = weather.wrap(&weather_api::warnings,
                                     holdfast::or_else([] { return std::string{"none known"}; }));
  std::printf("%s\n", warnings(api).c_str());

  // A copy of a guard is the same guard: both wrappers share one circuit and one budget.
  holdfast::guard_stats const stats = weather.stats();
  std::printf("%d failures in a row\n", stats.breaker.consecutive_failures);
}
