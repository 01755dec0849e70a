#pragma once

#include "holdfast/redact/secret.hpp"
#include "holdfast/serve/served.hpp"
#include "holdfast/serve/server_options.hpp"
#include "serve/host_check.hpp"
#include "serve/request_target.hpp"
#include "serve/web_message.hpp"

#include <atomic>
#include <functional>
#include <optional>
#include <string_view>

namespace holdfast {

/// Answers requests: which path shows what, who may ask for it, and what is said where something
/// is wrong. No I/O of its own; what it shows may be waited for.
class responder {
 public:
  /// @param what  must outlive this
  /// @param clock of orders
  responder(served& what, server_options const& options, std::function<wall_time()> clock);

  /// The answer where nothing of the system need be asked for it: to whether the process lives, and
  /// to whoever asks wrongly. By any thread, at once.
  [[nodiscard]] std::optional<web_answer> answer_at_once(web_request const& asked) const;

  /// By one thread at a time; may wait for what the system waits for.
  [[nodiscard]] web_answer answer(web_request const& asked);

  void drain() noexcept { draining_.store(true, std::memory_order_relaxed); }

 private:
  [[nodiscard]] web_answer answer_checked(web_request const& asked, request_target const& target);
  [[nodiscard]] web_answer show_readiness(request_target const& target);
  [[nodiscard]] web_answer show_health();
  [[nodiscard]] web_answer show_metrics(web_request const& asked);
  [[nodiscard]] web_answer show_circuits(request_target const& target);
  [[nodiscard]] web_answer show_circuit(std::string_view operation);
  [[nodiscard]] web_answer show_events(std::string_view operation, request_target const& target);
  [[nodiscard]] web_answer take_order(web_request const& asked, std::string_view operation,
                                      std::string_view action);

  served& what_;
  secret token_;
  host_check hosts_;
  std::function<wall_time()> clock_;
  std::atomic<bool> draining_{false};
};

}  // namespace holdfast
