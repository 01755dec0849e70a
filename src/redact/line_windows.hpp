#pragma once

#include "holdfast/redact/redactor.hpp"
#include "redact/key_lines.hpp"
#include "redact/patterns.hpp"
#include "redact/span.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace holdfast::redact_detail {

/// What a line_redactor is made of: the line that is not complete yet, and what is remembered from
/// the lines before.
class line_windows {
 public:
  explicit line_windows(redactor const& by) : by_{by} {}

  void feed(std::string_view piece, std::string& out);
  void finish(std::string& out);

 private:
  void take_line(std::string_view line, std::string& out);
  void take_body(std::string_view line, std::string& out);
  void end_line(std::string_view rest, std::string& out);
  void advance(std::string& out);
  [[nodiscard]] std::vector<span> find(std::string_view text, open_statement& statement) const;
  [[nodiscard]] std::size_t border(std::vector<span> const& taken) const noexcept;
  void hand_on(std::size_t end, std::vector<span> const& taken, std::string& out) const;
  void shorten(span endless);

  redactor by_;
  std::string held_;           ///< the incomplete line; of a long one, its end
  std::size_t handed_on_ = 0;  ///< bytes at its beginning that only are context any more
  open_statement statement_;   ///< in which `held_` begins
  key_lines key_;              ///< the private key that began in a line before
};

}  // namespace holdfast::redact_detail
