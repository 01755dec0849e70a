#pragma once

#include <cstddef>
#include <list>

#include <boost/beast/core/tcp_stream.hpp>

namespace holdfast {

/// The connections that are open, those first that were heard of longest ago. By one thread alone.
class connections {
 public:
  struct one {
    explicit one(boost::asio::ip::tcp::socket socket) : stream{std::move(socket)} {}

    boost::beast::tcp_stream stream;
    bool is_answered = false;  ///< somebody makes its answer: it is left alone
    bool is_sent = false;      ///< its answer is on its way: it is left alone if others will do
  };
  using handle = std::list<one>::iterator;

  [[nodiscard]] handle add(boost::asio::ip::tcp::socket socket) {
    return open_.emplace(open_.end(), std::move(socket));
  }
  void remove(handle which) { open_.erase(which); }
  void heard_of(handle which) { open_.splice(open_.end(), open_, which); }

  [[nodiscard]] std::size_t size() const noexcept { return open_.size(); }

  /// Closes the one that was heard of longest ago, of those to whom nothing is being sent if there
  /// is one; false where all are being answered.
  [[nodiscard]] bool close_oldest() {
    return close_first([](one const& each) { return !each.is_sent; }) ||
           close_first([](one const&) { return true; });
  }

 private:
  template <class Which>
  [[nodiscard]] bool close_first(Which const& which) {
    for (one& each : open_) {
      if (each.is_answered || !each.stream.socket().is_open() || !which(each)) continue;
      boost::system::error_code ignored;
      each.stream.socket().close(ignored);
      return true;
    }
    return false;
  }

  std::list<one> open_;
};

}  // namespace holdfast
