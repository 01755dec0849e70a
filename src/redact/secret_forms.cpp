#include "redact/secret_forms.hpp"

#include "redact/reading.hpp"

#include <algorithm>
#include <array>

namespace holdfast::redact_detail {
namespace {

constexpr std::string_view upper_digits = "0123456789ABCDEF";
constexpr std::string_view lower_digits = "0123456789abcdef";

void append_hex(std::string& to, char c, std::string_view digits) {
  auto const byte = static_cast<unsigned char>(c);
  to.append(1, digits[byte >> 4U]).append(1, digits[byte & 0xFU]);
}

/// `kept` are the signs that stay besides letters and digits.
std::string percent(std::string_view text, std::string_view digits, std::string_view kept) {
  std::string coded;
  for (char const c : text) {
    if (is_alnum(c) || kept.find(c) != std::string_view::npos) {
      coded += c;
    } else {
      append_hex(coded.append(1, '%'), c, digits);
    }
  }
  return coded;
}

std::string as_form(std::string_view text) {
  std::string coded = percent(text, upper_digits, "-._* ");
  std::ranges::replace(coded, ' ', '+');
  return coded;
}

/// The inside of a JSON string. `as_numbers` are printable signs that this writer shows as \u00XX.
std::string json(std::string_view text, std::string_view as_numbers) {
  constexpr std::string_view named = "\"\\\n\r\t\b\f";
  constexpr std::string_view names = "\"\\nrtbf";
  std::string coded;
  for (char const c : text) {
    auto const name = named.find(c);
    bool const control = static_cast<unsigned char>(c) < ' ';
    if (name != std::string_view::npos) {
      coded.append(1, '\\').append(1, names[name]);
    } else if (control || as_numbers.find(c) != std::string_view::npos) {
      append_hex(coded.append("\\u00"), c, lower_digits);
    } else {
      coded += c;
    }
  }
  return coded;
}

std::string with_doubled(std::string_view text, char sign, std::string_view by) {
  std::string coded;
  for (char const c : text) {
    if (c == sign) {
      coded += by;
    } else {
      coded += c;
    }
  }
  return coded;
}

/// Base64 of `text` behind `before` bytes of something else, without the digits at both ends that
/// depend on the neighbours.
std::string base64(std::string_view text, std::size_t before, std::string_view last_two) {
  constexpr std::string_view first =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  std::string coded;
  unsigned bits = 0;
  unsigned held = 8 * static_cast<unsigned>(before) % 6;  // bits of a digit that we share
  std::size_t const skipped = held == 0 ? 0 : 1;
  for (char const c : text) {
    bits = (bits << 8U) | static_cast<unsigned char>(c);
    held += 8;
    while (held >= 6) {
      held -= 6;
      unsigned const digit = (bits >> held) & 0x3FU;
      coded += digit < first.size() ? first[digit] : last_two[digit - first.size()];
    }
    bits &= 0xFFU;
  }
  return coded.substr(std::min(skipped, coded.size()));
}

std::string hex(std::string_view text) {
  std::string coded;
  for (char const c : text) append_hex(coded, c, lower_digits);
  return coded;
}

/// Quotes and angles as HTML names them; `apostrophe` has a name in XML only.
std::string html(std::string_view text, std::string_view apostrophe) {
  std::string coded = with_doubled(text, '&', "&amp;");
  coded = with_doubled(with_doubled(coded, '<', "&lt;"), '>', "&gt;");
  return with_doubled(with_doubled(coded, '"', "&quot;"), '\'', apostrophe);
}

/// `\xNN` for all that isn't ASCII, as Python shows bytes.
std::string python(std::string_view text) {
  std::string coded;
  for (char const c : text) {
    if (static_cast<unsigned char>(c) < 0x80) {
      coded += c;
    } else {
      append_hex(coded.append("\\x"), c, lower_digits);
    }
  }
  return coded;
}

void append_unit(std::string& to, unsigned unit, std::string_view digits) {
  append_hex(to.append("\\u"), static_cast<char>(unit >> 8U), digits);
  append_hex(to, static_cast<char>(unit & 0xFFU), digits);
}

/// `\uXXXX`, in pairs beyond the first plane, for what isn't ASCII in the UTF-8 of `text`.
std::string ascii_json(std::string_view text, std::string_view digits) {
  std::string coded;
  for (std::size_t at = 0; at < text.size();) {
    auto const lead = static_cast<unsigned char>(text[at]);
    std::size_t const size = lead < 0xC0 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    if (size == 1 || at + size > text.size()) {
      coded += text[at++];
      continue;
    }
    unsigned point = lead & (0xFFU >> (size + 1));
    for (std::size_t i = 1; i < size; ++i) {
      point = (point << 6U) | (static_cast<unsigned char>(text[at + i]) & 0x3FU);
    }
    at += size;
    if (point < 0x10000) {
      append_unit(coded, point, digits);
    } else {
      append_unit(coded, 0xD800 + (((point - 0x10000) >> 10U) & 0x3FFU), digits);
      append_unit(coded, 0xDC00 + ((point - 0x10000) & 0x3FFU), digits);
    }
  }
  return coded;
}

void add(std::vector<std::string>& forms, std::string form) {
  if (form.size() < least_secret || std::ranges::find(forms, form) != forms.end()) return;
  forms.push_back(std::move(form));
}

}  // namespace

std::vector<std::string> forms_of(std::string_view secret) {
  constexpr std::string_view unreserved = "-._~";
  std::vector<std::string> forms;
  add(forms, std::string{secret});
  add(forms, percent(secret, upper_digits, unreserved));
  add(forms, percent(secret, lower_digits, unreserved));
  add(forms, percent(secret, upper_digits, "-._~/"));
  add(forms, percent(secret, upper_digits, "-._~!'()*"));
  add(forms, percent(secret, upper_digits, "-._~!$&'()*+,;="));
  add(forms, percent(percent(secret, upper_digits, unreserved), upper_digits, unreserved));
  add(forms, as_form(secret));
  std::string const in_json = json(secret, "");
  add(forms, in_json);
  add(forms, json(secret, "<>&"));
  add(forms, json(secret, "<>&'=+"));
  add(forms, with_doubled(in_json, '/', "\\/"));
  add(forms, json(in_json, ""));
  add(forms, percent(in_json, upper_digits, unreserved));
  add(forms, with_doubled(secret, '\'', "''"));
  add(forms, with_doubled(secret, '"', "\"\""));
  add(forms, ascii_json(in_json, lower_digits));
  add(forms, ascii_json(in_json, upper_digits));
  add(forms, python(secret));
  add(forms, html(secret, "&#39;"));
  add(forms, html(secret, "&#x27;"));
  add(forms, html(secret, "&apos;"));
  if (secret.size() >= least_secret) add(forms, hex(secret));
  for (std::size_t before = 0; before < 3; ++before) {
    std::string const standard = base64(secret, before, "+/");
    add(forms, standard);
    add(forms, base64(secret, before, "-_"));
    add(forms, percent(standard, upper_digits, unreserved));
  }
  return forms;
}

}  // namespace holdfast::redact_detail
