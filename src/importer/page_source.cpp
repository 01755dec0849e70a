#include "holdfast/importer/page_source.hpp"

#include "holdfast/connect/http/client.hpp"
#include "holdfast/connect/http/url.hpp"
#include "holdfast/drive/guard.hpp"
#include "holdfast/importer/fingerprint.hpp"
#include "holdfast/redact/redact.hpp"
#include "importer/json_record_parser.hpp"
#include "importer/page_body.hpp"
#include "importer/page_overlap.hpp"
#include "importer/page_plan.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <utility>

namespace holdfast {
namespace {

constexpr std::string_view checkpoint_prefix = "offset=";
constexpr std::string_view checkpoint_seen = ";seen=";
/// Between two requests of an outage that no open circuit paces.
constexpr duration pause_of_outage = std::chrono::seconds{1};
/// Attempts for a page that is suspect anyway: the plan comes back to it.
constexpr int attempts_when_suspect = 2;

/// The same for every page of a listing, different for different listings, and without secrets:
/// a key may stand in any part of a query, so a fingerprint stands for all of it.
/// Query parameters that do not say which listing it is: place, size, and who asks. A key that is
/// changed must not make another source of the same listing.
constexpr std::array<std::string_view, 12> not_of_the_listing{
    "limit", "offset", "key", "api_key",   "api-key",      "apikey",
    "token", "auth",   "sig", "signature", "access_token", "password"};

/// What stands in the ledger: the address, and a fingerprint in place of a query, which may hold
/// secrets under names that nobody foresees.
std::string identity_of(std::string const& url) {
  std::string listing = url;
  for (auto const name : not_of_the_listing) listing = http::without_query_part(listing, name);
  auto const query = listing.find('?');
  std::string identity = http::redacted_url(url);
  if (query == std::string::npos) return identity;
  return identity + "?query=" + std::to_string(fingerprint_of(listing.substr(query)));
}

/// What stands for a record that can't be had.
std::string address_of(give_up_record const& lost) {
  return http::with_query_number(http::with_query_number(http::redacted_url(lost.url), "limit", 1),
                                 "offset", lost.offset);
}

operation_options guard_options(page_options const& options, surroundings const& around) {
  operation_options guarded{.name = page_operation};
  guarded.kind = operation_kind::http;
  guarded.retry = options.retry;
  guarded.breaker = options.breaker;
  guarded.attempt_timeout = options.attempt_timeout;
  guarded.surroundings = around;
  return guarded;
}

class page_source final : public record_source {
 public:
  page_source(std::string const& url, page_options const& options, page_surroundings around)
      : options_{options},
        identity_{identity_of(url)},
        plan_{url, options.page_size},
        client_{{.max_body = options.max_page}},
        is_shared_{around.shared_guard.has_value()},
        guard_{is_shared_ ? *around.shared_guard : make_page_guard(options, around.guard)},
        stop_{std::move(around.stop)},
        parser_{options.columns} {
    if (around.on_event) guard_.on_event(std::move(around.on_event));
    position_ = plan_.offset();
  }

  [[nodiscard]] read_result read(record& out) override {
    if (given_ < page_.records.size()) return deliver(out);
    page_step const step = plan_.next();
    if (auto const* ask = std::get_if<ask_page>(&step)) return request(*ask, out);
    if (auto const* lost = std::get_if<give_up_record>(&step)) return deliver_lost(*lost, out);
    if (auto const* stop = std::get_if<stop_paging>(&step))
      return stopped(stop->what, stop->remedy);
    return {};
  }

  [[nodiscard]] std::vector<std::string> const& columns() const override { return names_.all(); }
  [[nodiscard]] std::string const& identity() const override { return identity_; }
  [[nodiscard]] std::string checkpoint() const override;
  [[nodiscard]] bool resume(std::string const& checkpoint, std::uint64_t position) override;
  [[nodiscard]] source_stats stats() const override;
  [[nodiscard]] std::string describe() const override { return "paged JSON API, ChEMBL's shape"; }

 private:
  [[nodiscard]] read_result request(ask_page const& asked, record& out);
  [[nodiscard]] expected<page_body, failure> guarded(ask_page const& asked);
  [[nodiscard]] expected<page_body, failure> attempted(ask_page const& asked, attempt const& now);
  [[nodiscard]] expected<page_body, failure> fetched(ask_page const& asked, attempt const& now);
  [[nodiscard]] read_result come_back() const;
  [[nodiscard]] read_result refused(failure const& seen) const;
  [[nodiscard]] read_result failed(ask_page const& asked, failure const& seen);
  [[nodiscard]] read_result stopped(std::string what, std::string remedy) const;
  [[nodiscard]] read_result deliver(record& out);
  [[nodiscard]] read_result deliver_lost(give_up_record const& lost, record& out);

  page_options options_;
  std::string identity_;
  page_plan plan_;
  http::client client_;
  bool is_shared_;
  guard guard_;
  std::stop_token stop_;
  column_names names_;
  json_record_parser parser_;
  page_body page_;              // the page in hand
  std::size_t given_ = 0;       // its records already delivered
  std::uint64_t position_ = 0;  // of the next record
  page_overlap overlap_;
  source_stats stats_;
};

std::string page_source::checkpoint() const {
  std::string text = std::string{checkpoint_prefix} + std::to_string(position_);
  std::string const seen = overlap_.save();
  if (!seen.empty()) text.append(checkpoint_seen).append(seen);
  return text;
}

bool page_source::resume(std::string const& checkpoint, std::uint64_t position) {
  if (!checkpoint.starts_with(checkpoint_prefix)) return false;
  char const* const digits = checkpoint.data() + checkpoint_prefix.size();
  char const* const end = checkpoint.data() + checkpoint.size();
  std::uint64_t offset = 0;
  auto const read = std::from_chars(digits, end, offset);
  if (read.ec != std::errc{} || offset != position) return false;
  std::string_view const rest{read.ptr, static_cast<std::size_t>(end - read.ptr)};
  if (!rest.empty()) {
    if (!rest.starts_with(checkpoint_seen)) return false;
    if (!overlap_.restore(rest.substr(checkpoint_seen.size()))) return false;
  }
  plan_.start_at(offset);
  position_ = offset;
  return true;
}

source_stats page_source::stats() const {
  source_stats seen = stats_;
  seen.records_total = plan_.total();
  seen.circuit = enum_name(guard_.state());
  return seen;
}

read_result page_source::request(ask_page const& asked, record& out) {
  auto came = guarded(asked);
  if (!came) return failed(asked, came.error());
  plan_.on_page(asked, *came);
  if (asked.purpose == page_purpose::probe) return come_back();
  page_ = std::move(*came);
  given_ = 0;
  return page_.records.empty() ? come_back() : deliver(out);
}

expected<page_body, failure> page_source::guarded(ask_page const& asked) {
  call_options options{.stop = stop_};
  if (asked.purpose != page_purpose::read) {
    options.max_attempts = std::min(attempts_when_suspect, guard_.policies().retry.max_attempts);
  }
  return guard_.with(options)([&](attempt const& now) { return attempted(asked, now); });
}

expected<page_body, failure> page_source::attempted(ask_page const& asked, attempt const& now) {
  ++stats_.requests;
  if (now.number() > 1) ++stats_.retries;
  auto came = fetched(asked, now);
  if (!came) ++stats_.failed_requests;
  return came;
}

expected<page_body, failure> page_source::fetched(ask_page const& asked, attempt const& now) {
  auto answer = client_.send({.url = asked.url, .headers = {{"Accept", "application/json"}}}, now);
  if (!answer) return unexpected(answer.error());
  stats_.bytes_read += answer->body.size();
  auto page = read_page_body(std::move(answer->body), answer->content_type, options_.items);
  if (!page) return page;
  if (auto const complaint = plan_.complaint_about(asked, *page)) return unexpected(*complaint);
  if (asked.purpose == page_purpose::probe) return page;
  std::uint64_t const due = plan_.expected_records(asked, page->meta);
  if (auto const muddle = overlap_.trim(*page, asked.offset, due)) return unexpected(*muddle);
  return page;
}

/// Nothing was read and nothing failed: the run is to come back at once.
read_result page_source::come_back() const {
  read_result result;
  result.status = read_status::refused;
  result.why.where.source = identity_;
  return result;
}

read_result page_source::refused(failure const& seen) const {
  read_result result = come_back();
  result.retry_after = seen.retry_after.value_or(pause_of_outage);
  if (is_shared_ && seen.category == category::rejected) {
    result.retry_after = std::min(result.retry_after, pause_of_outage);
  }
  result.seen = seen;
  result.why.what = holdfast::describe(seen);
  return result;
}

read_result page_source::failed(ask_page const& asked, failure const& seen) {
  // A stop during a pause brings the failure before the pause, which is then of no interest.
  bool const interrupted = stop_.stop_requested() || seen.category == category::cancelled;
  if (interrupted) return stopped("reading was interrupted", {});
  if (seen.category == category::rejected) return refused(seen);  // no attempt was made
  plan_.on_failure(asked, seen);
  read_result result = refused(seen);
  // Where another page comes next, nothing needs to be waited for, unless the server asked.
  page_step const next = plan_.next();
  auto const* again = std::get_if<ask_page>(&next);
  if (again == nullptr || again->url != asked.url) {
    bool const outage = asked.purpose == page_purpose::probe;
    result.retry_after = seen.retry_after.value_or(outage ? pause_of_outage : duration::zero());
  }
  return result;
}

read_result page_source::stopped(std::string what, std::string remedy) const {
  read_result result;
  result.status = read_status::stopped;
  result.why = {{identity_, 0, 0}, std::move(what), std::move(remedy)};
  return result;
}

read_result page_source::deliver(record& out) {
  out.clear();
  out.position = position_++;
  out.bytes = page_.record(given_++);
  overlap_.delivered(out.bytes);
  parser_.parse(out, names_);
  read_result result;
  result.status = read_status::record;
  return result;
}

read_result page_source::deliver_lost(give_up_record const& lost, record& out) {
  out.clear();
  out.position = position_++;
  out.bytes = address_of(lost);
  out.raw_size = out.bytes.size();
  out.rejected = rejection::unreadable_remote;
  out.detail =
      "the service fails for this record alone; " + redacted(holdfast::describe(lost.seen));
  plan_.on_given_up();
  overlap_.lost();
  read_result result;
  result.status = read_status::record;
  return result;
}

}  // namespace

guard make_page_guard(page_options const& options, surroundings const& around) {
  return guard{guard_options(options, around)};
}

expected<std::unique_ptr<record_source>, problem> open_page_source(std::string const& url,
                                                                   page_options const& options,
                                                                   page_surroundings surroundings) {
  if (!http::is_http_url(url)) {
    return unexpected(problem{{http::redacted_url(url), 0, 0},
                              "not an http or https URL",
                              "name a page of the listing: https://HOST/api/molecule.json"});
  }
  auto wrong = check_fields(options);
  for (auto& each : check(guard_options(options, surroundings.guard))) {
    wrong.push_back({std::move(each), {}, {}});
  }
  if (!wrong.empty()) {
    auto const& first = wrong.front();
    return unexpected(
        problem{{"page options", 0, 0}, first.field + " " + first.found, first.allowed});
  }
  return std::make_unique<page_source>(url, options, std::move(surroundings));
}

}  // namespace holdfast
