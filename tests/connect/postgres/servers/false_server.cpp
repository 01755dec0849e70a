#include "false_server.hpp"

#include <array>
#include <cstdlib>
#include <utility>

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

namespace postgres_tests {

false_server::false_server(std::string answer)
    : socket_{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)} {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  // NOLINTBEGIN(*-reinterpret-cast): the interface of sockets
  bool const listens = ::bind(socket_, reinterpret_cast<sockaddr*>(&address), size) == 0 &&
                       ::listen(socket_, 16) == 0 &&
                       ::getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size) == 0;
  // NOLINTEND(*-reinterpret-cast)
  if (!listens) std::abort();
  port_ = ntohs(address.sin_port);
  if (!answer.empty()) serving_ = std::thread{[this, said = std::move(answer)] { serve(said); }};
}

false_server::~false_server() {
  ::shutdown(socket_, SHUT_RDWR);  // ends accept
  if (serving_.joinable()) serving_.join();
  ::close(socket_);
}

void false_server::serve(std::string const& answer) const {
  for (;;) {
    int const client = ::accept(socket_, nullptr, nullptr);
    if (client < 0) return;
    std::array<char, 512> asked{};
    bool const heard = ::recv(client, asked.data(), asked.size(), 0) > 0;
    if (heard) ::send(client, answer.data(), answer.size(), MSG_NOSIGNAL);
    ::close(client);
  }
}

}  // namespace postgres_tests
