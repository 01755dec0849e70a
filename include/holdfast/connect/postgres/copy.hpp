#pragma once

#include "holdfast/base/expected.hpp"
#include "holdfast/base/failure.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>

namespace holdfast::postgres {

class session;

/// Rows on their way into a table: COPY … FROM STDIN. Its connection does nothing else meanwhile;
/// where that ends first, the COPY has ended too. Given up at the end of its life unless it was
/// finished: the server then refuses the whole COPY.
class copy_in {
 public:
  copy_in(copy_in&& other) noexcept;
  copy_in& operator=(copy_in&& other) noexcept;
  ~copy_in();

  /// Sends bytes in the format that the COPY command named; they may end anywhere. Waits while the
  /// server is slower; memory: at most `most_unsent` bytes beside those given.
  [[nodiscard]] expected<void, failure> write(std::string_view bytes);

  /// Ends the COPY. @return the rows that it took
  [[nodiscard]] expected<std::uint64_t, failure> finish();

  /// Gives the COPY up; the server answers with 57014 and keeps nothing of it.
  void give_up() noexcept;

  static constexpr std::size_t most_unsent = 1024 * 1024;

 private:
  friend class connection;
  copy_in(std::weak_ptr<session> of, phase how_far) noexcept
      : session_{std::move(of)}, how_far_{how_far} {}

  std::weak_ptr<session> session_;  // none once ended
  phase how_far_;
};

/// Rows on their way out of a table or a query: COPY … TO STDOUT. Its connection does nothing else
/// meanwhile; where that ends first, the COPY has ended too. Left before its end, it closes the
/// connection, which is cheaper than reading the rest.
class copy_out {
 public:
  copy_out(copy_out&& other) noexcept;
  copy_out& operator=(copy_out&& other) noexcept;
  ~copy_out();

  /// The next row, in the format that the COPY command named, with its newline; nothing at the end.
  /// The view is valid until the next call.
  [[nodiscard]] expected<std::optional<std::string_view>, failure> next();

 private:
  friend class connection;
  copy_out(std::weak_ptr<session> of, phase how_far) noexcept
      : session_{std::move(of)}, how_far_{how_far} {}
  void drop_row() noexcept;

  std::weak_ptr<session> session_;  // none once ended
  phase how_far_;
  char* row_ = nullptr;  // libpq's
};

}  // namespace holdfast::postgres
