// A result type and an exception of one's own, told to guards in one function each.

#include <holdfast/holdfast.hpp>

#include <cstdio>
#include <stdexcept>

namespace shop {

enum class error { out_of_stock, till_is_busy };

// A result: found by its namespace, for every expected<T, shop::error>.
holdfast::failure failure_of(error why) {
  return holdfast::plain_failure(why == error::till_is_busy ? holdfast::category::throttled
                                                            : holdfast::category::integrity);
}

struct sql_trouble : std::runtime_error {
  explicit sql_trouble(char const* code)
      : std::runtime_error{"the database said no"}, state{code} {}
  char const* state;
};

// An exception: the same function, and one line in the guard.
holdfast::failure failure_of(sql_trouble const& thrown) {
  return holdfast::classify_sqlstate(
      {.sqlstate = thrown.state, .how_far = holdfast::phase::sent, .message = thrown.what()});
}

}  // namespace shop

int main() {
  using namespace std::chrono_literals;
  holdfast::guard const till{"shop.till", holdfast::retry{.initial_delay = 1ms},
                             holdfast::classifies<shop::sql_trouble>{}};

  int asked = 0;
  auto const sold = till([&]() -> holdfast::expected<int, shop::error> {
    if (++asked < 2) return holdfast::unexpected{shop::error::till_is_busy};
    return holdfast::unexpected{shop::error::out_of_stock};
  });
  std::printf("asked %d times, sold: %s\n", asked, sold ? "yes" : "no");

  int run = 0;
  int const stored = till([&] {
    if (++run < 3) throw shop::sql_trouble{"40001"};
    return 7;
  });
  std::printf("ran %d times, stored %d\n", run, stored);
}
