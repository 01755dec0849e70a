#pragma once

#include <memory>
#include <string_view>

#include <libpq-fe.h>

namespace holdfast::postgres {

struct finisher {
  void operator()(PGconn* link) const noexcept { PQfinish(link); }
};
using link_ptr = std::unique_ptr<PGconn, finisher>;

struct result_clearer {
  void operator()(PGresult* result) const noexcept { PQclear(result); }
};
using result_ptr = std::unique_ptr<PGresult, result_clearer>;

/// What libpq has allocated and hands over.
struct libpq_freer {
  void operator()(void* memory) const noexcept { PQfreemem(memory); }
};
using libpq_text = std::unique_ptr<char, libpq_freer>;

/// A text of libpq's, which may be null.
[[nodiscard]] inline std::string_view text_of(char const* text) noexcept {
  return text == nullptr ? std::string_view{} : std::string_view{text};
}

}  // namespace holdfast::postgres
