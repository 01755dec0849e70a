#pragma once

#include "holdfast/base/failure.hpp"
#include "importer/page_body.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>

namespace holdfast {

/// What a page is asked for.
enum class page_purpose {
  read,   ///< its records are due, with the full number of attempts
  split,  ///< the same, but a larger page around it failed: two attempts will do
  probe,  ///< to see whether the service gives anything at all; its records are not used
};

struct ask_page {
  std::string url;
  std::uint64_t offset = 0;
  std::uint64_t limit = 0;
  page_purpose purpose = page_purpose::read;
};
/// One record can't be had: deliver it as rejected, then go on.
struct give_up_record {
  std::string url;
  std::uint64_t offset = 0;
  failure seen{};
};
struct no_more_pages {};
/// Nothing more can be read by this run.
struct stop_paging {
  std::string what;
  std::string remedy;
};
using page_step = std::variant<ask_page, give_up_record, no_more_pages, stop_paging>;

/// Decides which page to ask for next, given what came of the pages before. No I/O, no clock.
///
/// Offsets lead; `next` of a page is only a sign that there is more. The listing ends behind the
/// largest total that was seen, or before it where a second, empty page confirms it. A page that
/// failed after all its attempts is suspect only once a probe elsewhere succeeded: then it is
/// split, 20, 10, 5, 2, 1. A single record is given up after it has failed in four rounds with the
/// same code, each followed by a good probe; so one that fails now and then is not lost to bad
/// luck.
class page_plan {
 public:
  static constexpr int rounds_to_give_up = 4;
  /// So many in a row mean that the listing is shorter than it says.
  static constexpr int most_given_up_in_a_row = 20;

  /// @param page_size where the URL has no limit of its own
  page_plan(std::string const& url, std::uint64_t page_size);

  /// Starts at a record other than the first.
  void start_at(std::uint64_t offset) noexcept { offset_ = offset; }

  [[nodiscard]] page_step next() const;

  /// A page came. What it should not hold comes back as a failure of the service (a page of another
  /// offset, too few records), which is then to be told to `on_failure`, if another try fails too.
  [[nodiscard]] std::optional<failure> complaint_about(ask_page const& asked,
                                                       page_body const& came) const;

  /// How many records a page may hold, by what it says of itself and of the listing.
  [[nodiscard]] std::uint64_t expected_records(ask_page const& asked, page_meta const& meta) const;

  void on_page(ask_page const& asked, page_body const& came);
  void on_failure(ask_page const& asked, failure const& seen);
  void on_given_up();

  /// Where the next record will come from.
  [[nodiscard]] std::uint64_t offset() const noexcept { return offset_; }
  [[nodiscard]] std::uint64_t total() const noexcept { return total_.value_or(0); }

 private:
  enum class mood {
    reading,    ///< the page that is due is asked for
    probing,    ///< it failed; another page will tell whether it alone does
    giving_up,  ///< its one record can't be had
    ended,
    stopped,
  };

  [[nodiscard]] ask_page page_at(std::uint64_t offset, std::uint64_t limit,
                                 page_purpose purpose) const;
  [[nodiscard]] std::uint64_t probe_offset() const noexcept;
  void take_total(page_meta const& meta);
  [[nodiscard]] bool is_end(page_body const& came);
  void on_alive();
  void halve() noexcept;
  void stop(std::string what, std::string remedy);
  void go_on_behind(std::uint64_t count);

  std::string url_;  // as given: what limit and offset are put into
  std::uint64_t full_limit_;
  std::uint64_t limit_;
  std::uint64_t offset_ = 0;
  std::uint64_t suspect_end_ = 0;       // records before it were in a page that had to be split
  std::optional<std::uint64_t> total_;  // as last told
  std::uint64_t largest_total_ = 0;     // ever told
  std::optional<std::uint64_t> claimed_end_;  // an end before the largest total
  bool read_any_ = false;
  mood mood_ = mood::reading;
  failure last_{};
  std::uint64_t probes_ = 0;           // since the last good page
  std::map<std::string, int> rounds_;  // failed rounds of the one record, by code
  int given_up_in_a_row_ = 0;
  stop_paging why_{};
};

}  // namespace holdfast
