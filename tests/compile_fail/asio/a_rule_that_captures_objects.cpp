// Refused: the lambda or rule a name and pass that, or holdfast::moved(name) if it only moves
#include "holdfast/asio.hpp"

#include <string>

#include <boost/asio/awaitable.hpp>

using boost::asio::awaitable;

awaitable<std::string> load();

awaitable<std::string> call(holdfast::guard const& lookup, std::string text) {
#ifdef REFUSED
  co_return co_await lookup(load, holdfast::or_else([text] { return text; }));
#else
  holdfast::or_else const known{[text] { return text; }};
  co_return co_await lookup(load, known);
#endif
}
