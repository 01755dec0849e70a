#include "connect/http/switchboard.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include <boost/system/error_code.hpp>

namespace holdfast::http {
namespace {

ticket* ticket_of(CURL* easy) {
  char* whose = nullptr;
  curl_easy_getinfo(easy, CURLINFO_PRIVATE, &whose);
  return static_cast<ticket*>(static_cast<void*>(whose));
}

}  // namespace

switchboard::switchboard(boost::asio::any_io_executor by, limits const& bounds, trust whom,
                         capacity const& room)
    : executor_{std::move(by)},
      bounds_{bounds},
      whom_{std::move(whom)},
      room_{std::max(room.max_connections, 1), std::max(room.max_waiting, 0)},
      timer_{executor_},
      multi_{new_multi()} {
  spare_.reserve(static_cast<std::size_t>(room_.max_connections));
  curl_multi_setopt(multi(), CURLMOPT_SOCKETFUNCTION, &switchboard::on_socket);
  curl_multi_setopt(multi(), CURLMOPT_SOCKETDATA, this);
  curl_multi_setopt(multi(), CURLMOPT_TIMERFUNCTION, &switchboard::on_timer);
  curl_multi_setopt(multi(), CURLMOPT_TIMERDATA, this);
  // Also over HTTP/2: the end of a connection is the end of one request, as in `client`.
  curl_multi_setopt(multi(), CURLMOPT_PIPELINING, static_cast<long>(CURLPIPE_NOTHING));
  curl_multi_setopt(multi(), CURLMOPT_MAX_TOTAL_CONNECTIONS,
                    static_cast<long>(room_.max_connections));
  curl_multi_setopt(multi(), CURLMOPT_MAXCONNECTS, static_cast<long>(room_.max_connections));
}

switchboard::~switchboard() {
  // Kept connections are closed without asking back.
  curl_multi_setopt(multi(), CURLMOPT_SOCKETFUNCTION, nullptr);
  curl_multi_setopt(multi(), CURLMOPT_TIMERFUNCTION, nullptr);
  sockets_.clear();
}

void switchboard::claim(CURL* easy, ticket& whose) {
  curl_easy_setopt(easy, CURLOPT_PRIVATE, &whose);
}

void switchboard::close() noexcept {
  closed_ = true;
  for (auto* each : waiting_) each->stop();
  for (auto* each : running_) each->stop();
}

// Nothing of C++ may pass through libcurl. What it is told of by -1 it makes the end of all that
// runs, so a socket that can't be watched ends its own request instead.
int switchboard::on_socket(CURL* easy, curl_socket_t socket, int what, void* self,
                           void* /*unused*/) noexcept {
  bool watched = false;
  try {
    watched = static_cast<switchboard*>(self)->watch(socket, what);
  } catch (...) {  // no memory
  }
  ticket* const whose = watched ? nullptr : ticket_of(easy);
  if (whose != nullptr) whose->end(CURLE_UNRECOVERABLE_POLL);
  return 0;
}

int switchboard::on_timer(CURLM* /*multi*/, long milliseconds, void* self) noexcept try {
  static_cast<switchboard*>(self)->wake_in(milliseconds);
  return 0;
} catch (...) {
  return -1;
}

bool switchboard::watch(curl_socket_t socket, int what) {
  auto const known = sockets_.find(socket);
  if (what == CURL_POLL_REMOVE) {
    if (known == sockets_.end()) return true;
    known->second->leave();  // now, although a handler may hold it a little longer
    sockets_.erase(known);
    return true;
  }
  if (known != sockets_.end()) {
    known->second->want(what);
    return true;
  }
  auto const tell = [weak = weak_from_this()](curl_socket_t ready, int how) {
    if (auto const self = weak.lock()) self->act(ready, how);
  };
  auto const made = std::make_shared<watched_socket>(executor_, socket, tell);
  if (!made->join()) return false;
  sockets_.emplace(socket, made);
  made->want(what);
  return true;
}

void switchboard::wake_in(long milliseconds) {
  if (milliseconds < 0) {
    timer_.cancel();
    return;
  }
  timer_.expires_after(std::chrono::milliseconds{milliseconds});
  timer_.async_wait([weak = weak_from_this()](boost::system::error_code const& cancelled) {
    auto const self = weak.lock();
    if (!cancelled && self) self->act(CURL_SOCKET_TIMEOUT, 0);
  });
}

/// Lets libcurl do what is to be done for a socket or a time. Never within its callbacks.
void switchboard::act(curl_socket_t socket, int what) {
  int still_running = 0;
  bool const good = curl_multi_socket_action(multi(), socket, what, &still_running) == CURLM_OK;
  tell_the_ended();
  if (good) return;
  for (auto* each : running_) {
    if (!each->ended()) each->end(CURLE_UNRECOVERABLE_POLL);
  }
}

void switchboard::tell_the_ended() {
  int queued = 0;
  while (CURLMsg const* message = curl_multi_info_read(multi(), &queued)) {
    if (message->msg != CURLMSG_DONE) continue;
    if (auto* const whose = ticket_of(message->easy_handle)) whose->end(message->data.result);
  }
}

void switchboard::call_the_next() noexcept {
  auto const places = static_cast<std::size_t>(room_.max_connections);
  while (!waiting_.empty() && running_.size() < places) {
    ticket* const next = waiting_.front();
    running_.splice(running_.end(), waiting_, waiting_.begin());
    next->call();
  }
}

seat::seat(switchboard& on, ticket& of) : on_{&on}, of_{&of}, node_{&of}, at_{node_.begin()} {
  bool const turn = on.running_.size() < static_cast<std::size_t>(on.room_.max_connections);
  bool const fits = on.waiting_.size() < static_cast<std::size_t>(on.room_.max_waiting);
  taken_ = turn || fits;
  if (!taken_) return;
  on.waiting_.splice(on.waiting_.end(), node_);
  if (on.closed_) of.stop();
  on.call_the_next();
}

seat::~seat() {
  if (easy_) on_->spare_.push_back(std::move(easy_));
  if (!taken_) return;
  (of_->is_called() ? on_->running_ : on_->waiting_).erase(at_);
  on_->call_the_next();
}

CURL* seat::easy() {
  if (!easy_ && !on_->spare_.empty()) {
    easy_ = std::move(on_->spare_.back());
    on_->spare_.pop_back();
  }
  if (!easy_) easy_ = new_easy();
  return easy_.get();
}

}  // namespace holdfast::http
