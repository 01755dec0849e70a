#include "holdfast/chaos/proxy.hpp"

#include "holdfast/base/signals_blocked.hpp"
#include "proxy_service.hpp"

#include <future>
#include <mutex>
#include <thread>
#include <type_traits>
#include <utility>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>

namespace holdfast {
namespace {

namespace asio = boost::asio;

}  // namespace

class chaos_proxy::state {
 public:
  state(proxy_options options, proxy_plan plan)
      : service{std::move(options), std::move(plan), context_} {}
  state(state const&) = delete;
  state& operator=(state const&) = delete;
  ~state() { stop(); }

  void start() {
    signals_blocked const blocked;
    thread_ = std::thread{[this] { context_.run(); }};
  }

  void stop() {
    std::lock_guard const alone{calls_};
    if (!thread_.joinable()) return;
    asio::post(context_, [this] {
      service.stop();
      context_.stop();
    });
    thread_.join();
  }

  /// Has the serving thread do this, and waits for it; does it here once that thread has ended.
  template <class Work>
  std::invoke_result_t<Work> call(Work work) {
    std::lock_guard const alone{calls_};
    if (!thread_.joinable()) return work();
    std::packaged_task<std::invoke_result_t<Work>()> task{std::move(work)};
    auto done = task.get_future();
    asio::post(context_, std::move(task));
    return done.get();
  }

 private:
  asio::io_context context_{1};
  asio::executor_work_guard<asio::io_context::executor_type> work_{context_.get_executor()};
  std::mutex calls_;
  std::thread thread_;

 public:
  proxy_service service;  ///< after the context, which it uses to its end
};

expected<chaos_proxy, problem> chaos_proxy::open(proxy_options options, proxy_plan plan) {
  auto made = std::make_unique<state>(std::move(options), std::move(plan));
  if (auto opened = made->service.open(); !opened) return unexpected{opened.error()};
  made->start();
  return chaos_proxy{std::move(made)};
}

chaos_proxy::chaos_proxy(std::unique_ptr<state> made) noexcept : state_{std::move(made)} {}
chaos_proxy::chaos_proxy(chaos_proxy&&) noexcept = default;
chaos_proxy& chaos_proxy::operator=(chaos_proxy&&) noexcept = default;
chaos_proxy::~chaos_proxy() = default;

std::string chaos_proxy::address() const { return to_text(state_->service.address()); }

std::uint16_t chaos_proxy::port() const { return port_of(state_->service.address()); }

std::string chaos_proxy::control_url() const { return state_->service.control_url(); }

expected<std::uint64_t, problems> chaos_proxy::add(proxy_fault fault) {
  return state_
      ->call([&] { return state_->service.add(std::vector<proxy_fault>{std::move(fault)}); })
      .map([](auto const& ids) { return ids.front(); });
}

expected<std::vector<std::uint64_t>, problems> chaos_proxy::add_text(std::string_view plan) {
  auto faults = parse_faults(plan);
  if (!faults) return unexpected{faults.error()};
  return state_->call([&] { return state_->service.add(std::move(*faults)); });
}

std::size_t chaos_proxy::clear() {
  return state_->call([this] { return state_->service.clear(); });
}

bool chaos_proxy::remove(std::uint64_t id) {
  return state_->call([this, id] { return state_->service.remove(id); });
}

std::size_t chaos_proxy::end_all(proxy_fault_kind how, proxy_sides closes) {
  return state_->call([=, this] { return state_->service.end_all(how, closes); });
}

proxy_stats chaos_proxy::stats() const {
  return state_->call([this] { return state_->service.stats(); });
}

void chaos_proxy::stop() { state_->stop(); }

}  // namespace holdfast
