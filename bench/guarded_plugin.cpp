// Guarded calls in a library that programs open at run time, with a copy of Holdfast of its own.

#include "bench/guards.hpp"
#include "holdfast/drive/guard.hpp"

namespace {

int add_one(int x) { return x + 1; }
int (*volatile bare)(int) = add_one;

}  // namespace

extern "C" {

[[gnu::visibility("default")]] long plugin_bare_call(long calls) {
  long sum = 0;
  for (long i = 0; i < calls; ++i) sum += bare(1);
  return sum;
}

[[gnu::visibility("default")]] long plugin_shipped(long calls) {
  static holdfast::guard const by{bench::shipped()};
  long sum = 0;
  for (long i = 0; i < calls; ++i) sum += by([](holdfast::attempt const&) { return bare(1); });
  return sum;
}
}
