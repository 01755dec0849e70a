#pragma once

#include <memory>

#include <curl/curl.h>

namespace holdfast::http {

struct easy_deleter {
  void operator()(CURL* easy) const noexcept { curl_easy_cleanup(easy); }
};
using easy_handle = std::unique_ptr<CURL, easy_deleter>;

struct multi_deleter {
  void operator()(CURLM* multi) const noexcept { curl_multi_cleanup(multi); }
};
/// Keeps the connections of its easy handles, which must go before it.
using multi_handle = std::unique_ptr<CURLM, multi_deleter>;

/// Both ready libcurl for the process, once, and throw std::bad_alloc.
[[nodiscard]] easy_handle new_easy();
[[nodiscard]] multi_handle new_multi();

/// Adds an easy handle to a multi handle for the time of one exchange.
class attachment {
 public:
  attachment(CURLM* multi, CURL* easy)
      : multi_{multi}, easy_{easy}, told_{curl_multi_add_handle(multi_, easy_)} {}
  attachment(attachment const&) = delete;
  attachment& operator=(attachment const&) = delete;
  ~attachment() { curl_multi_remove_handle(multi_, easy_); }

  /// Whether libcurl took it; otherwise nothing will ever come of it.
  [[nodiscard]] bool stands() const noexcept { return told_ == CURLM_OK; }

 private:
  CURLM* multi_;
  CURL* easy_;
  CURLMcode told_;
};

}  // namespace holdfast::http
