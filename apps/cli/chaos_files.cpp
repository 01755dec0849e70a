#include "chaos_files.hpp"

#include <cerrno>
#include <cstdio>
#include <fstream>
#include <system_error>

namespace holdfast::cli {

expected<void, problem> write_atomically(std::string const& path, std::string const& text) {
  std::string const part = path + ".part";
  std::ofstream file{part, std::ios::trunc};
  file << text << std::flush;
  file.close();
  if (file && std::rename(part.c_str(), path.c_str()) == 0) return {};
  auto const why = std::generic_category().message(errno);
  return unexpected{problem{{path, 0, 0}, "can't be written: " + why, "name a writable file"}};
}

}  // namespace holdfast::cli
