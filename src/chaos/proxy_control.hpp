#pragma once

#include "connection.hpp"
#include "holdfast/base/expected.hpp"
#include "holdfast/base/problem.hpp"
#include "holdfast/chaos/proxy_plan.hpp"
#include "holdfast/chaos/proxy_stats.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace holdfast {

/// What can be done to a running proxy.
class proxy_controls {
 public:
  virtual ~proxy_controls() = default;
  /// All of them or none; the ids.
  virtual expected<std::vector<std::uint64_t>, problems> add(std::vector<proxy_fault> faults) = 0;
  virtual std::size_t clear() = 0;
  virtual bool remove(std::uint64_t id) = 0;
  virtual std::size_t end_all(proxy_fault_kind how, proxy_sides closes) = 0;
  [[nodiscard]] virtual proxy_stats stats() const = 0;

 protected:
  proxy_controls() = default;
  proxy_controls(proxy_controls const&) = default;
  proxy_controls& operator=(proxy_controls const&) = default;
};

struct control_answer {
  int status;
  std::string json;
};

/// Does what an HTTP request asks for: GET /stats, POST /faults, DELETE /faults, DELETE /faults/N,
/// POST /cut?how=reset&closes=client.
[[nodiscard]] control_answer answer_control(std::string_view method, std::string_view target,
                                            std::string_view body, proxy_controls& controls);

/// The faults in a text: "faults: [{kind: reset}]".
[[nodiscard]] expected<std::vector<proxy_fault>, problems> parse_faults(std::string_view text);

/// Serves control calls on one connection to its end.
boost::asio::awaitable<void> serve_control(boost::beast::tcp_stream stream,
                                           proxy_controls& controls);

}  // namespace holdfast
