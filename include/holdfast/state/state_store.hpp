#pragma once

#include "holdfast/base/expected.hpp"
#include "holdfast/base/failure.hpp"
#include "holdfast/state/change_record.hpp"
#include "holdfast/state/operation_record.hpp"
#include "holdfast/state/order_record.hpp"
#include "holdfast/state/shared_circuit.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace holdfast {

/// Something damaged, or written by a newer version, that was moved out of the way and kept.
struct set_aside_note {
  std::string what;   ///< where it lay
  std::string where;  ///< where it lies now
  failure why{};      ///< category corruption; configuration where it is newer

  friend bool operator==(set_aside_note const&, set_aside_note const&) = default;
};

struct loaded_state {
  std::vector<operation_record> operations{};  ///< in the order of their names, bytewise
  std::vector<set_aside_note> set_aside{};     ///< to be told as events
};

/// Where the state of operations survives the process, shared by the processes of one host.
///
/// Every call does all that it says, or nothing: after a failure, also after SIGKILL, the store is
/// as before or as after, never between. A failure's text says what to do. Thread-safe; each call
/// may block for as long as a disk or another process takes, so never call one on a hot path.
class state_store {
 public:
  state_store() = default;
  state_store(state_store const&) = delete;
  state_store& operator=(state_store const&) = delete;
  virtual ~state_store() = default;

  /// Reads all operations, and sets aside what is damaged or newer, of history and orders too: the
  /// circuits concerned start closed. Only `load` does: where anything else meets such a thing it
  /// fails as the note would say (corruption, or configuration), and `load` is what mends it.
  [[nodiscard]] virtual expected<loaded_state, failure> load() = 0;

  /// Keeps these records in place of those with their names; those with other names stay.
  /// Fails with category programming for a record without a name, resource beyond 100,000
  /// operations. Values beyond what a breaker can be configured to are held to that.
  [[nodiscard]] virtual expected<void, failure> save(std::span<operation_record const> records) = 0;

  /// Forgets an operation, its history and what processes share of it; nothing where it is not
  /// known. In files, a kill may leave the operation without the rest.
  [[nodiscard]] virtual expected<void, failure> forget(std::string_view operation) = 0;

  /// Adds to the histories, oldest first. The newest 200 of an operation are kept, 20,000 of all.
  [[nodiscard]] virtual expected<void, failure> append(std::span<change_record const> changes) = 0;

  /// The last changes of an operation, newest first: as they were added, whatever their clocks
  /// said.
  [[nodiscard]] virtual expected<std::vector<change_record>, failure> changes(
      std::string_view operation, std::size_t limit) = 0;

  /// Gives an order to all processes and returns its number; the one within `order` is not looked
  /// at. The newest 1,000 are kept. Numbers rise, also where all orders were set aside.
  [[nodiscard]] virtual expected<std::int64_t, failure> give(order_record const& order) = 0;

  /// The orders with a higher number, lowest first.
  [[nodiscard]] virtual expected<std::vector<order_record>, failure> orders_after(
      std::int64_t number) = 0;

  /// All circuits that processes have shared, in the order of their names, bytewise.
  [[nodiscard]] virtual expected<std::vector<shared_circuit>, failure> shared_circuits() = 0;

  /// Gives these circuits to `change`, in the order given, and keeps what it makes of them. Between
  /// reading and writing no other process writes. One that was never shared has zero `changes`; a
  /// name that is given twice, or none, is category programming. Nothing is written where all are
  /// left as they were.
  [[nodiscard]] virtual expected<void, failure> change_shared(
      std::span<operation_name const> circuits, circuit_change const& change) = 0;
};

}  // namespace holdfast
