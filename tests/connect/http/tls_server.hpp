#pragma once

#include "connect/http/certificate.hpp"
#include "connect/http/scripted_server.hpp"

#include <csignal>
#include <memory>
#include <string>
#include <thread>
#include <utility>

#include <openssl/ssl.h>

namespace holdfast::testing {

/// A server that speaks TLS with a certificate and gives every request the same answer, one
/// connection after the other, each for one request. Ends promptly when destroyed.
class tls_server {
 public:
  tls_server(certificate const& shown, std::string answer)
      : answer_{std::move(answer)},
        context_{SSL_CTX_new(TLS_server_method()), &SSL_CTX_free},
        listener_{listen_on_loopback(port_)} {
    std::signal(SIGPIPE, SIG_IGN);  // a client that does not trust us hangs up on OpenSSL
    SSL_CTX_use_certificate(context_.get(), shown.get());
    SSL_CTX_use_PrivateKey(context_.get(), shown.key());
    if (pipe(ended_) != 0) std::abort();
    thread_ = std::thread{[this] { run(); }};
  }
  tls_server(tls_server const&) = delete;
  tls_server& operator=(tls_server const&) = delete;
  ~tls_server() {
    close(ended_[1]);
    thread_.join();
    close(ended_[0]);
    close(listener_);
  }

  [[nodiscard]] std::string url(std::string const& scheme = "https") const {
    return scheme + "://127.0.0.1:" + std::to_string(port_) + "/";
  }

 private:
  void run() const {
    for (;;) {
      pollfd watched[2] = {{listener_, POLLIN, 0}, {ended_[0], POLLIN, 0}};
      if (poll(watched, 2, -1) <= 0 || watched[1].revents != 0) return;
      int const connection = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
      if (connection < 0) continue;
      timeval const patience{2, 0};
      setsockopt(connection, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
      converse(connection);
      close(connection);
    }
  }

  void converse(int connection) const {
    std::unique_ptr<SSL, void (*)(SSL*)> const link{SSL_new(context_.get()), &SSL_free};
    SSL_set_fd(link.get(), connection);
    if (SSL_accept(link.get()) != 1) return;
    std::string request;
    char piece[4096];
    while (request.find("\r\n\r\n") == std::string::npos) {
      int const n = SSL_read(link.get(), piece, sizeof piece);
      if (n <= 0) return;
      request.append(piece, static_cast<std::size_t>(n));
    }
    SSL_write(link.get(), answer_.data(), static_cast<int>(answer_.size()));
    SSL_shutdown(link.get());
  }

  std::string answer_;
  std::unique_ptr<SSL_CTX, void (*)(SSL_CTX*)> context_;
  int port_ = 0;  // before the listener, which sets it
  int listener_ = -1;
  int ended_[2] = {-1, -1};
  std::thread thread_;
};

}  // namespace holdfast::testing
