#include "connect/http/exchange.hpp"

#include <charconv>
#include <new>
#include <optional>

namespace holdfast::http {
namespace {

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view blanks = " \t\r\n";
  auto const first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

/// The status of "HTTP/1.1 200 OK" or "HTTP/2 200"; 0 where there is none.
int status_of(std::string_view status_line) {
  int status = 0;
  auto const blank = status_line.find(' ');
  if (blank == std::string_view::npos) return status;
  std::string_view const rest = trimmed(status_line.substr(blank));
  std::from_chars(rest.data(), rest.data() + rest.size(), status);
  return status;
}

/// Whether a Content-Encoding says gzip, nothing, or something that nobody offered.
enum class packing { none, gzip, unknown };

packing packing_of(std::vector<header> const& headers) {
  std::string_view const name = find_header(headers, "Content-Encoding").value_or("");
  if (name.empty() || is_same_name(name, "identity")) return packing::none;
  if (is_same_name(name, "gzip") || is_same_name(name, "x-gzip")) return packing::gzip;
  return packing::unknown;
}

}  // namespace

bool exchange::take_header_line(std::string_view line) noexcept try {
  // Interim answers count too: their number has no other bound.
  header_bytes_ += line.size();
  if (header_bytes_ > bounds_.max_headers.value) {
    flaw_ = flaw::headers_too_large;
  } else if (line.starts_with("HTTP/")) {
    answer_ = response{};
    answer_.status = status_of(line);
    has_all_headers_ = false;
  } else {
    take_field(trimmed(line));
  }
  return flaw_ == flaw::none;
} catch (std::bad_alloc const&) {
  flaw_ = flaw::no_memory;
  return false;
}

void exchange::take_field(std::string_view line) {
  if (line.empty()) has_all_headers_ = true;
  auto const colon = line.find(':');
  if (colon == std::string_view::npos || body_begun_) return;  // trailers are nobody's headers
  answer_.headers.push_back(
      {std::string{trimmed(line.substr(0, colon))}, std::string{trimmed(line.substr(colon + 1))}});
}

bool exchange::take_body(std::string_view piece) noexcept try {
  if (!body_begun_) begin_body();
  if (unpacking_) {
    unpack(piece);
  } else {
    keep(piece);
  }
  return flaw_ == flaw::none;
} catch (std::bad_alloc const&) {
  flaw_ = flaw::no_memory;
  return false;
}

void exchange::begin_body() {
  body_begun_ = true;
  if (!is_success()) return;
  packing const how = packing_of(answer_.headers);
  if (how == packing::gzip) unpacking_ = std::make_unique<gunzip>();
  if (how == packing::unknown) flaw_ = flaw::encoding;
}

void exchange::unpack(std::string_view piece) {
  unpacking_->feed(piece);
  while (flaw_ == flaw::none) {
    std::optional<std::string_view> const text = unpacking_->next();
    if (!text) flaw_ = flaw::encoding;
    if (!text || text->empty()) return;
    keep(*text);
  }
}

void exchange::keep(std::string_view text) {
  body_bytes_ += text.size();
  if (body_bytes_ > bounds_.max_body.value) {
    flaw_ = flaw::body_too_large;
  } else if (is_success() && flaw_ == flaw::none) {
    answer_.body.append(text);
  }
}

void exchange::finish() noexcept {
  if (unpacking_ && !unpacking_->at_end() && flaw_ == flaw::none) flaw_ = flaw::encoding;
}

}  // namespace holdfast::http
