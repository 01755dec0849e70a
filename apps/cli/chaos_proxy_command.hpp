#pragma once

namespace CLI {
class App;
}

namespace holdfast::cli {

/// Adds `proxy` to `holdfast chaos`; `result` receives the exit code when it has run.
void add_chaos_proxy_command(CLI::App& chaos, int& result);

}  // namespace holdfast::cli
