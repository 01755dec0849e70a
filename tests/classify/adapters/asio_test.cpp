#include "holdfast/classify/asio.hpp"

#include "holdfast/drive/classifies.hpp"
#include "holdfast/drive/outcome_traits.hpp"

#include <array>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <gtest/gtest.h>

namespace holdfast {
namespace {

namespace error = boost::asio::error;
using boost::system::error_code;
using enum advice;

struct asio_case {
  error_code code;
  failure_code told;
  holdfast::category category;
  holdfast::fault fault;
  holdfast::advice advice;
};

/// Codes of Asio's own categories.
std::vector<asio_case> own_codes() {
  auto const row = [](auto code, char const* name, category kind, fault whose, advice how) {
    return asio_case{code, {code_kind::asio, name}, kind, whose, how};
  };
  using enum fault;
  return {
      row(error::eof, "eof", category::connection, dependency, if_idempotent),
      row(error::not_found, "not_found", category::not_found, caller, never),
      row(error::already_open, "already_open", category::programming, caller, never),
      row(error::fd_set_failure, "fd_set_failure", category::resource, local, if_idempotent),
      row(error::host_not_found, "host_not_found", category::not_found, dependency, after_backoff),
      row(error::host_not_found_try_again, "host_not_found_try_again", category::connection,
          dependency, after_backoff),
      row(error::no_data, "no_data", category::not_found, dependency, after_backoff),
      row(error::no_recovery, "no_recovery", category::connection, dependency, after_backoff),
      row(error::service_not_found, "service_not_found", category::configuration, caller, never),
      row(error::socket_type_not_supported, "socket_type_not_supported", category::programming,
          caller, never),
  };
}

/// Codes of the operating system, as Asio and Boost.System give them.
std::vector<asio_case> system_codes() {
  auto const row = [](error_code code, char const* name, category kind, fault whose, advice how) {
    return asio_case{code, {code_kind::errno_code, name}, kind, whose, how};
  };
  using enum fault;
  return {
      row(error::connection_refused, "ECONNREFUSED", category::connection, dependency,
          after_backoff),
      row(error::connection_reset, "ECONNRESET", category::connection, dependency, if_idempotent),
      row(error::operation_aborted, "ECANCELED", category::cancelled, nobody, never),
      row(error::timed_out, "ETIMEDOUT", category::timeout, dependency, if_idempotent),
      row(make_error_code(boost::system::errc::broken_pipe), "EPIPE", category::connection,
          dependency, if_idempotent),
  };
}

void expect_verdicts(std::vector<asio_case> const& cases) {
  for (asio_case const& expected : cases) {
    failure const seen = classify_error_code(expected.code, phase::sent);
    std::string const name{expected.told.value.view()};
    EXPECT_EQ(seen.code, expected.told) << name;
    EXPECT_EQ(name_of(seen.category), name_of(expected.category)) << name;
    EXPECT_EQ(name_of(seen.fault), name_of(expected.fault)) << name;
    EXPECT_EQ(name_of(seen.advice), name_of(expected.advice)) << name;
  }
}

TEST(AsioCode, OfItsOwnCategoriesMeansWhatItAmountsTo) { expect_verdicts(own_codes()); }

TEST(AsioCode, OfTheSystemMeansWhatErrnoDoes) { expect_verdicts(system_codes()); }

TEST(AsioCode, TheEndOfAStreamDependsOnThePhase) {
  EXPECT_EQ(classify_error_code(error::eof, phase::not_sent).advice, after_backoff);
  EXPECT_EQ(classify_error_code(error::eof, phase::awaiting_commit).advice, resolve_first);
  EXPECT_EQ(classify_error_code(error::operation_aborted, phase::awaiting_commit).advice,
            resolve_first);
}

// Boost's own base has no virtual destructor.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wnon-virtual-dtor"
struct tls_category final : boost::system::error_category {
  [[nodiscard]] char const* name() const noexcept override { return "asio.ssl.stream"; }
  [[nodiscard]] std::string message(int /*value*/) const override { return "stream truncated"; }
};
#pragma GCC diagnostic pop

TEST(AsioCode, ACutTlsStreamIsALostLink) {
  tls_category const tls;

  failure const seen = classify_error_code(error_code{1, tls}, phase::sent);

  EXPECT_EQ(seen.code, (failure_code{code_kind::asio, "stream_truncated"}));
  EXPECT_EQ(seen.category, category::connection);
}

TEST(AsioCode, IsUnderstoodByGuardsAsResultAndAsException) {
  using result = expected<int, error_code>;
  static_assert(outcome_traits<result>::reports_failure);
  error_code const reset = error::connection_reset;

  EXPECT_EQ(outcome_traits<result>::failure_in(unexpected{reset})->category, category::connection);
  try {
    throw boost::system::system_error{reset, "reading"};
  } catch (...) {
    EXPECT_EQ(classifies<boost::system::system_error>::judge().code.value, "ECONNRESET");
  }
}

// A real socket, of which the peer goes away, and a port where nobody listens.
TEST(AsioCode, RealSocketsAreJudgedByWhatBefellThem) {
  namespace asio = boost::asio;
  asio::io_context context;
  asio::ip::tcp::acceptor acceptor{context, {asio::ip::address_v4::loopback(), 0}};
  asio::ip::tcp::socket ours{context};
  ours.connect(acceptor.local_endpoint());
  acceptor.accept().close();

  error_code read;
  std::array<char, 1> byte{};
  asio::read(ours, asio::buffer(byte), read);
  auto const nobody = acceptor.local_endpoint();
  acceptor.close();
  error_code refused;
  asio::ip::tcp::socket{context}.connect(nobody, refused);

  EXPECT_EQ(failure_of(read).code.value, "eof");
  EXPECT_EQ(failure_of(refused).code.value, "ECONNREFUSED");
}

}  // namespace
}  // namespace holdfast
