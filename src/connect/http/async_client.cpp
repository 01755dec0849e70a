#include "holdfast/connect/http/async_client.hpp"

#include "connect/http/errand.hpp"
#include "connect/http/handles.hpp"
#include "connect/http/switchboard.hpp"
#include "connect/http/ticket.hpp"
#include "connect/http/verdict.hpp"

#include <chrono>
#include <exception>
#include <stop_token>
#include <string>
#include <utility>

#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace holdfast::http {
namespace {

namespace asio = boost::asio;

using outcome = expected<response, failure>;

instant now() { return std::chrono::steady_clock::now(); }

/// Stops a request from anywhere, on the client's executor. Does nothing for one that has ended.
/// The executor is the ticket's: a copy of it would be left in the slots of signals that outlive
/// its context, which a strand may not.
class stopper {
 public:
  explicit stopper(std::weak_ptr<ticket> whose) : whose_{std::move(whose)} {}

  void operator()() const {
    auto const still = whose_.lock();
    if (!still) return;
    asio::dispatch(still->executor(), [whose = whose_] {
      if (auto const waiting = whose.lock()) waiting->stop();
    });
  }

 private:
  std::weak_ptr<ticket> whose_;
};

bool is_late(request const& wanted) { return now() >= wanted.deadline; }

/// Whether there is nothing left to wait for, whatever may be said to the ticket.
bool is_given_up(ticket const& mine, request const& wanted) {
  return mine.is_stopped() || is_late(wanted);
}

/// How an exchange has ended: what came whole came in time, even if its coroutine woke later. What
/// is stopped after its deadline is late: a guard cancels an attempt at the very deadline that it
/// gave, and is to learn of this client's timeout what it would of the blocking one.
ending ending_of(ticket const& mine, request const& wanted) {
  if (auto const code = mine.ended()) return {.curl_code = static_cast<int>(*code)};
  bool const late = is_late(wanted);
  return {.stopped = mine.is_stopped() && !late, .timed_out = late};
}

/// Lets libcurl run what the easy handle was told, until its end or until it is given up.
asio::awaitable<ending> exchanged(switchboard& on, CURL* easy, ticket& mine,
                                  request const& wanted) {
  on.claim(easy, mine);
  attachment const attached{on.multi(), easy};
  if (!attached.stands()) mine.end(CURLE_UNRECOVERABLE_POLL);
  while (!mine.ended() && !is_given_up(mine, wanted)) co_await mine.change(wanted.deadline);
  co_return ending_of(mine, wanted);
}

std::string crowd_of(switchboard const& on) {
  return "all " + std::to_string(on.room().max_connections) + " connections of the client ";
}

/// One request, from the line to its last answer. Runs on the board's executor, and keeps board and
/// ticket alive.
asio::awaitable<outcome> carried_out(std::shared_ptr<switchboard> on, std::shared_ptr<ticket> mine,
                                     request wanted) {
  if (auto const refused = refusal_of(wanted)) co_return unexpected(*refused);
  errand running{wanted, on->bounds(), on->whom()};
  std::stop_callback const stopping{wanted.stop, stopper{mine}};
  seat place{*on, *mine};
  if (!place.is_taken()) {
    co_return unexpected(without_a_turn(
        crowd_of(*on) + "are in use, and its line is full: raise max_waiting", wanted));
  }
  while (!mine->is_called() && !is_given_up(*mine, wanted)) co_await mine->change(wanted.deadline);
  if (!mine->is_called() && is_late(wanted)) {
    co_return unexpected(without_a_turn(
        crowd_of(*on) + "were in use until the deadline: raise max_connections", wanted));
  }
  for (;;) {
    mine->begin();
    ending how = ending_of(*mine, wanted);
    if (how.is_whole()) {
      running.begin(place.easy());
      how = co_await exchanged(*on, place.easy(), *mine, wanted);
    }
    if (auto made = running.end(how)) co_return std::move(*made);
  }
}

/// Starts a request on the board's executor, and hands what comes of it to a handler on its own.
///
/// co_spawn alone would do, but for cancellation: in Boost 1.81 it sends the signal from one
/// executor to another by a pointer that may dangle when it arrives.
struct start {
  std::shared_ptr<switchboard> on;

  template <class Handler>
  void operator()(Handler handler, request wanted) const {
    auto mine = std::make_shared<ticket>(on->executor());
    auto slot = asio::get_associated_cancellation_slot(handler);
    if (slot.is_connected()) {
      slot.assign([stop = stopper{mine}](asio::cancellation_type) { stop(); });
    }
    asio::co_spawn(on->executor(), carried_out(on, std::move(mine), std::move(wanted)),
                   asio::bind_cancellation_slot(asio::cancellation_slot{}, std::move(handler)));
  }
};

}  // namespace

async_client::async_client(asio::any_io_executor by, limits const& bounds, trust whom,
                           capacity const& room)
    : board_{std::make_shared<switchboard>(std::move(by), bounds, std::move(whom), room)} {}

async_client::async_client(async_client&& other) noexcept = default;

async_client& async_client::operator=(async_client&& other) noexcept {
  if (this == &other) return *this;
  close();
  board_ = std::move(other.board_);
  return *this;
}

async_client::~async_client() { close(); }

void async_client::close() noexcept {
  if (!board_) return;
  auto const executor = board_->executor();
  asio::dispatch(executor, [board = std::move(board_)] { board->close(); });
}

asio::awaitable<outcome> async_client::send(request wanted) const {
  return asio::async_initiate<asio::use_awaitable_t<> const, void(std::exception_ptr, outcome)>(
      start{board_}, asio::use_awaitable, std::move(wanted));
}

asio::awaitable<outcome> async_client::send(request wanted, attempt const& now) const {
  return send(std::move(wanted).within(now));
}

asio::awaitable<outcome> async_client::get(std::string url, attempt const& now) const {
  return send(request{.url = std::move(url)}, now);
}

asio::any_io_executor async_client::get_executor() const noexcept { return board_->executor(); }

}  // namespace holdfast::http
