#include "config_choice.hpp"

#include <cstdlib>

namespace holdfast::cli {

std::string chosen_config(std::string const& given) {
  if (!given.empty()) return given;
  char const* const set = std::getenv("HOLDFAST_CONFIG");
  return set == nullptr ? std::string{} : std::string{set};
}

}  // namespace holdfast::cli
