#pragma once

#include "holdfast/base/expected.hpp"
#include "holdfast/base/field.hpp"
#include "holdfast/base/problem.hpp"
#include "holdfast/base/units.hpp"
#include "holdfast/core/breaker_fields.hpp"
#include "holdfast/core/event.hpp"
#include "holdfast/core/retry_fields.hpp"
#include "holdfast/drive/guard.hpp"
#include "holdfast/drive/operation.hpp"
#include "holdfast/importer/source.hpp"

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

namespace holdfast {

/// How a web API hands out its records.
enum class page_shape : std::uint8_t {
  chembl,  ///< limit and offset; answers with `page_meta` and one list of records
};

template <>
struct names_of<page_shape> {
  static constexpr std::array<named_value<page_shape>, 1> table{{{page_shape::chembl, "chembl"}}};
};

/// How a paged web API is read.
struct page_options {
  page_shape shape = page_shape::chembl;
  std::string items{};           ///< Key of the list of records; empty: the only list in a page.
  std::uint64_t page_size = 20;  ///< Records to ask for at once, where the URL has no limit.
  byte_count max_page = 64_MiB;  ///< A larger page is asked for in halves.
  std::uint32_t columns = 2000;  ///< A record that would make more is rejected.
  holdfast::retry retry{.max_attempts = 5,
                        .initial_delay = std::chrono::milliseconds{200},
                        .max_delay = std::chrono::seconds{5},
                        .idempotent = true};
  holdfast::breaker breaker{.failure_threshold = 5,
                            .recovery_timeout = std::chrono::seconds{2},
                            .max_recovery_timeout = std::chrono::seconds{30}};
  holdfast::attempt_timeout attempt_timeout{std::chrono::seconds{10}};
};

template <>
struct fields_of<page_options> {
  static constexpr auto table =
      std::tuple{field("page_size", &page_options::page_size, {1, 100'000},
                       "Records to ask for at once, where the URL has no limit."),
                 field("max_page", &page_options::max_page, {1_KiB, 1_GiB},
                       "A larger page is asked for in halves."),
                 field("columns", &page_options::columns, {1, 30'000},
                       "A record that would make more columns is rejected.")};
};

/// The operation that a page is asked for under.
inline constexpr char const* page_operation = "import.page";

/// What surrounds a page source; all of it may be left out.
struct page_surroundings {
  std::stop_token stop{};  ///< ends a request or a pause within milliseconds: then `stopped`
  holdfast::surroundings guard{};  ///< time and chance, for tests
  std::function<void(event const&)>
      on_event{};  ///< every decision of the guard; by the thread that reads
  /// Pages are asked for under this one, such as a manager's, in place of a guard of their own made
  /// of the options. Others may change it meanwhile: a refusal is looked at again each second.
  std::optional<holdfast::guard> shared_guard{};
};

/// The guard that a source makes of its options for itself: to be seen by others, or shared by the
/// sources of one service.
[[nodiscard]] guard make_page_guard(page_options const& options, surroundings const& around = {});

/// Opens a paged JSON web API as a source of records.
///
/// A record's position is its offset in the whole listing, its raw bytes the element of the list as
/// sent; keys become columns in the order of their first appearance. A page that fails again and
/// again, though another page can be read, is asked for in ever smaller parts, and a single record
/// that can't be had is delivered as rejected (unreadable_remote; its raw bytes are its address).
/// When nothing can be read it is an outage: `refused`, until the run gives up. Offsets are
/// counted; `next` is only a sign that there is more, and never followed. Records that were
/// delivered before and come again in front of a page, beyond its limit, are dropped; the
/// checkpoint holds fingerprints of the last 16, so also by the process that resumes.
///
/// What is shown or stored of the URL (identity, raw bytes of lost records, problems) holds neither
/// user and password nor the query, which may hold a key: a fingerprint of the query without limit
/// and offset stands for it in the identity. Another key is therefore another source.
///
/// Ask for an order that does not change (ChEMBL: order_by=molecule_chembl_id): without one an API
/// may give a record twice and another never.
///
/// Errors: a URL that can't be used. Nothing is requested before the first read. Memory: one page,
/// about three times over (max_page bounds it).
[[nodiscard]] expected<std::unique_ptr<record_source>, problem> open_page_source(
    std::string const& url, page_options const& options, page_surroundings surroundings = {});

}  // namespace holdfast
