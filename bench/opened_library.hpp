#pragma once

#include <cstdio>
#include <cstdlib>
#include <string>

#include <dlfcn.h>

namespace bench {

/// The cases of guarded_plugin.cpp, in a library that is opened at run time.
struct library_cases {
  long (*bare_call)(long calls);
  long (*shipped)(long calls);
};

inline library_cases open_library() {
  void* const opened = dlopen(HOLDFAST_BENCH_PLUGIN, RTLD_NOW | RTLD_LOCAL);
  if (opened == nullptr) {
    std::fprintf(stderr, "%s\n", dlerror());
    std::exit(1);
  }
  auto const find = [&](char const* name) {
    return reinterpret_cast<long (*)(long)>(dlsym(opened, name));
  };
  return {find("plugin_bare_call"), find("plugin_shipped")};
}

inline library_cases const& opened_library() {
  static library_cases const opened = open_library();
  return opened;
}

}  // namespace bench
