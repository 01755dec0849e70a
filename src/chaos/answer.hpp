#pragma once

#include "exchange.hpp"
#include "holdfast/chaos/fault_engine.hpp"
#include "http_text.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace holdfast {

/// What an answer needs besides its verdict.
struct answer_context {
  wall_time now;
  bool keep_alive = true;  ///< what the client wants
  std::string target;      ///< of the request, for redirects
};

inline constexpr std::string_view json_type = "application/json";
inline constexpr std::string_view html_type = "text/html; charset=utf-8";

/// A complete answer with nothing wrong about its form.
[[nodiscard]] exchange plain_answer(int status, std::string_view type, std::string const& body,
                                    answer_context const& context);

/// 302 to the same target, round number `hop`; 508 where a client has been round 1000 times.
[[nodiscard]] exchange redirect(std::uint64_t hop, answer_context const& context);

/// Carries out a verdict. `page` is the JSON text of its page, used by the kinds that send one.
[[nodiscard]] exchange answer(fault_verdict const& verdict, request_faults const& faults,
                              std::string const& page, answer_context const& context);

}  // namespace holdfast
