#pragma once

#include "holdfast/base/expected.hpp"
#include "holdfast/base/failure.hpp"
#include "holdfast/state/change_record.hpp"
#include "holdfast/state/operation_record.hpp"
#include "holdfast/state/order_record.hpp"
#include "holdfast/state/shared_circuit.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace holdfast {

// The whole text of a file: a line "holdfast-KIND VERSION LENGTH CHECKSUM", then a line a record.
// LENGTH is in bytes and CHECKSUM in 16 hex digits, both of all that follows the first line.

template <class Record>
[[nodiscard]] std::string document_of(std::span<Record const> records);

/// Refuses with category corruption what is not exactly a text that `document_of` makes, with
/// configuration what has a higher version. Cost: linear in the text; memory in proportion to it.
template <class Record>
[[nodiscard]] expected<std::vector<Record>, failure> records_in(std::string_view document);

extern template std::string document_of(std::span<operation_record const>);
extern template std::string document_of(std::span<change_record const>);
extern template std::string document_of(std::span<order_record const>);
extern template std::string document_of(std::span<shared_circuit const>);
extern template expected<std::vector<operation_record>, failure> records_in(std::string_view);
extern template expected<std::vector<change_record>, failure> records_in(std::string_view);
extern template expected<std::vector<order_record>, failure> records_in(std::string_view);
extern template expected<std::vector<shared_circuit>, failure> records_in(std::string_view);

}  // namespace holdfast
