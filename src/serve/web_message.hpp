#pragma once

#include <string>
#include <string_view>

namespace holdfast {

/// A request as it came, with the fields that matter. Texts are a client's: any bytes.
struct web_request {
  std::string_view method{};
  std::string_view target{};
  std::string_view host{};
  std::string_view origin{};
  std::string_view accept{};
  std::string_view authorization{};
  std::string_view content_type{};
  std::string_view body{};
  bool has_one_host = true;  ///< neither none nor several
};

/// What is answered.
struct web_answer {
  unsigned status = 200;
  std::string_view content_type = "text/plain; charset=utf-8";  ///< of static life
  std::string body{};
  std::string_view allow{};  ///< with 405: the methods
  bool challenges = false;   ///< with 401: says how to authenticate
};

}  // namespace holdfast
