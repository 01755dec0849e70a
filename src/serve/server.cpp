#include "holdfast/serve/server.hpp"

#include "holdfast/redact/redact.hpp"
#include "serve/server_parts.hpp"

#include <utility>

namespace holdfast {
namespace {

constexpr std::size_t shortest_token = 16;

[[nodiscard]] problems wrong_options(server_options const& options) {
  problems found;
  auto const refuse = [&](std::string where, std::string what, std::string remedy) {
    found.push_back({{std::move(where), 0, 0}, std::move(what), std::move(remedy)});
  };
  boost::system::error_code error;
  boost::asio::ip::make_address(options.address, error);
  if (error) {
    refuse("address", "'" + options.address + "' is no numeric address",
           "for example 127.0.0.1, or ::1");
  }
  if (!options.token.empty() && options.token.size() < shortest_token) {
    refuse("token", "it is too short to be guarded by", "at least 16 bytes, drawn by chance");
  }
  if (options.max_connections == 0) refuse("max_connections", "it is 0", "1 or more");
  for (auto const& [name, limit] :
       {std::pair{"head_limit", options.head_limit}, std::pair{"idle_limit", options.idle_limit},
        std::pair{"send_limit", options.send_limit}}) {
    bool const fits = limit > duration::zero() && limit <= std::chrono::hours{24};
    if (!fits) refuse(name, "it is out of range", "above zero, up to a day");
  }
  return found;
}

}  // namespace

expected<server, problem> server::open(served& what, server_options options) {
  if (problems const found = wrong_options(options); !found.empty()) {
    return unexpected{problem{{}, describe(found), "change these options of the server"}};
  }
  if (!options.token.empty()) static_cast<void>(keep_secret(options.token));
  std::string const address = options.address;
  std::uint16_t const port = options.port;
  auto made = std::make_unique<parts>(what, std::move(options));
  if (auto const error = made->listen()) {
    return unexpected{
        problem{{},
                "can't listen on " + address + ":" + std::to_string(port) + ": " + error.message(),
                "choose another address or port; port 0 takes any that is free"}};
  }
  made->start();
  return server{std::move(made)};
}

server::server(std::unique_ptr<parts> made) noexcept : parts_{std::move(made)} {}
server::server(server&&) noexcept = default;
server& server::operator=(server&&) noexcept = default;
server::~server() = default;

std::string server::url() const {
  auto const& address = parts_->endpoint().address();
  std::string const host = address.is_v6() ? "[" + address.to_string() + "]" : address.to_string();
  return "http://" + host + ":" + std::to_string(parts_->endpoint().port());
}

void server::drain() { parts_->drain(); }

}  // namespace holdfast
