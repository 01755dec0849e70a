#include "holdfast/connect/http/client.hpp"

#include "connect/http/errand.hpp"
#include "connect/http/handles.hpp"
#include "connect/http/setup.hpp"
#include "connect/http/verdict.hpp"

#include <algorithm>
#include <chrono>
#include <stop_token>
#include <utility>

#include <curl/curl.h>

namespace holdfast::http {
namespace {

instant now() { return std::chrono::steady_clock::now(); }

/// The result of the one exchange on a multi handle; CURLE_OK is no answer while it runs.
CURLcode result_on(CURLM* multi) {
  int queued = 0;
  while (CURLMsg const* message = curl_multi_info_read(multi, &queued)) {
    if (message->msg == CURLMSG_DONE) return message->data.result;
  }
  return CURLE_ABORTED_BY_CALLBACK;
}

/// Drives the exchange to its end, the deadline or the caller's stop, whichever comes first.
void drive(CURLM* multi, request const& wanted, ending& how) {
  constexpr duration longest_poll = std::chrono::seconds{1};
  std::stop_callback const wake{wanted.stop, [multi] { curl_multi_wakeup(multi); }};
  for (int running = 1;;) {
    if (curl_multi_perform(multi, &running) != CURLM_OK) {
      how.curl_code = CURLE_UNRECOVERABLE_POLL;
      return;
    }
    if (running == 0) break;
    how.stopped = wanted.stop.stop_requested();
    how.timed_out = now() >= wanted.deadline;
    if (how.stopped || how.timed_out) return;
    duration const patience = std::min(longest_poll, elapsed(now(), wanted.deadline));
    curl_multi_poll(multi, nullptr, 0, static_cast<int>(at_least_one_ms(patience)), nullptr);
  }
  how.curl_code = result_on(multi);
}

}  // namespace

struct client::handles {
  // In this order: the easy handle must go before the multi handle that keeps its connections.
  multi_handle multi = new_multi();
  easy_handle easy = new_easy();
};

client::client(limits const& bounds, trust whom)
    : limits_{bounds}, trust_{std::move(whom)}, handles_{std::make_unique<handles>()} {}

client::client(client&& other) noexcept = default;
client& client::operator=(client&& other) noexcept = default;
client::~client() = default;

expected<response, failure> client::send(request const& wanted) {
  if (auto const refused = refusal_of(wanted)) return unexpected(*refused);
  errand running{wanted, limits_, trust_};
  for (;;) {
    ending how{.timed_out = now() >= wanted.deadline};
    if (!how.timed_out) {
      running.begin(handles_->easy.get());
      attachment const attached{handles_->multi.get(), handles_->easy.get()};
      drive(handles_->multi.get(), wanted, how);
    }
    if (auto made = running.end(how)) return std::move(*made);
  }
}

expected<response, failure> client::send(request wanted, attempt const& now) {
  return send(std::move(wanted).within(now));
}

expected<response, failure> client::get(std::string url, attempt const& now) {
  return send(request{.url = std::move(url)}, now);
}

}  // namespace holdfast::http
