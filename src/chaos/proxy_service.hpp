#pragma once

#include "fault_book.hpp"
#include "holdfast/chaos/proxy.hpp"
#include "proxy_control.hpp"
#include "proxy_link.hpp"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

namespace holdfast {

/// A proxy without its thread: listens, drives its connections, and does what it is told. All of it
/// belongs to the thread that runs the context, but for opening and the end.
class proxy_service final : public proxy_controls {
 public:
  proxy_service(proxy_options options, proxy_plan plan, boost::asio::io_context& context);

  /// Listens on both addresses, and looks up the server's.
  expected<void, problem> open();

  expected<std::vector<std::uint64_t>, problems> add(std::vector<proxy_fault> faults) override;
  std::size_t clear() override;
  bool remove(std::uint64_t id) override;
  std::size_t end_all(proxy_fault_kind how, proxy_sides closes) override;
  [[nodiscard]] proxy_stats stats() const override;

  /// Resets all connections and listens no more.
  void stop();

  [[nodiscard]] stream_endpoint const& address() const noexcept { return address_; }
  [[nodiscard]] std::string const& control_url() const noexcept { return control_url_; }

 private:
  using stream_acceptor = boost::asio::basic_socket_acceptor<boost::asio::generic::stream_protocol>;

  expected<void, problem> open_control();
  void listen_as_planned();
  boost::system::error_code listen();
  void accept();
  void accept_again_soon();
  void accept_control();
  void take(stream_socket socket);
  void faults_changed();
  [[nodiscard]] std::vector<std::shared_ptr<proxy_link>> open_links() const;

  proxy_options options_;
  proxy_protocol protocol_;
  boost::asio::io_context& context_;
  service_clock clock_;
  fault_book book_;
  std::vector<stream_endpoint> server_;
  stream_endpoint address_;
  stream_acceptor acceptor_;
  bool accepting_ = false;
  boost::asio::steady_timer windows_;  ///< when somebody begins or stops to listen
  boost::asio::steady_timer pause_;    ///< where no connection can be accepted
  std::optional<boost::asio::ip::tcp::acceptor> control_;
  std::string control_url_;
  std::map<std::uint64_t, std::shared_ptr<proxy_link>> links_;
  proxy_stats counted_;  ///< of everything, but for what open connections have swallowed
  std::vector<char> scratch_;
  bool stopped_ = false;
};

}  // namespace holdfast
