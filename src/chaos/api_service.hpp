#pragma once

#include "answer.hpp"
#include "holdfast/chaos/api_options.hpp"
#include "holdfast/chaos/chaos_tally.hpp"
#include "holdfast/chaos/fault_engine.hpp"
#include "holdfast/chaos/record_set.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace holdfast {

/// A request as far as the service needs it.
struct request_line {
  std::string_view method;
  std::string_view target;
  bool keep_alive = true;
};

/// The failing API without its sockets: what is asked, and when, to what is to be done.
class api_service {
 public:
  api_service(api_options options, chaos_plan plan, record_set records);

  /// What a new connection meets, counted: the outage that turns it away, if any.
  [[nodiscard]] std::optional<fault_engine::outage_state> connect(duration since_start);

  /// The answer to a request, counted.
  [[nodiscard]] exchange respond(request_line const& request, duration since_start, wall_time now);

  /// Counts an answer that the client did not wait for.
  void abandoned() { tally_.add_abandoned(); }

  [[nodiscard]] api_options const& options() const noexcept { return options_; }
  [[nodiscard]] chaos_tally const& tally() const noexcept { return tally_; }

 private:
  [[nodiscard]] exchange page(request_line const& request, duration since_start,
                              answer_context const& context);

  api_options options_;
  record_set records_;
  fault_engine engine_;
  chaos_tally tally_;
};

}  // namespace holdfast
