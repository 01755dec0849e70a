#pragma once

// An adapter, for programs that have Boost: it names Boost.System and Asio. Not part of
// <holdfast/holdfast.hpp>.

#include "holdfast/base/failure.hpp"
#include "holdfast/classify/errno.hpp"
#include "holdfast/classify/error_code.hpp"
#include "holdfast/classify/getaddrinfo.hpp"

#include <cerrno>
#include <string_view>

#include <boost/asio/error.hpp>
#include <boost/system/error_code.hpp>
#include <boost/system/system_error.hpp>
#include <netdb.h>

namespace holdfast {

namespace detail {

/// A failure under the name that Asio has for it.
inline failure named_by_asio(failure seen, std::string_view name, std::string_view text) noexcept {
  seen.code.kind = code_kind::asio;
  seen.code.value = name;
  seen.text = text;
  return seen;
}

/// The codes of Asio's own categories, by what they amount to.
inline failure classify_asio_code(boost::system::error_code const& code, phase how_far) noexcept {
  namespace error = boost::asio::error;
  auto const lookup = [](int eai, std::string_view name, std::string_view text) {
    return named_by_asio(classify_getaddrinfo(eai), name, text);
  };
  auto const system = [&](int number, std::string_view name, std::string_view text) {
    return named_by_asio(classify_errno(number, how_far), name, text);
  };
  if (code == error::eof) return system(ECONNRESET, "eof", "the peer closed the connection");
  if (code == error::not_found) return system(ENOENT, "not_found", "element not found");
  if (code == error::already_open) return system(EISCONN, "already_open", "already open");
  if (code == error::fd_set_failure) {
    return system(EMFILE, "fd_set_failure", "the descriptor does not fit into select()");
  }
  if (code == error::host_not_found) {
    return lookup(EAI_NONAME, "host_not_found", "host not found");
  }
  if (code == error::host_not_found_try_again) {
    return lookup(EAI_AGAIN, "host_not_found_try_again", "host not found, for now");
  }
  if (code == error::no_data) return lookup(EAI_NONAME, "no_data", "the host has no address");
  if (code == error::no_recovery) {
    return lookup(EAI_FAIL, "no_recovery", "the name server gave up");
  }
  if (code == error::service_not_found) {
    return lookup(EAI_SERVICE, "service_not_found", "service not found");
  }
  if (code == error::socket_type_not_supported) {
    return lookup(EAI_SOCKTYPE, "socket_type_not_supported", "socket type not supported");
  }
  return classify_error_code(std::error_code{code}, how_far);
}

}  // namespace detail

/// Judges an error code of Boost.System, as Asio gives it.
///
/// Those of the operating system are judged as `classify_errno` does; those of Asio's own
/// categories by what they amount to, under their own name: `eof` and a TLS stream that was cut
/// short (stream_truncated) are lost links, host_not_found and its like are answers of the
/// resolver, which come before anything is sent. Any other is judged as `classify_error_code` does.
///
/// The trap: `operation_aborted` is cancelled, and so is never repeated, and in doubt while a
/// commit is awaited; a driver that cancels because time was up must say so itself.
///
/// @param how_far the last step known to have *started*
/// Cost: some comparisons and virtual calls, no allocation. Source: Boost.Asio 1.81, error.hpp.
[[nodiscard]] inline failure classify_error_code(boost::system::error_code const& code,
                                                 phase how_far) noexcept {
  // By its name, so that nobody needs OpenSSL for it.
  constexpr int stream_truncated = 1;
  std::string_view const family = code.category().name();
  if (family == "asio.ssl.stream" && code.value() == stream_truncated) {
    return detail::named_by_asio(classify_errno(ECONNRESET, how_far), "stream_truncated",
                                 "the peer closed the connection without a TLS shutdown");
  }
  return detail::classify_asio_code(code, how_far);
}

}  // namespace holdfast

// Found by the namespace of its argument: lets a guard understand expected<T,
// boost::system::error_code>, and `classifies<boost::system::system_error>`. The phase is taken to
// be sent, since a bare code does not tell.
namespace boost::system {

[[nodiscard]] inline holdfast::failure failure_of(error_code const& code) noexcept {
  return holdfast::classify_error_code(code, holdfast::phase::sent);
}

[[nodiscard]] inline holdfast::failure failure_of(system_error const& thrown) noexcept {
  holdfast::failure seen = failure_of(thrown.code());
  seen.text = std::string_view{thrown.what()};
  return seen;
}

}  // namespace boost::system
