#pragma once

#include "holdfast/base/expected.hpp"
#include "holdfast/base/failure.hpp"
#include "holdfast/connect/sqlite/database.hpp"
#include "holdfast/state/change_record.hpp"
#include "holdfast/state/operation_record.hpp"
#include "holdfast/state/order_record.hpp"
#include "holdfast/state/shared_change.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace holdfast::sqlite {

// The tables of a state store, within a transaction of the caller's. A row is (id, operation,
// version, checksum, record); of orders the id is the number, of changes it rises.

/// Makes the tables where they are not there.
[[nodiscard]] expected<void, failure> make_state_tables(database& in);

/// Whether there are tables of ours. Fails as `other_version` says where a newer one made them.
[[nodiscard]] expected<bool, failure> has_state_tables(database& in);

/// Fails as corruption where the database is not whole. Cost: reads all of it.
[[nodiscard]] expected<void, failure> check_integrity(database& in);

/// A row that can't be read.
struct bad_row {
  std::string_view table;  ///< of static storage
  std::int64_t id = 0;
  std::string operation;
  failure why{};
};

/// All records of one kind: operations by name, changes and orders oldest first. Those that can't
/// be read are added to `bad`.
template <class Record>
[[nodiscard]] expected<std::vector<Record>, failure> read_records(database& in,
                                                                  std::vector<bad_row>& bad);

/// Moves a row to holdfast_state_damaged and answers its id there.
[[nodiscard]] expected<std::int64_t, failure> move_to_damaged(database& in, bad_row const& row);

[[nodiscard]] expected<void, failure> put_operations(database& in,
                                                     std::span<operation_record const> records);
[[nodiscard]] expected<void, failure> forget_operation(database& in, std::string_view operation);

[[nodiscard]] expected<void, failure> add_changes(database& in,
                                                  std::span<change_record const> changes);
/// Newest first.
[[nodiscard]] expected<std::vector<change_record>, failure> changes_of(database& in,
                                                                       std::string_view operation,
                                                                       std::size_t limit);

[[nodiscard]] expected<std::int64_t, failure> add_order(database& in, order_record order);
[[nodiscard]] expected<std::vector<order_record>, failure> orders_beyond(database& in,
                                                                         std::int64_t number);

[[nodiscard]] expected<std::vector<shared_circuit>, failure> all_shared(database& in);
[[nodiscard]] expected<void, failure> change_shared_in(database& in,
                                                       std::span<operation_name const> circuits,
                                                       circuit_change const& change);

}  // namespace holdfast::sqlite
