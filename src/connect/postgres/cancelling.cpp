#include "connect/postgres/cancelling.hpp"

#include "holdfast/base/signals_blocked.hpp"

#include <array>
#include <atomic>
#include <memory>
#include <system_error>
#include <thread>

namespace holdfast::postgres {
namespace {

constexpr int most_requests = 16;

/// Counts one request as under way, as long as it lives.
class request_place {
 public:
  request_place() noexcept : got_{under_way().fetch_add(1) < most_requests} {}
  request_place(request_place const&) = delete;
  request_place& operator=(request_place const&) = delete;
  ~request_place() { under_way().fetch_sub(1); }
  [[nodiscard]] bool got() const noexcept { return got_; }

 private:
  // The threads may run on while statics end: what they count in never does.
  static std::atomic<int>& under_way() noexcept {
    static constinit std::atomic<int> count{0};
    return count;
  }
  bool got_;
};

}  // namespace

std::shared_ptr<cancel_request> cancel_request::send(PGconn* link) noexcept {
  try {
    auto place = std::make_shared<request_place>();
    if (!place->got()) return nullptr;
    std::shared_ptr<PGcancel> const what{PQgetCancel(link), &PQfreeCancel};
    if (what == nullptr) return nullptr;
    auto request = std::make_shared<cancel_request>();
    signals_blocked const during;
    std::thread{[place, what, request] {
      std::array<char, 256> why{};  // the statement's own answer tells what came of it
      PQcancel(what.get(), why.data(), static_cast<int>(why.size()));
      // It returns when the server closes its connection, and that is after the signal.
      request->struck().ring();
    }}.detach();
    return request;
  } catch (std::system_error const&) {
    return nullptr;
  } catch (std::bad_alloc const&) {
    return nullptr;
  }
}

}  // namespace holdfast::postgres
