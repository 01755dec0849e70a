#include "process.hpp"

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>

#include <arpa/inet.h>
#include <fcntl.h>
#include <pwd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

namespace postgres_tests {
namespace {

namespace fs = std::filesystem;

passwd const* server_user() {
  if (::geteuid() != 0) return nullptr;
  passwd const* user = ::getpwnam("postgres");
  return user != nullptr ? user : ::getpwnam("nobody");
}

[[noreturn]] void become(std::vector<char*> const& words, std::string const& output,
                         passwd const* user) {
  int const sink = ::open(output.empty() ? "/dev/null" : output.c_str(),
                          O_WRONLY | O_CREAT | O_APPEND, 0666);  // NOLINT(*-vararg)
  ::dup2(sink, 1);
  ::dup2(sink, 2);
  if (user != nullptr) {
    bool const done = ::setgid(user->pw_gid) == 0 && ::setuid(user->pw_uid) == 0;
    if (!done) ::_exit(126);
  }
  ::execv(words.front(), words.data());
  ::_exit(127);
}

pid_t parent_of(pid_t id) {
  std::ifstream file{"/proc/" + std::to_string(id) + "/status"};
  for (std::string word; file >> word;) {
    pid_t parent = 0;
    if (word == "PPid:" && file >> parent) return parent;
  }
  return 0;
}

}  // namespace

process::process(std::vector<std::string> const& command, std::string const& output) {
  std::vector<std::string> texts = command;
  std::vector<char*> words;
  words.reserve(texts.size() + 1);
  for (auto& each : texts) words.push_back(each.data());
  words.push_back(nullptr);
  passwd const* const user = server_user();
  id_ = ::fork();
  if (id_ == 0) become(words, output, user);
  if (id_ < 0) throw std::runtime_error{"can't start " + command.front()};
}

process::~process() {
  if (id_ == 0) return;
  signal(SIGKILL);
  wait();
}

std::vector<pid_t> process::children() const {
  std::vector<pid_t> found;
  for (auto const& each : fs::directory_iterator{"/proc"}) {
    auto const name = each.path().filename().string();
    if (name.find_first_not_of("0123456789") != std::string::npos) continue;
    auto const id = static_cast<pid_t>(std::atol(name.c_str()));
    if (parent_of(id) == id_) found.push_back(id);
  }
  return found;
}

void process::signal(int number) const noexcept {
  if (id_ != 0) ::kill(id_, number);
}

int process::wait() {
  int status = 0;
  while (id_ != 0 && ::waitpid(id_, &status, 0) < 0 && errno == EINTR) {
  }
  id_ = 0;
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int run(std::vector<std::string> const& command, std::string const& output) {
  return process{command, output}.wait();
}

folder::folder() {
  std::string path = (fs::temp_directory_path() / "holdfast-XXXXXX").string();
  if (::mkdtemp(path.data()) == nullptr) throw std::runtime_error{"can't make a folder"};
  path_ = path;
  if (passwd const* const user = server_user()) {
    if (::chown(path_.c_str(), user->pw_uid, user->pw_gid) != 0) {
      throw std::runtime_error{"can't give the folder away"};
    }
  }
  fs::permissions(path_, fs::perms::all);
}

folder::~folder() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

int free_port() {
  int const socket = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  // NOLINTBEGIN(*-reinterpret-cast): the interface of sockets
  bool const found = ::bind(socket, reinterpret_cast<sockaddr*>(&address), size) == 0 &&
                     ::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size) == 0;
  // NOLINTEND(*-reinterpret-cast)
  ::close(socket);
  if (!found) throw std::runtime_error{"no port is free"};
  return ntohs(address.sin_port);
}

}  // namespace postgres_tests
