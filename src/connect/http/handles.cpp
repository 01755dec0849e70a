#include "connect/http/handles.hpp"

#include <new>

namespace holdfast::http {
namespace {

void initialise_libcurl() {
  static CURLcode const initialised = curl_global_init(CURL_GLOBAL_DEFAULT);
  if (initialised != CURLE_OK) throw std::bad_alloc{};
}

}  // namespace

easy_handle new_easy() {
  initialise_libcurl();
  easy_handle made{curl_easy_init()};
  if (!made) throw std::bad_alloc{};
  return made;
}

multi_handle new_multi() {
  initialise_libcurl();
  multi_handle made{curl_multi_init()};
  if (!made) throw std::bad_alloc{};
  return made;
}

}  // namespace holdfast::http
