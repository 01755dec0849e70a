#pragma once

#include "connect/http/exchange.hpp"
#include "connect/http/route.hpp"
#include "holdfast/base/time.hpp"
#include "holdfast/connect/http/client.hpp"

#include <memory>

#include <curl/curl.h>

namespace holdfast::http {

/// One exchange as libcurl's callbacks see it.
struct conversation {
  CURL* easy;
  exchange* into;
  bool ready = false;  // the connection stands, and the request is about to be sent
};

struct list_deleter {
  void operator()(curl_slist* list) const noexcept { curl_slist_free_all(list); }
};
using header_list = std::unique_ptr<curl_slist, list_deleter>;

/// Tells libcurl all about one request: what to send, whom to trust, how long to wait, and whom to
/// hand what comes. The list, the request and the conversation must outlive the exchange.
[[nodiscard]] header_list set_up(CURL* easy, request const& wanted, route const& led,
                                 trust const& whom, conversation& running);

/// A span as libcurl takes it: at least 1, since 0 means "no limit".
[[nodiscard]] long at_least_one_ms(duration span);

}  // namespace holdfast::http
