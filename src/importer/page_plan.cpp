#include "importer/page_plan.hpp"

#include "holdfast/connect/http/url.hpp"

#include <algorithm>
#include <utility>

namespace holdfast {
namespace {

failure incomplete(std::string const& what) {
  failure seen;
  seen.category = category::transient;
  seen.advice = advice::after_backoff;
  seen.text = std::string_view{what};
  return seen;
}

/// Whether a failure says that this very request is wrong, today and tomorrow.
bool is_final(failure const& seen) {
  return seen.advice == advice::never && seen.fault != fault::nobody && seen.fault != fault::local;
}

bool is_too_large(failure const& seen) {
  return seen.category == category::data && seen.code.kind == code_kind::curl;
}

/// Whether a failure may be due to what was asked for, rather than to when it was asked.
bool may_be_poison(failure const& seen) {
  return seen.fault == fault::dependency && seen.category != category::throttled;
}

std::string code_of(failure const& seen) {
  return std::string{name_of(seen.code.kind)} + " " + std::string{seen.code.value.view()};
}

}  // namespace

page_plan::page_plan(std::string const& url, std::uint64_t page_size)
    : url_{url},
      full_limit_{std::max<std::uint64_t>(1, http::query_number(url, "limit").value_or(page_size))},
      limit_{full_limit_},
      offset_{http::query_number(url, "offset").value_or(0)} {}

page_step page_plan::next() const {
  switch (mood_) {
    case mood::reading:
      return page_at(offset_, limit_,
                     offset_ < suspect_end_ ? page_purpose::split : page_purpose::read);
    case mood::probing: return page_at(probe_offset(), 1, page_purpose::probe);
    case mood::giving_up:
      return give_up_record{page_at(offset_, 1, page_purpose::read).url, offset_, last_};
    case mood::ended: return no_more_pages{};
    case mood::stopped: break;
  }
  return why_;
}

ask_page page_plan::page_at(std::uint64_t offset, std::uint64_t limit, page_purpose purpose) const {
  return {http::with_query_number(http::with_query_number(url_, "limit", limit), "offset", offset),
          offset, limit, purpose};
}

// Each probe looks elsewhere, so that a second poison record can't pass for an outage.
std::uint64_t page_plan::probe_offset() const noexcept {
  std::uint64_t const ahead = offset_ + full_limit_ * (1 + probes_);
  if (!total_ || *total_ == 0 || ahead < *total_) return ahead;
  std::uint64_t const around = ahead % *total_;
  bool const inside = around >= offset_ && around < offset_ + limit_;
  if (!inside) return around;
  // Behind the end: an empty page is an answer too, where everything else may be poison.
  return offset_ > 0 && probes_ % 2 == 0 ? offset_ - 1 : *total_;
}

std::optional<failure> page_plan::complaint_about(ask_page const& asked,
                                                  page_body const& came) const {
  if (came.meta.offset && *came.meta.offset != asked.offset) {
    return incomplete("the page is that of offset " + std::to_string(*came.meta.offset) +
                      ", not of " + std::to_string(asked.offset));
  }
  bool const knows_total = total_ || came.meta.total_count;
  std::uint64_t const wanted = expected_records(asked, came.meta);
  if (asked.purpose != page_purpose::probe && knows_total && came.records.size() < wanted) {
    return incomplete("the page holds " + std::to_string(came.records.size()) +
                      " records and should hold " + std::to_string(wanted));
  }
  return std::nullopt;
}

std::uint64_t page_plan::expected_records(ask_page const& asked, page_meta const& meta) const {
  auto const total = meta.total_count ? meta.total_count : total_;
  std::uint64_t const used = std::max<std::uint64_t>(1, meta.limit.value_or(asked.limit));
  if (!total) return used;
  return *total <= asked.offset ? 0 : std::min(used, *total - asked.offset);
}

void page_plan::on_page(ask_page const& asked, page_body const& came) {
  take_total(came.meta);
  if (asked.purpose == page_purpose::probe) {
    on_alive();
    return;
  }
  read_any_ = true;
  bool const cut = came.meta.limit && *came.meta.limit < asked.limit;
  // A cut limit is taken over, but a larger one is tried again: the cut may have been for once.
  limit_ = cut ? *came.meta.limit : std::min(full_limit_, asked.limit * 2);
  go_on_behind(came.records.size());
  given_up_in_a_row_ = 0;
  mood_ = is_end(came) ? mood::ended : mood::reading;
}

/// Whether the listing ends behind a page. Its total and its `next` may be wrong, for once even
/// both.
bool page_plan::is_end(page_body const& came) {
  bool const no_next = came.records.empty() || came.meta.next.empty();
  if (!no_next) return false;
  if (offset_ >= largest_total_) return true;
  if (total_.value_or(0) > offset_) return false;
  // The listing was said to be longer: the end counts only where an empty page confirms it.
  bool const confirmed = came.records.empty() && claimed_end_ == offset_;
  claimed_end_ = offset_;
  return confirmed;
}

void page_plan::take_total(page_meta const& meta) {
  if (!meta.total_count) return;
  total_ = meta.total_count;
  largest_total_ = std::max(largest_total_, *meta.total_count);
}

void page_plan::go_on_behind(std::uint64_t count) {
  offset_ += count;
  probes_ = 0;
  rounds_.clear();
}

void page_plan::on_failure(ask_page const& asked, failure const& seen) {
  if (asked.purpose == page_purpose::probe) {
    if (seen.fault == fault::caller) {
      on_alive();  // an answer, if only "no such page"
      return;
    }
    ++probes_;
    if (may_be_poison(seen)) mood_ = mood::reading;  // an outage: ask on
    return;
  }
  if (is_too_large(seen) && limit_ > 1) {
    halve();
    return;
  }
  bool const no_such_api =
      !read_any_ && seen.category == category::data && seen.code.kind == code_kind::none;
  if ((is_final(seen) && !is_too_large(seen)) || no_such_api) {
    stop(describe(seen), no_such_api ? "check the URL: this is no listing in ChEMBL's shape"
                                     : "check the URL and what you may read there; then run again");
    return;
  }
  if (!may_be_poison(seen)) return;
  last_ = seen;
  mood_ = mood::probing;
}

/// The service gave another page, so what failed is to blame on what was asked for.
void page_plan::on_alive() {
  mood_ = mood::reading;
  ++probes_;
  if (limit_ > 1) {
    halve();
    return;
  }
  if (++rounds_[code_of(last_)] >= rounds_to_give_up) mood_ = mood::giving_up;
}

void page_plan::halve() noexcept {
  suspect_end_ = std::max(suspect_end_, offset_ + limit_);
  limit_ = std::max<std::uint64_t>(1, limit_ / 2);
}

void page_plan::on_given_up() {
  go_on_behind(1);
  mood_ = total_ && offset_ >= largest_total_ ? mood::ended : mood::reading;
  if (mood_ != mood::ended && ++given_up_in_a_row_ >= most_given_up_in_a_row) {
    stop(std::to_string(given_up_in_a_row_) + " records in a row can't be read; " + describe(last_),
         "run the same command again later: it goes on behind them");
  }
}

void page_plan::stop(std::string what, std::string remedy) {
  mood_ = mood::stopped;
  why_ = {std::move(what), std::move(remedy)};
}

}  // namespace holdfast
