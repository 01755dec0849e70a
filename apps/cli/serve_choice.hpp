#pragma once

#include "holdfast/base/problem.hpp"
#include "holdfast/serve/server_options.hpp"

#include <optional>
#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace holdfast::cli {

/// Where the command line says that endpoints are served, word by word.
struct serve_choice {
  std::string listen{};  ///< "PORT", "ADDRESS:PORT" or "[ADDRESS]:PORT"; empty: nowhere
  std::vector<std::string> hosts{};
  std::string token_file{};
};

/// Adds `--host` and `--token-file`.
void add_server_options(CLI::App& to, serve_choice& into);

/// What a server is started with. Every problem goes to `found`.
/// @param option the one that says where, for texts
[[nodiscard]] server_options understand_server(serve_choice const& given, char const* option,
                                               problems& found);

}  // namespace holdfast::cli
