#include "holdfast/connect/postgres/async_copy.hpp"

#include "connect/postgres/async_session.hpp"

#include <utility>

namespace holdfast::postgres {
namespace {

failure has_ended() { return not_sent("55000", "this COPY has ended"); }

}  // namespace

async_copy_in::async_copy_in(std::weak_ptr<session> of, phase how_far) noexcept
    : session_{std::move(of)}, how_far_{how_far} {}

async_copy_in::async_copy_in(async_copy_in&& other) noexcept = default;

async_copy_in& async_copy_in::operator=(async_copy_in&& other) noexcept {
  std::swap(session_, other.session_);
  std::swap(how_far_, other.how_far_);
  return *this;
}

async_copy_in::~async_copy_in() {
  if (auto const mine = session_.lock()) mine->poison();
}

eventual<void> async_copy_in::write(std::string_view bytes) {
  auto const mine = session_.lock();
  if (mine == nullptr) co_return unexpected{has_ended()};
  // Nothing counts before its end.
  auto const start = [&](session& on) { return on.put_copy_data(bytes, phase::sent); };
  auto const written = co_await on_session(mine, start);
  if (!written) session_.reset();
  co_return written;
}

eventual<std::uint64_t> async_copy_in::finish() {
  auto const mine = session_.lock();
  if (mine == nullptr) co_return unexpected{has_ended()};
  auto const start = [&](session& on) { return on.end_copy_in(how_far_); };
  auto const done = co_await on_session(mine, start);
  session_.reset();
  if (!done) co_return unexpected{done.error()};
  co_return done->affected();
}

boost::asio::awaitable<void> async_copy_in::give_up() {
  auto const mine = session_.lock();
  if (mine == nullptr) co_return;
  auto const start = [](session& on) { return on.give_copy_in_up(); };
  auto const given_up = co_await on_session(mine, start);
  if (given_up) session_.reset();
}

async_copy_out::async_copy_out(std::weak_ptr<session> of, phase how_far) noexcept
    : session_{std::move(of)}, how_far_{how_far} {}

async_copy_out::async_copy_out(async_copy_out&& other) noexcept
    : session_{std::exchange(other.session_, {})},
      how_far_{other.how_far_},
      row_{std::exchange(other.row_, nullptr)} {}

async_copy_out& async_copy_out::operator=(async_copy_out&& other) noexcept {
  std::swap(session_, other.session_);
  std::swap(how_far_, other.how_far_);
  std::swap(row_, other.row_);
  return *this;
}

async_copy_out::~async_copy_out() {
  drop_row();
  if (auto const mine = session_.lock()) mine->poison();
}

void async_copy_out::drop_row() noexcept {
  if (row_ != nullptr) PQfreemem(std::exchange(row_, nullptr));
}

eventual<std::optional<std::string_view>> async_copy_out::next() {
  drop_row();
  auto const mine = session_.lock();
  if (mine == nullptr) co_return std::nullopt;
  int size = 0;
  auto const start = [&](session& on) { return on.get_copy_row(row_, size, how_far_); };
  auto const got = co_await on_session(mine, start);
  if (got && *got) co_return std::string_view{row_, static_cast<std::size_t>(size)};
  session_.reset();
  if (!got) co_return unexpected{got.error()};
  co_return std::nullopt;
}

}  // namespace holdfast::postgres
