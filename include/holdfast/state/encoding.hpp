#pragma once

#include "holdfast/base/expected.hpp"
#include "holdfast/base/failure.hpp"
#include "holdfast/state/change_record.hpp"
#include "holdfast/state/operation_record.hpp"
#include "holdfast/state/order_record.hpp"
#include "holdfast/state/shared_circuit.hpp"

#include <string>
#include <string_view>

namespace holdfast {

/// Of the text form of all records. A reader refuses a newer one.
inline constexpr int state_version = 1;

// A record as one line of JSON, without spaces and without the line's end: fields in a set order,
// numbers whole, times in nanoseconds, null for what never comes. Bytes that are no UTF-8 become
// \udc80 to \udcff, as Python's surrogateescape writes them, so that any name comes back as it was.
// What is written can always be read: values out of range are held to it.

void append_encoded(std::string& to, operation_record const& record);
void append_encoded(std::string& to, change_record const& record);
void append_encoded(std::string& to, order_record const& record);
void append_encoded(std::string& to, shared_circuit const& record);

// Each reads exactly what was written and refuses all else with category corruption and the byte at
// which it differs: other fields, other order, numbers out of range, more than 256 KiB. No
// recursion, and memory in proportion to the text.

[[nodiscard]] expected<operation_record, failure> decode_operation(std::string_view text);
[[nodiscard]] expected<change_record, failure> decode_change(std::string_view text);
[[nodiscard]] expected<order_record, failure> decode_order(std::string_view text);
[[nodiscard]] expected<shared_circuit, failure> decode_shared(std::string_view text);

}  // namespace holdfast
