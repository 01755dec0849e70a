// A library that is opened at run time, with guards and a copy of Holdfast of its own.
#include "holdfast/drive/guard.hpp"

namespace {

holdfast::guard const& ticking() {
  using namespace std::chrono_literals;
  static holdfast::guard const one{
      "ticking", holdfast::attempt_timeout{2s},
      holdfast::breaker{.failure_rate = 0.5, .window = holdfast::last_span(150ms, 1)}};
  return one;
}

holdfast::guard const& timeless() {
  static holdfast::guard const one{"timeless", holdfast::breaker{}};
  return one;
}

}  // namespace

/// Makes so many guarded calls, by a guard that needs the time; answers how many ran.
extern "C" int call_ticking(int times) {
  int ran = 0;
  for (int i = 0; i < times; ++i) ticking()([&](holdfast::attempt const&) { ++ran; });
  return ran;
}

/// The same by a guard that needs none, and so starts no thread.
extern "C" int call_timeless(int times) {
  int ran = 0;
  for (int i = 0; i < times; ++i) timeless()([&] { ++ran; });
  return ran;
}

/// Whether the module's ticker ticks.
extern "C" int ticks() { return holdfast::ticker::ticks().load() != 0 ? 1 : 0; }
