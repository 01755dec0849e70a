#pragma once

#include "holdfast/base/expected.hpp"
#include "holdfast/base/failure.hpp"
#include "holdfast/connect/postgres/copy.hpp"
#include "holdfast/connect/postgres/eventual.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include <boost/asio/awaitable.hpp>

namespace holdfast::postgres {

/// COPY … FROM STDIN in a coroutine; as `copy_in`. Left without `finish` or `give_up`, it closes
/// its connection: an end of life can't wait for the server's word.
class async_copy_in {
 public:
  async_copy_in(async_copy_in&& other) noexcept;
  async_copy_in& operator=(async_copy_in&& other) noexcept;
  ~async_copy_in();

  /// Sends bytes in the format that the COPY command named; they may end anywhere. Waits while the
  /// server is slower; memory: at most `copy_in::most_unsent` bytes beside those given.
  [[nodiscard]] eventual<void> write(std::string_view bytes);

  /// Ends the COPY. @return the rows that it took
  [[nodiscard]] eventual<std::uint64_t> finish();

  /// Gives the COPY up; the server answers with 57014 and keeps nothing of it.
  [[nodiscard]] boost::asio::awaitable<void> give_up();

 private:
  friend struct async_gate;
  async_copy_in(std::weak_ptr<session> of, phase how_far) noexcept;

  std::weak_ptr<session> session_;  // none once ended
  phase how_far_;
};

/// COPY … TO STDOUT in a coroutine; as `copy_out`.
class async_copy_out {
 public:
  async_copy_out(async_copy_out&& other) noexcept;
  async_copy_out& operator=(async_copy_out&& other) noexcept;
  ~async_copy_out();

  /// The next row, in the format that the COPY command named, with its newline; nothing at the end.
  /// The view is valid until the next call.
  [[nodiscard]] eventual<std::optional<std::string_view>> next();

 private:
  friend struct async_gate;
  async_copy_out(std::weak_ptr<session> of, phase how_far) noexcept;
  void drop_row() noexcept;

  std::weak_ptr<session> session_;  // none once ended
  phase how_far_;
  char* row_ = nullptr;  // libpq's
};

}  // namespace holdfast::postgres
