#include "drive/seeds.hpp"

#include "holdfast/base/random.hpp"

#include <atomic>
#include <random>

#include <unistd.h>

namespace holdfast {

std::uint64_t seed_of(surroundings const& given) {
  if (given.seed != 0) return given.seed;
  // The system is asked once, since an answer of it may take ten microseconds. The process is mixed
  // in, so that the children of one fork don't draw alike.
  static std::uint64_t const drawn = [] {
    std::random_device system;
    return (std::uint64_t{system()} << 32U) | system();
  }();
  static constinit std::atomic<std::uint64_t> number{0};
  auto const process = static_cast<std::uint64_t>(getpid());
  return random_bits::stream(drawn ^ process, number.fetch_add(1, std::memory_order_relaxed))();
}

}  // namespace holdfast
