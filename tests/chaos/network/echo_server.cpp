#include "echo_server.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <map>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace holdfast {
namespace {

struct echo {
  std::string waiting;
  bool ends = false;
};

/// Whether the connection goes on.
bool read_from(int handle, echo& state, std::atomic<std::uint64_t>& received) {
  std::array<char, 65536> bytes{};
  auto const size = ::recv(handle, bytes.data(), bytes.size(), MSG_DONTWAIT);
  if (size < 0) return errno == EAGAIN || errno == EINTR;
  if (size == 0) state.ends = true;
  received += static_cast<std::uint64_t>(size);
  state.waiting.append(bytes.data(), static_cast<std::size_t>(size));
  if (std::memchr(bytes.data(), '!', static_cast<std::size_t>(size)) != nullptr) state.ends = true;
  return true;
}

bool write_to(int handle, echo& state) {
  auto const size =
      ::send(handle, state.waiting.data(), state.waiting.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
  if (size < 0) return errno == EAGAIN || errno == EINTR;
  state.waiting.erase(0, static_cast<std::size_t>(size));
  return true;
}

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

}  // namespace

echo_server::echo_server() {
  listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address = loopback(0);
  socklen_t size = sizeof address;
  auto* const generic = reinterpret_cast<sockaddr*>(&address);
  if (::bind(listener_, generic, size) != 0 || ::listen(listener_, 4096) != 0) std::abort();
  ::getsockname(listener_, generic, &size);
  port_ = ntohs(address.sin_port);
  if (::pipe(wake_.data()) != 0) std::abort();
  thread_ = std::thread{[this] { serve(); }};
}

echo_server::~echo_server() {
  ::close(wake_[1]);
  thread_.join();
  ::close(wake_[0]);
  ::close(listener_);
}

void echo_server::serve() {
  std::map<int, echo> echoes;
  for (;;) {
    std::vector<pollfd> polled{{wake_[0], POLLIN, 0}, {listener_, POLLIN, 0}};
    for (auto const& [handle, state] : echoes) {
      bool const room = state.waiting.size() < (1U << 20U) && !state.ends;
      auto const wanted = (room ? POLLIN : 0) | (state.waiting.empty() ? 0 : POLLOUT);
      polled.push_back({handle, static_cast<short>(wanted), 0});
    }
    ::poll(polled.data(), polled.size(), -1);
    if (polled[0].revents != 0) break;
    if (polled[1].revents != 0) {
      int const handle = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
      if (handle >= 0) {
        echoes[handle] = {};
        ++open_;
        ++accepted_;
      }
    }
    for (std::size_t i = 2; i < polled.size(); ++i) {
      if (polled[i].revents == 0) continue;
      int const handle = polled[i].fd;
      echo& state = echoes[handle];
      bool goes_on = (polled[i].revents & POLLERR) == 0;
      if (goes_on && (polled[i].revents & (POLLIN | POLLHUP)) != 0 && !state.ends) {
        goes_on = read_from(handle, state, received_);
      }
      if (goes_on && !state.waiting.empty()) goes_on = write_to(handle, state);
      if (goes_on && !(state.ends && state.waiting.empty())) continue;
      ::close(handle);
      echoes.erase(handle);
      --open_;
    }
  }
  for (auto const& [handle, state] : echoes) ::close(handle);
}

test_client::test_client(std::string const& address) {
  if (address.starts_with("unix:")) {
    sockaddr_un to{};
    to.sun_family = AF_UNIX;
    std::strncpy(to.sun_path, address.c_str() + 5, sizeof to.sun_path - 1);
    handle_ = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (::connect(handle_, reinterpret_cast<sockaddr*>(&to), sizeof to) != 0)
      connect_error_ = errno;
    return;
  }
  auto const port = std::stoul(address.substr(address.rfind(':') + 1));
  sockaddr_in to = loopback(static_cast<std::uint16_t>(port));
  handle_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (::connect(handle_, reinterpret_cast<sockaddr*>(&to), sizeof to) != 0) connect_error_ = errno;
}

test_client::~test_client() { ::close(handle_); }

int test_client::send(std::string const& bytes) {
  for (std::size_t at = 0; at < bytes.size();) {
    auto const size = ::send(handle_, bytes.data() + at, bytes.size() - at, MSG_NOSIGNAL);
    if (size < 0) return errno;
    at += static_cast<std::size_t>(size);
  }
  return 0;
}

void test_client::end_sending() { ::shutdown(handle_, SHUT_WR); }

test_client::received test_client::receive(std::size_t most, int milliseconds) {
  received got;
  std::vector<char> bytes(65536);
  while (got.bytes.size() < most) {
    pollfd polled{handle_, POLLIN, 0};
    if (::poll(&polled, 1, milliseconds) == 0) {
      got.error = EAGAIN;
      return got;
    }
    auto const size =
        ::recv(handle_, bytes.data(), std::min(bytes.size(), most - got.bytes.size()), 0);
    if (size < 0) got.error = errno;
    if (size == 0) got.end = true;
    if (size <= 0) return got;
    got.bytes.append(bytes.data(), static_cast<std::size_t>(size));
  }
  return got;
}

}  // namespace holdfast
