// Plays scenario files: run_scenarios FILE…. Tells each failed expectation by file and line.
#include "scenarios/player.hpp"
#include "scenarios/reader.hpp"

#include <iostream>

int main(int argc, char** argv) {
  using namespace holdfast;
  bool good = argc > 1;
  for (int i = 1; i < argc; ++i) {
    auto const read = scenarios::read_scenario_file(argv[i]);
    problems const found = read ? scenarios::play_whole_and_cut(*read) : read.error();
    if (found.empty()) {
      std::cout << argv[i] << ": " << read->scenes.size() << " lines as expected, whole and cut\n";
      continue;
    }
    std::cout << describe(found) << '\n';
    good = false;
  }
  return good ? 0 : 1;
}
