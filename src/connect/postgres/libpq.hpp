#pragma once

#include <memory>

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

}  // namespace holdfast::postgres
