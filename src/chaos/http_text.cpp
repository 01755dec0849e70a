#include "http_text.hpp"

#include <array>
#include <ctime>
#include <utility>

namespace holdfast {

std::string http_date(wall_time when) {
  static constexpr std::array<char const*, 7> days{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr std::array<char const*, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  auto const seconds = std::chrono::floor<std::chrono::seconds>(when);
  std::time_t const time = std::chrono::system_clock::to_time_t(seconds);
  std::tm parts{};
  ::gmtime_r(&time, &parts);
  std::array<char, 40> rest{};
  // The names of days and months must not follow the locale.
  std::strftime(rest.data(), rest.size(), " %Y %H:%M:%S GMT", &parts);
  std::string const day = (parts.tm_mday < 10 ? "0" : "") + std::to_string(parts.tm_mday);
  return std::string{days.at(static_cast<std::size_t>(parts.tm_wday))} + ", " + day + " " +
         months.at(static_cast<std::size_t>(parts.tm_mon)) + rest.data();
}

std::string_view reason_phrase(int status) noexcept {
  static constexpr std::array<std::pair<int, std::string_view>, 13> table{
      {{200, "OK"},
       {302, "Found"},
       {400, "Bad Request"},
       {404, "Not Found"},
       {405, "Method Not Allowed"},
       {413, "Content Too Large"},
       {429, "Too Many Requests"},
       {431, "Request Header Fields Too Large"},
       {500, "Internal Server Error"},
       {502, "Proxy Error"},
       {503, "Service Unavailable"},
       {504, "Gateway Timeout"},
       {508, "Loop Detected"}}};
  for (auto const& [code, phrase] : table) {
    if (code == status) return phrase;
  }
  return "Unknown";
}

http_head::http_head(int status, wall_time now)
    : text_{"HTTP/1.1 " + std::to_string(status) + " " + std::string{reason_phrase(status)} +
            "\r\n"} {
  field("Server", "holdfast-chaos").field("Date", http_date(now));
}

http_head& http_head::field(std::string_view name, std::string_view value) & {
  text_.append(name).append(": ").append(value).append("\r\n");
  return *this;
}

http_head&& http_head::field(std::string_view name, std::string_view value) && {
  return std::move(field(name, value));
}

}  // namespace holdfast
