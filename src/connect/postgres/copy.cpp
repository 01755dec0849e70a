#include "holdfast/connect/postgres/copy.hpp"

#include "connect/postgres/session.hpp"

#include <new>
#include <utility>

namespace holdfast::postgres {
namespace {

/// The session of a COPY that is under way, which then ends.
std::shared_ptr<session> ended(std::weak_ptr<session>& of) {
  auto mine = of.lock();
  of.reset();
  return mine;
}

}  // namespace

copy_in::copy_in(copy_in&& other) noexcept = default;

copy_in& copy_in::operator=(copy_in&& other) noexcept {
  std::swap(session_, other.session_);
  std::swap(how_far_, other.how_far_);
  return *this;
}

copy_in::~copy_in() { give_up(); }

expected<void, failure> copy_in::write(std::string_view bytes) {
  auto const mine = session_.lock();
  if (mine == nullptr) return unexpected{not_sent("55000", "this COPY has ended")};
  auto written =
      finished(mine->put_copy_data(bytes, phase::sent));  // nothing counts before its end
  if (!written) session_.reset();
  return written;
}

expected<std::uint64_t, failure> copy_in::finish() {
  auto const mine = ended(session_);
  if (mine == nullptr) return unexpected{not_sent("55000", "this COPY has ended")};
  auto const done = finished(mine->end_copy_in(how_far_));
  if (!done) return unexpected{done.error()};
  return done->affected();
}

void copy_in::give_up() noexcept {
  auto const mine = ended(session_);
  if (mine == nullptr) return;
  try {
    [[maybe_unused]] auto const given_up = finished(mine->give_copy_in_up());
  } catch (std::bad_alloc const&) {
    mine->poison();
  }
}

copy_out::copy_out(copy_out&& other) noexcept
    : session_{std::exchange(other.session_, {})},
      how_far_{other.how_far_},
      row_{std::exchange(other.row_, nullptr)} {}

copy_out& copy_out::operator=(copy_out&& other) noexcept {
  std::swap(session_, other.session_);
  std::swap(how_far_, other.how_far_);
  std::swap(row_, other.row_);
  return *this;
}

copy_out::~copy_out() {
  drop_row();
  if (auto const mine = ended(session_)) mine->poison();
}

void copy_out::drop_row() noexcept {
  if (row_ != nullptr) PQfreemem(std::exchange(row_, nullptr));
}

expected<std::optional<std::string_view>, failure> copy_out::next() {
  drop_row();
  auto const mine = session_.lock();
  if (mine == nullptr) return std::nullopt;
  int size = 0;
  auto const got = finished(mine->get_copy_row(row_, size, how_far_));
  if (got && *got) return std::string_view{row_, static_cast<std::size_t>(size)};
  session_.reset();
  if (!got) return unexpected{got.error()};
  return std::nullopt;
}

}  // namespace holdfast::postgres
