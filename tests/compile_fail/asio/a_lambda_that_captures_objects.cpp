// Refused: g++ 12 destroys the captures of such a lambda twice in a co_await expression
#include "holdfast/asio.hpp"

#include <string>

#include <boost/asio/awaitable.hpp>

using boost::asio::awaitable;

awaitable<std::string> call(holdfast::guard const& lookup, std::string text) {
#ifdef REFUSED
  co_return co_await lookup([text]() -> awaitable<std::string> { co_return text; });
#else
  auto const named = [text]() -> awaitable<std::string> { co_return text; };
  co_return co_await lookup(named);
#endif
}
