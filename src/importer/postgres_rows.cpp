#include "importer/postgres_rows.hpp"

#include "holdfast/classify/sqlstate.hpp"
#include "importer/postgres_sql.hpp"
#include "importer/stored_row.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace holdfast {
namespace {

constexpr std::size_t piece = 64 * 1024;  // bytes sent at once

/// That the server took another number of rows than it was given, without an error.
constexpr std::string_view ignored = "rows ignored";

failure some_ignored() {
  failure seen = plain_failure(category::integrity);
  seen.code.value = ignored;
  seen.text = std::string_view{"the table ignored rows"};
  return seen;
}

bool is_fault_of_a_row(failure const& seen) {
  std::string_view const code = seen.code.value.view();
  if (code == ignored) return true;
  return seen.code.kind == code_kind::sqlstate && is_row_fault(code);
}

/// What the ledger calls the reason for which the server refused a row.
rejection reason_for(std::string_view sqlstate) {
  if (sqlstate == "23502") return rejection::missing;
  if (sqlstate == "54000") return rejection::too_large;
  if (sqlstate == "22003" || sqlstate == "22001" || sqlstate == "22008") {
    return rejection::out_of_range;
  }
  return sqlstate.starts_with("22") ? rejection::wrong_type : rejection::out_of_range;
}

}  // namespace

postgres_rows::postgres_rows(postgres::transaction& in, table_schema const& schema,
                             batch const& from, row_path path)
    : in_{&in}, schema_{&schema}, from_{&from}, path_{path}, direct_{path == row_path::copy} {}

expected<std::vector<insert_result>, failure> postgres_rows::store() {
  auto const all = candidates();
  if (all.empty()) return std::move(seen_);
  if (path_ == row_path::copy_while_new) {
    auto const copied = copy_all_new(all);
    if (!copied) return unexpected{copied.error()};
    if (*copied) return std::move(seen_);
  }
  if (!direct_) {
    auto const made = in_->run_script(postgres::create_batch_table(*schema_));
    if (!made) return unexpected{made.error()};
  }
  if (auto stored = store(all); !stored) return unexpected{stored.error()};
  return std::move(seen_);
}

/// False where it was undone, since a row was refused: because of its key, or on its own account.
expected<bool, failure> postgres_rows::copy_all_new(entry_numbers which) {
  direct_ = true;
  auto const copied = in_->attempt_part([&] { return copy(which); });
  direct_ = false;
  if (copied) return true;
  met_known_key_ = copied.error().code.value.view() == "23505";
  if (is_fault_of_a_row(copied.error())) return false;
  return unexpected{copied.error()};
}

/// The entries that nothing speaks against so far.
std::vector<std::size_t> postgres_rows::candidates() {
  auto const entries = from_->entries();
  bool const nothing_to_feed = columns_fed(*schema_) == 0;
  seen_.resize(entries.size());
  std::vector<std::size_t> open;
  open.reserve(entries.size());
  for (std::size_t i = 0; i < entries.size(); ++i) {
    if (entries[i].rejected != rejection::none) {
      seen_[i] = {fate::rejected, entries[i].rejected, {}};
    } else if (nothing_to_feed) {
      seen_[i] = {fate::rejected, rejection::missing, "there is nothing in it to store"};
    } else if (auto const why = misfit(*schema_, *from_, entries[i])) {
      seen_[i] = {fate::rejected, rejection::wrong_type, *why};
    } else {
      open.push_back(i);
    }
  }
  return open;
}

postgres_rows::outcome postgres_rows::store(entry_numbers which) {
  std::vector<entry_numbers> open{which};
  while (!open.empty()) {
    entry_numbers const part = open.back();
    open.pop_back();
    auto const stored = in_->attempt_part([&] { return store_together(part); });
    if (stored) continue;
    if (!is_fault_of_a_row(stored.error())) return stored;
    if (part.size() == 1) {
      reject(part.front(), stored.error());
      continue;
    }
    auto const half = part.size() / 2;
    open.push_back(part.subspan(half));
    open.push_back(part.first(half));  // the first goes first, and wins
  }
  return {};
}

postgres_rows::outcome postgres_rows::store_together(entry_numbers which) {
  for (std::size_t const each : which) seen_[each] = {};  // what a larger part saw was undone
  if (auto copied = copy(which); !copied) return copied;
  if (direct_) return {};
  return schema_->key().empty() ? insert(which) : insert_new(which);
}

postgres_rows::outcome postgres_rows::copy(entry_numbers which) {
  auto begun = in_->begin_copy_in(direct_ ? postgres::copy_into_table(*schema_)
                                          : postgres::copy_into_batch());
  if (!begun) return unexpected{begun.error()};
  text_.clear();
  for (std::size_t const each : which) {
    add_row(from_->entries()[each], each);
    if (text_.bytes().size() < piece) continue;
    if (auto sent = begun->write(text_.bytes()); !sent) return sent;
    text_.clear();
  }
  if (auto sent = begun->write(text_.bytes()); !sent) return sent;
  auto const taken = begun->finish();
  if (!taken) return unexpected{taken.error()};
  if (direct_ && *taken != which.size()) return unexpected{some_ignored()};
  return {};
}

void postgres_rows::add_row(batch_entry const& entry, std::size_t number) {
  if (!direct_) text_.add(std::uint64_t{number});
  auto const cells = from_->cells(entry);
  auto const& columns = schema_->columns();
  number_text room;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (!columns[i].fed) continue;
    if (i >= cells.size()) {
      text_.add_null();
      continue;
    }
    auto const stored = stored_value(columns[i], cells[i].kind, from_->text(entry, cells[i]), room);
    text_.add(stored, columns[i].type);
  }
  text_.end_row();
}

postgres_rows::outcome postgres_rows::insert(entry_numbers which) {
  auto const done =
      in_->execute(postgres::insert_rows(*schema_, {which.front(), which.back(), which.size()}));
  if (!done) return unexpected{done.error()};
  if (done->affected() != which.size()) return unexpected{some_ignored()};
  return {};
}

postgres_rows::outcome postgres_rows::insert_new(entry_numbers which) {
  auto const done = in_->execute(
      postgres::insert_new_rows(*schema_, {which.front(), which.back(), which.size()}));
  if (!done) return unexpected{done.error()};
  std::size_t stored = 0;
  std::vector<std::size_t> known;
  for (std::size_t row = 0; row < done->size(); ++row) {
    auto const number = done->integer(row, 0).value_or(-1);
    if (number < 0) {
      stored = static_cast<std::size_t>(done->integer(row, 1).value_or(0));
    } else {
      known.push_back(static_cast<std::size_t>(number));
    }
  }
  // A trigger that changes keys hides which rows were stored: one by one it is known.
  bool const tells = stored + known.size() == which.size();
  if (!tells && which.size() > 1) return unexpected{some_ignored()};
  if (stored == which.size()) return {};
  return compare(known);
}

postgres_rows::outcome postgres_rows::compare(std::vector<std::size_t> const& known) {
  std::string numbers{"{"};
  for (std::size_t const each : known) {
    if (numbers.size() > 1) numbers += ',';
    numbers += std::to_string(each);
  }
  auto const found = in_->execute(postgres::compare_rows(*schema_), numbers + "}");
  if (!found) return unexpected{found.error()};
  for (std::size_t row = 0; row < found->size(); ++row) {
    auto const entry = static_cast<std::size_t>(found->integer(row, 0).value_or(0));
    auto const same = found->boolean(row, 1);
    if (entry >= seen_.size()) continue;
    seen_[entry] =
        same ? insert_result{.what = *same ? fate::duplicate : fate::differs} : ignored_by_table();
  }
  return {};
}

void postgres_rows::reject(std::size_t entry, failure const& seen) {
  if (seen.code.value.view() == ignored) {
    seen_[entry] = ignored_by_table();
    return;
  }
  seen_[entry] = {fate::rejected, reason_for(seen.code.value.view()),
                  std::string{seen.text.view()}};
}

}  // namespace holdfast
