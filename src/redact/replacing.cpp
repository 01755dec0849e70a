#include "redact/replacing.hpp"

#include "holdfast/redact/redactor.hpp"
#include "redact/secret_forms.hpp"

#include <algorithm>

namespace holdfast::redact_detail {
namespace {

/// Places in a text with marks, told as places in the text before. Asked in rising order.
class places_before {
 public:
  explicit places_before(std::vector<span> const& taken) noexcept : taken_{taken} {}

  /// A place inside of a mark is the beginning of what it stands for, or its end.
  [[nodiscard]] std::size_t of(std::size_t at, bool is_end) noexcept {
    while (next_ < taken_.size()) {
      span const& each = taken_[next_];
      std::size_t const mark = each.begin - removed_ + added_;
      if (at < mark || (is_end && at == mark)) break;
      if (at < mark + redacted_mark.size()) return is_end ? each.end : each.begin;
      if (is_end && at == mark + redacted_mark.size()) return each.end;
      removed_ += each.end - each.begin;
      added_ += redacted_mark.size();
      ++next_;
    }
    return at + removed_ - added_;
  }

 private:
  std::vector<span> const& taken_;
  std::size_t next_ = 0;
  std::size_t removed_ = 0;
  std::size_t added_ = 0;
};

std::vector<span> united(std::vector<span> const& a, std::vector<span> const& b) {
  std::vector<span> all(a.size() + b.size());
  std::ranges::merge(a, b, all.begin(), {}, &span::begin, &span::begin);
  std::size_t kept = 0;
  for (span const& each : all) {
    if (kept > 0 && each.begin <= all[kept - 1].end) {
      all[kept - 1].end = std::max(all[kept - 1].end, each.end);
    } else {
      all[kept++] = each;
    }
  }
  all.resize(kept);
  return all;
}

}  // namespace

std::vector<span> find_all(std::string_view text, redaction const& rules, known_values const* known,
                           text_end end, open_statement& statement) {
  constexpr int most_rounds = 4;
  open_statement const begun = statement;
  std::vector<span> taken = known == nullptr ? std::vector<span>{} : known->find(text, end);
  std::string marked;
  for (int round = 0; round < most_rounds; ++round) {
    if (!taken.empty()) {
      marked.clear();
      append_replaced(marked, text, taken);
    }
    statement = begun;
    std::vector<span> found =
        find_patterns(taken.empty() ? text : std::string_view{marked}, rules, end, statement);
    if (statement.at != no_place) statement.at = places_before{taken}.of(statement.at, false);
    if (found.empty()) return taken;
    places_before places{taken};
    for (span& each : found) {
      each.begin = places.of(each.begin, false);
      each.end = places.of(each.end, true);
    }
    taken = united(taken, found);
  }
  return {{0, text.size()}};
}

void append_replaced(std::string& to, std::string_view text, std::vector<span> const& taken) {
  std::size_t at = 0;
  for (span const& each : taken) {
    to.append(text.substr(at, each.begin - at)).append(redacted_mark);
    at = each.end;
  }
  to.append(text.substr(at));
}

std::string_view redact_with(std::string_view text, std::string& into, redaction const& rules,
                             known_values const* known, text_end end) {
  open_statement statement;
  std::vector<span> const taken = find_all(text, rules, known, end, statement);
  if (taken.empty()) return text;
  into.clear();
  append_replaced(into, text, taken);
  return into;
}

admitted_secrets admit(std::span<std::string_view const> secrets) {
  admitted_secrets admitted;
  std::size_t bytes = 0;
  for (std::string_view const each : secrets) {
    bool const fits = bytes + each.size() <= redactor::most_secret_bytes &&
                      admitted.count < redactor::most_secrets;
    if (each.size() < least_secret || !fits) continue;
    bytes += each.size();
    ++admitted.count;
    std::ranges::move(forms_of(each), std::back_inserter(admitted.forms));
  }
  return admitted;
}

}  // namespace holdfast::redact_detail
