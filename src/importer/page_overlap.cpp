#include "importer/page_overlap.hpp"

#include "holdfast/importer/fingerprint.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <utility>

namespace holdfast {
namespace {

constexpr std::string_view lost_mark = "-";
constexpr std::size_t print_digits = 16;

failure not_whole(std::string const& what) {
  failure seen{.category = category::transient, .advice = advice::after_backoff};
  seen.text = std::string_view{what};
  return seen;
}

failure too_many(page_body const& page) {
  return not_whole("the page holds " + std::to_string(page.records.size()) +
                   " records, more than its limit of " +
                   std::to_string(page.meta.limit.value_or(0)));
}

failure muddled(page_body const& page) {
  return not_whole(
      "the page begins with a record that came before, and nobody can tell which of its " +
      std::to_string(page.records.size()) + " records are due");
}

failure gap_behind(std::size_t repeated) {
  return not_whole("the page begins with " + std::to_string(repeated) +
                   " records that came before, and too few follow");
}

void drop_first(page_body& page, std::size_t count) {
  page.records.erase(page.records.begin(),
                     page.records.begin() + static_cast<std::ptrdiff_t>(count));
}

void cut(page_body& page) {
  if (page.meta.limit && page.records.size() > *page.meta.limit) {
    page.records.resize(*page.meta.limit);
  }
}

std::string hex(std::uint64_t number) {
  std::array<char, print_digits + 1> text{};
  std::snprintf(text.data(), text.size(), "%016llx", static_cast<unsigned long long>(number));
  return text.data();
}

/// Nothing where the text is not as `hex` writes it.
std::optional<std::uint64_t> unhex(std::string_view text) {
  bool const digits_only = text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
  std::uint64_t number = 0;
  if (text.size() != print_digits || !digits_only) return std::nullopt;
  std::from_chars(text.data(), text.data() + text.size(), number, 16);
  return number;
}

}  // namespace

void page_overlap::delivered(std::string_view raw) { keep(fingerprint_of(raw)); }

void page_overlap::lost() { keep(std::nullopt); }

void page_overlap::keep(print one) {
  if (tail_.size() == most_known) tail_.pop_front();
  tail_.push_back(one);
}

/// Whether something is known of the last `count` records: lost ones alone prove nothing.
bool page_overlap::knows(std::size_t count) const {
  if (count > tail_.size()) return false;
  return std::any_of(tail_.end() - static_cast<std::ptrdiff_t>(count), tail_.end(),
                     [](print const& one) { return one.has_value(); });
}

/// Whether a page begins with the last `count` records that were delivered.
bool page_overlap::repeats(page_body const& page, std::size_t count) const {
  if (count > page.records.size() || !knows(count)) return false;
  for (std::size_t i = 0; i < count; ++i) {
    print const& known = tail_[tail_.size() - count + i];
    if (known && *known != fingerprint_of(page.record(i))) return false;
  }
  return true;
}

std::size_t page_overlap::longest_repeat(page_body const& page, std::size_t most) const {
  std::size_t count = std::min({most, page.records.size(), tail_.size()});
  while (count > 0 && !repeats(page, count)) --count;
  return count;
}

bool page_overlap::begins_with_known(page_body const& page) const {
  return !page.records.empty() &&
         std::ranges::find(tail_, print{fingerprint_of(page.record(0))}) != tail_.end();
}

std::optional<failure> page_overlap::doubt(page_body const& page) {
  print const seen = fingerprint_of(page.text);
  repeats_are_believed_ = repeats_are_believed_ || doubted_ == seen;
  if (repeats_are_believed_) return std::nullopt;
  doubted_ = seen;
  return muddled(page);
}

std::optional<failure> page_overlap::trim(page_body& page, std::uint64_t offset,
                                          std::uint64_t wanted) {
  std::size_t const count = page.records.size();
  if (count < wanted) return std::nullopt;
  if (count == wanted) return begins_with_known(page) ? doubt(page) : std::nullopt;
  if (offset == 0) {  // nothing lies before it
    cut(page);
    return std::nullopt;
  }
  std::size_t const surplus = count - wanted;
  if (repeats(page, surplus)) {
    drop_first(page, surplus);
    return std::nullopt;
  }
  std::size_t const repeated = longest_repeat(page, count);
  if (repeated > surplus) return gap_behind(repeated);
  // Within its limit only the total of the listing disagrees, which may be old.
  if (!page.meta.limit || count <= *page.meta.limit) return std::nullopt;
  if (!knows(surplus)) return too_many(page);
  if (repeated == 0 && begins_with_known(page)) return muddled(page);
  drop_first(page, repeated);
  cut(page);
  return std::nullopt;
}

std::string page_overlap::save() const {
  std::string text;
  for (std::size_t i = tail_.size() - std::min(tail_.size(), most_saved); i < tail_.size(); ++i) {
    if (!text.empty()) text += ',';
    text += tail_[i] ? hex(*tail_[i]) : std::string{lost_mark};
  }
  return text;
}

bool page_overlap::restore(std::string_view saved) {
  std::deque<print> tail;
  for (bool more = true; more;) {
    auto const comma = saved.find(',');
    std::string_view const one = saved.substr(0, comma);
    print const known = unhex(one);
    if ((!known && one != lost_mark) || tail.size() == most_saved) return false;
    tail.push_back(known);
    more = comma != std::string_view::npos;
    if (more) saved.remove_prefix(comma + 1);
  }
  tail_ = std::move(tail);
  return true;
}

}  // namespace holdfast
