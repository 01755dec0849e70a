// Any bytes as secrets and a text: what is known is found as a naive search finds it, redacting
// twice is redacting once, and the size of the pieces of a stream changes nothing.

#include "holdfast/base/contract.hpp"
#include "holdfast/redact/line_redactor.hpp"
#include "redact/known_values.hpp"
#include "redact/secret_forms.hpp"
#include "target.hpp"

#include <algorithm>
#include <string>
#include <vector>

namespace {

using namespace holdfast;
using redact_detail::known_values;
using redact_detail::span;

/// Which bytes of `text` belong to a mark, or to a form that shares none with a mark.
std::vector<bool> naive(std::string_view text, std::vector<std::string> const& forms) {
  std::vector<bool> marked(text.size());
  std::vector<bool> taken(text.size());
  auto const paint = [](std::vector<bool>& over, std::size_t at, std::size_t size) {
    std::fill_n(over.begin() + static_cast<std::ptrdiff_t>(at), size, true);
  };
  for (std::size_t at = text.find(redacted_mark); at != std::string_view::npos;
       at = text.find(redacted_mark, at + 1)) {
    paint(marked, at, redacted_mark.size());
  }
  for (std::string const& form : forms) {
    for (std::size_t at = text.find(form); at != std::string_view::npos;
         at = text.find(form, at + 1)) {
      auto const begin = marked.begin() + static_cast<std::ptrdiff_t>(at);
      bool const free = std::find(begin, begin + static_cast<std::ptrdiff_t>(form.size()), true) ==
                        begin + static_cast<std::ptrdiff_t>(form.size());
      if (free) paint(taken, at, form.size());
    }
  }
  return taken;
}

void compare_with_naive(std::string_view text, std::vector<std::string> const& forms) {
  std::vector<bool> taken(text.size());
  std::size_t last = 0;
  for (span const& each : known_values{forms}.find(text, text_end::whole)) {
    expects(each.begin >= last && each.end > each.begin, "what is taken is in order");
    last = each.end;
    std::fill(taken.begin() + static_cast<std::ptrdiff_t>(each.begin),
              taken.begin() + static_cast<std::ptrdiff_t>(each.end), true);
  }
  expects(taken == naive(text, forms), "known values are found as by a naive search");
}

std::string in_pieces(redactor const& by, std::string_view text, std::size_t size) {
  line_redactor lines{by};
  std::string out;
  for (std::size_t at = 0; at < text.size(); at += size) lines.feed(text.substr(at, size), out);
  lines.finish(out);
  return out;
}

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    std::size_t const end = std::min(text.find('\n'), text.size());
    lines.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

void check(redactor const& by, std::string_view text, text_end end) {
  std::string const once = by.redact(text, end);
  expects(by.redact(once, end) == once, "redacting twice is redacting once");
  expects(once.size() <= 4 * text.size() + redacted_mark.size(), "the result is bounded");
}

}  // namespace

/// The secrets, one a line, a NUL, and the text.
extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  std::string_view const bytes{reinterpret_cast<char const*>(data), size};
  std::size_t const border = std::min(bytes.find('\0'), bytes.size());
  std::string_view const text = bytes.substr(std::min(border + 1, bytes.size()));
  auto const secrets = lines_of(bytes.substr(0, std::min<std::size_t>(border, 256)));
  std::vector<std::string> forms;
  for (std::string_view const secret : secrets) {
    std::ranges::move(redact_detail::forms_of(secret), std::back_inserter(forms));
  }
  compare_with_naive(text, forms);
  redactor const all{{.personal = true}, secrets};
  check(all, text, text_end::whole);
  check(all, text, text_end::cut);
  check(redactor{{.row_values = false, .sql_literals = false}}, text, text_end::whole);
  expects(in_pieces(all, text, 1) == in_pieces(all, text, size + 1),
          "the sizes of the pieces change nothing");
  return 0;
}
