// A library with guards is opened, used and closed; whatever it has started goes on.
#include <chrono>
#include <string>
#include <thread>

#include <dlfcn.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

namespace {

using namespace std::chrono_literals;

class loaded_module {
 public:
  loaded_module() : handle_{dlopen(GUARDED_MODULE, RTLD_NOW | RTLD_LOCAL)} {}
  loaded_module(loaded_module const&) = delete;
  loaded_module& operator=(loaded_module const&) = delete;
  ~loaded_module() { close(); }

  void close() {
    if (handle_ != nullptr) dlclose(handle_);
    handle_ = nullptr;
  }
  [[nodiscard]] bool is_open() const { return handle_ != nullptr; }
  template <class Function>
  [[nodiscard]] Function* find(char const* name) const {
    return reinterpret_cast<Function*>(dlsym(handle_, name));
  }

 private:
  void* handle_;
};

/// What a process of its own says, by its exit status; -1 where a signal ended it.
template <class What>
int in_a_child(What const& what) {
  pid_t const child = fork();
  if (child == 0) {
    alarm(30);
    _exit(what());
  }
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

TEST(LoadedModule, ItsGuardsWork) {
  loaded_module const module;
  ASSERT_TRUE(module.is_open()) << dlerror();

  EXPECT_EQ(module.find<int(int)>("call_ticking")(1000), 1000);
  EXPECT_EQ(module.find<int(int)>("call_timeless")(1000), 1000);
}

TEST(LoadedModule, ATickerThatWasStartedSurvivesThatItIsClosed) {
  int const answer = in_a_child([] {
    loaded_module module;
    if (module.find<int(int)>("call_ticking")(10) != 10) return 1;
    auto* const ticks = module.find<int()>("ticks");
    for (int i = 0; i < 500 && ticks() == 0; ++i) std::this_thread::sleep_for(10ms);
    if (ticks() == 0) return 2;
    module.close();
    std::this_thread::sleep_for(300ms);  // some ticks
    return 0;
  });

  EXPECT_EQ(answer, 0);
}

TEST(LoadedModule, AThreadThatUsedItMayEndAfterItIsClosed) {
  int const answer = in_a_child([] {
    loaded_module module;
    int ran = 0;
    std::thread{[&] {
      ran = module.find<int(int)>("call_timeless")(10);
      module.close();
    }}.join();
    return ran == 10 ? 0 : 1;
  });

  EXPECT_EQ(answer, 0);
}

TEST(LoadedModule, AProcessMayForkAfterItIsClosed) {
  int const answer = in_a_child([] {
    loaded_module module;
    if (module.find<int(int)>("call_timeless")(10) != 10) return 1;
    module.close();
    return in_a_child([] { return 0; });
  });

  EXPECT_EQ(answer, 0);
}

}  // namespace
