#include "importer/postgres_aside.hpp"

#include "holdfast/base/excerpt.hpp"
#include "importer/postgres_copy_text.hpp"
#include "importer/stored_row.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace holdfast {
namespace {

using postgres::bound_statement;
using postgres::copy_text;
using postgres::parameter;
using postgres::transaction;
using outcome = expected<void, failure>;

constexpr std::string_view renew_sql =
    "UPDATE holdfast_rejected SET reason = $5, detail = $6 WHERE position = $3 AND source = $1"
    " AND table_name = $2 AND raw = $4";
constexpr std::string_view drop_sql =
    "DELETE FROM holdfast_rejected WHERE position = $3 AND source = $1 AND table_name = $2"
    " AND raw = $4";
constexpr char const* add_rejected_sql =
    "COPY holdfast_rejected (run, source, table_name, position, line, reason, detail, raw)"
    " FROM STDIN";
constexpr char const* add_duplicates_sql =
    "COPY holdfast_duplicates (run, source, table_name, position, line, key, differs, raw)"
    " FROM STDIN";

constexpr std::size_t longest_detail = 500;
constexpr std::size_t piece = 64 * 1024;   // bytes sent at once
constexpr std::size_t most_at_once = 500;  // statements in one round trip

std::string detail_of(batch_entry const& entry, insert_result const& seen) {
  return excerpt(entry.detail.empty() ? seen.detail : entry.detail, longest_detail);
}

std::span<std::byte const> as_bytes(std::string_view text) {
  return std::as_bytes(std::span{text.data(), text.size()});
}

/// The entries whose rows of an earlier run must be renewed or dropped.
class earlier_rows {
 public:
  earlier_rows(transaction& in, aside_place const& place, batch const& records,
               std::span<insert_result const> seen)
      : in_{&in}, place_{&place}, records_{&records}, seen_{seen} {
    needs_row_.resize(seen.size());
    for (std::size_t i = 0; i < seen.size(); ++i) {
      needs_row_[i] = seen[i].what == fate::rejected;
      if (records.entries()[i].earlier) open_.push_back(i);
    }
  }

  outcome settle() {
    for (std::span<std::size_t const> rest{open_}; !rest.empty();) {
      auto const now = rest.first(std::min(rest.size(), most_at_once));
      if (auto done = settle(now); !done) return done;
      rest = rest.subspan(now.size());
    }
    return {};
  }

  /// Whether a row of this entry is still to be added.
  [[nodiscard]] bool needs_row(std::size_t entry) const { return needs_row_[entry]; }

 private:
  outcome settle(std::span<std::size_t const> entries) {
    std::vector<std::string> details(entries.size());
    std::vector<std::array<parameter, 6>> values;
    values.reserve(entries.size());
    std::vector<bound_statement> steps;
    for (std::size_t i = 0; i < entries.size(); ++i) {
      batch_entry const& entry = records_->entries()[entries[i]];
      insert_result const& seen = seen_[entries[i]];
      details[i] = detail_of(entry, seen);
      values.push_back({parameter{place_->of.source}, parameter{place_->of.table},
                        parameter{entry.position}, parameter{as_bytes(records_->raw(entry))},
                        parameter{name_of(seen.why)}, parameter{details[i]}});
      bool const again = seen.what == fate::rejected;
      std::span<parameter const> const all{values.back()};
      steps.push_back(again ? bound_statement{renew_sql, all}
                            : bound_statement{drop_sql, all.first(4)});
    }
    auto const done = in_->run_all(steps);
    if (!done) return unexpected{done.error()};
    for (std::size_t i = 0; i < entries.size(); ++i) {
      if ((*done)[i].affected() > 0) needs_row_[entries[i]] = false;
    }
    return {};
  }

  transaction* in_;
  aside_place const* place_;
  batch const* records_;
  std::span<insert_result const> seen_;
  std::vector<std::size_t> open_;
  std::vector<bool> needs_row_;
};

void begin_row(copy_text& to, aside_place const& place, batch_entry const& entry) {
  to.add(place.run);
  to.add(place.of.source);
  to.add(place.of.table);
  to.add(entry.position);
  if (entry.line == 0) {
    to.add_null();
  } else {
    to.add(entry.line);
  }
}

/// Copies the rows that `write` makes of the entries for which it says true.
template <class Write>
outcome copy_each(transaction& in, char const* sql, batch const& records, Write write) {
  copy_text text;
  std::optional<postgres::copy_in> copy;
  for (std::size_t i = 0; i < records.entries().size(); ++i) {
    if (!write(i, text)) continue;
    if (!copy) {
      auto begun = in.begin_copy_in(sql);
      if (!begun) return unexpected{begun.error()};
      copy.emplace(std::move(*begun));
    }
    if (text.bytes().size() < piece) continue;
    if (auto sent = copy->write(text.bytes()); !sent) return sent;
    text.clear();
  }
  if (!copy) return {};
  if (auto sent = copy->write(text.bytes()); !sent) return sent;
  auto const done = copy->finish();
  if (!done) return unexpected{done.error()};
  return {};
}

}  // namespace

outcome keep_aside(transaction& in, aside_place const& place, batch const& records,
                   std::span<insert_result const> seen) {
  earlier_rows earlier{in, place, records, seen};
  if (auto settled = earlier.settle(); !settled) return settled;
  auto rejected = copy_each(in, add_rejected_sql, records, [&](std::size_t i, copy_text& to) {
    if (!earlier.needs_row(i)) return false;
    batch_entry const& entry = records.entries()[i];
    begin_row(to, place, entry);
    to.add(name_of(seen[i].why));
    to.add(detail_of(entry, seen[i]));
    to.add_bytes(records.raw(entry));
    to.end_row();
    return true;
  });
  if (!rejected) return rejected;
  return copy_each(in, add_duplicates_sql, records, [&](std::size_t i, copy_text& to) {
    bool const differs = seen[i].what == fate::differs;
    if (!differs && seen[i].what != fate::duplicate) return false;
    batch_entry const& entry = records.entries()[i];
    begin_row(to, place, entry);
    to.add(key_text(place.schema, records, entry));
    to.add(std::string_view{differs ? "t" : "f"});
    if (differs) {
      to.add_bytes(records.raw(entry));
    } else {
      to.add_null();
    }
    to.end_row();
    return true;
  });
}

}  // namespace holdfast
