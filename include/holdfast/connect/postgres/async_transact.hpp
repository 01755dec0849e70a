#pragma once

#include "holdfast/base/expected.hpp"
#include "holdfast/base/failure.hpp"
#include "holdfast/connect/postgres/async_pool.hpp"
#include "holdfast/connect/postgres/async_transaction.hpp"
#include "holdfast/connect/postgres/eventual.hpp"
#include "holdfast/connect/postgres/transact.hpp"

#include <concepts>
#include <optional>
#include <type_traits>
#include <utility>

#include <boost/asio/awaitable.hpp>

namespace holdfast::postgres {

namespace detail {

/// The body of a transaction in a coroutine, without its type. Nothing: commit.
class async_transaction_body {
 public:
  async_transaction_body() = default;
  async_transaction_body(async_transaction_body const&) = delete;
  async_transaction_body& operator=(async_transaction_body const&) = delete;
  virtual ~async_transaction_body() = default;
  [[nodiscard]] virtual boost::asio::awaitable<std::optional<failure>> run(
      async_transaction& within) = 0;
};

[[nodiscard]] eventual<void> run_transaction(async_pool const& on,
                                             transaction_options const& options,
                                             async_transaction_body& body);

template <class Result>
struct awaited_result {};
template <class Result>
struct awaited_result<boost::asio::awaitable<Result>> {
  using type = Result;
};

/// What a closure returns when it has been awaited.
template <class Closure>
using awaited_result_of =
    typename awaited_result<std::invoke_result_t<Closure&, async_transaction&>>::type;

template <class Closure>
using async_answer = typename transaction_result<awaited_result_of<Closure>>::type;

template <class Closure>
class async_body_of final : public async_transaction_body {
 public:
  explicit async_body_of(Closure& closure) noexcept : closure_{&closure} {}

  boost::asio::awaitable<std::optional<failure>> run(async_transaction& within) override {
    answer_.reset();
    if constexpr (std::is_void_v<awaited_result_of<Closure>>) {
      co_await (*closure_)(within);
      answer_.emplace();
    } else {
      answer_.emplace(co_await (*closure_)(within));
    }
    if (answer_->has_value()) co_return std::nullopt;
    co_return answer_->error();
  }
  [[nodiscard]] async_answer<Closure>& answer() noexcept { return *answer_; }

 private:
  Closure* closure_;
  std::optional<async_answer<Closure>> answer_;
};

}  // namespace detail

/// What `transact` takes in a coroutine.
template <class Closure>
concept async_closure = requires { typename detail::awaited_result_of<Closure>; };

/// Runs a closure within a transaction, as `transact` with a `pool` does, and with all that it
/// promises: read there about side effects, the answer, and a lost COMMIT. The closure is a
/// coroutine, kept until the end, and may run several times:
///
///     auto moved = co_await postgres::transact(
///         pool, options, [&](postgres::async_transaction& t) -> postgres::eventual<rows> {
///           co_return co_await t.execute(move, from, -amount);
///         });
///
/// A coroutine that is cancelled meanwhile rolls back, or, where COMMIT was sent, finds out what
/// became of it first: neither is ended by the cancellation.
///
/// @return expected<T, failure> of the closure's T, void or expected<T, failure>
/// Thread-safe as its pool is. What the options point to must live until it has ended.
template <async_closure Closure>
[[nodiscard]] auto transact(async_pool on, transaction_options options, Closure closure)
    -> boost::asio::awaitable<detail::async_answer<Closure>> {
  detail::async_body_of<Closure> body{closure};
  auto const done = co_await detail::run_transaction(on, options, body);
  if (!done) co_return unexpected{done.error()};
  co_return std::move(body.answer());
}

template <async_closure Closure>
[[nodiscard]] auto transact(async_pool on, Closure closure)
    -> boost::asio::awaitable<detail::async_answer<Closure>> {
  transaction_options const plain{};
  detail::async_body_of<Closure> body{closure};
  auto const done = co_await detail::run_transaction(on, plain, body);
  if (!done) co_return unexpected{done.error()};
  co_return std::move(body.answer());
}

}  // namespace holdfast::postgres
