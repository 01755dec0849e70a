#pragma once

#include "holdfast/connect/http/header.hpp"
#include "holdfast/connect/http/request.hpp"
#include "holdfast/connect/http/response.hpp"

#include <string>
#include <vector>

namespace holdfast::http {

/// What an answer means for the way of a request.
enum class way {
  arrived,    ///< it is the last answer
  further,    ///< the same is to be asked of `url()`
  too_far,    ///< one redirect more than the limit
  forbidden,  ///< to another scheme, back from https to http, or to no URL at all
};

/// The way of one request over redirects: decides which are followed, and what goes along. Not left
/// to libcurl, which would carry an API key in a header of its own name to any host, and can't be
/// told to stay with https once it is there.
class route {
 public:
  /// @param wanted        must outlive the route
  /// @param max_redirects 0: none is followed, and the redirect is the last answer
  route(request const& wanted, int max_redirects)
      : wanted_{&wanted}, url_{wanted.url}, left_{max_redirects > 0 ? max_redirects : none} {}

  /// Judges the answer that came from `url()`, and goes on to the next URL where it is `further`.
  [[nodiscard]] way on_answer(response const& seen);

  [[nodiscard]] std::string const& url() const noexcept { return url_; }

  /// The fields to send to `url()`: all of the request's while no redirect has left its origin,
  /// after that only those that say nothing about the sender.
  [[nodiscard]] std::vector<header> headers() const;

 private:
  static constexpr int none = -1;

  request const* wanted_;
  std::string url_;
  int left_;
  bool left_origin_ = false;  // for good: a way that comes back was led by others
};

}  // namespace holdfast::http
