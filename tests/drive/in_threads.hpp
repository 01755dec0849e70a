#pragma once

#include <barrier>
#include <cstddef>
#include <thread>
#include <vector>

namespace holdfast {

/// Runs `what` in so many threads at once, and waits for them.
template <class What>
void in_threads(int count, What const& what) {
  std::barrier start{count};
  std::vector<std::jthread> threads;
  threads.reserve(static_cast<std::size_t>(count));
  for (int i = 0; i < count; ++i) {
    threads.emplace_back([&start, &what, i] {
      start.arrive_and_wait();
      what(i);
    });
  }
}

}  // namespace holdfast
