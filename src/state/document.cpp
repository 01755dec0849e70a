#include "state/document.hpp"

#include "holdfast/state/checksum.hpp"
#include "holdfast/state/encoding.hpp"
#include "holdfast/state/record_check.hpp"
#include "holdfast/state/state_limits.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <system_error>

namespace holdfast {
namespace {

/// What differs between the four kinds of documents.
template <class Record>
struct kind_of;

template <>
struct kind_of<operation_record> {
  static constexpr std::string_view magic = "holdfast-state ";
  static constexpr std::size_t most = most_operations;
  static constexpr auto decode = &decode_operation;
  static bool in_order(operation_record const& earlier, operation_record const& later) noexcept {
    return earlier.operation.view() < later.operation.view();
  }
};

template <>
struct kind_of<change_record> {
  static constexpr std::string_view magic = "holdfast-changes ";
  static constexpr std::size_t most = most_changes;
  static constexpr auto decode = &decode_change;
  static bool in_order(change_record const&, change_record const&) noexcept { return true; }
};

template <>
struct kind_of<order_record> {
  static constexpr std::string_view magic = "holdfast-orders ";
  static constexpr std::size_t most = most_orders;
  static constexpr auto decode = &decode_order;
  static bool in_order(order_record const& earlier, order_record const& later) noexcept {
    return earlier.number < later.number;
  }
};

template <>
struct kind_of<shared_circuit> {
  static constexpr std::string_view magic = "holdfast-shared ";
  static constexpr std::size_t most = most_operations;
  static constexpr auto decode = &decode_shared;
  static bool in_order(shared_circuit const& earlier, shared_circuit const& later) noexcept {
    return earlier.operation.view() < later.operation.view();
  }
};

std::string sixteen_digits(std::uint64_t value) {
  std::array<char, 16> digits;
  auto const end = std::to_chars(digits.data(), digits.data() + digits.size(), value, 16);
  std::string text(digits.data(), end.ptr);
  return text.insert(0, digits.size() - text.size(), '0');
}

std::string first_line(std::string_view magic, std::string_view body) {
  return std::string{magic} + std::to_string(state_version) + ' ' + std::to_string(body.size()) +
         ' ' + sixteen_digits(checksum_of(body)) + '\n';
}

failure damaged(std::string_view how) {
  failure seen = plain_failure(category::corruption);
  seen.text = how;
  return seen;
}

/// The version that a first line names; 0 where it names none.
std::int64_t version_in(std::string_view document, std::string_view magic) {
  std::int64_t version = 0;
  if (!document.starts_with(magic)) return version;
  document.remove_prefix(magic.size());
  std::from_chars(document.data(), document.data() + document.size(), version);
  return version;
}

expected<std::string_view, failure> body_of(std::string_view document, std::string_view magic) {
  std::size_t const end = document.find('\n');
  auto const body = end == std::string_view::npos ? std::string_view{} : document.substr(end + 1);
  if (document.substr(0, document.size() - body.size()) == first_line(magic, body)) return body;
  std::int64_t const version = version_in(document, magic);
  if (version == 0) return unexpected{damaged("not a file of holdfast's state")};
  if (version != state_version) return unexpected{other_version(version)};
  return unexpected{damaged("length and checksum do not fit what is in it")};
}

}  // namespace

template <class Record>
std::string document_of(std::span<Record const> records) {
  std::string body;
  for (Record const& each : records) {
    append_encoded(body, each);
    body += '\n';
  }
  return first_line(kind_of<Record>::magic, body) + body;
}

template <class Record>
expected<std::vector<Record>, failure> records_in(std::string_view document) {
  using kind = kind_of<Record>;
  auto const body = body_of(document, kind::magic);
  if (!body) return unexpected{body.error()};
  std::vector<Record> records;
  for (std::string_view rest = *body; !rest.empty();) {
    std::size_t const length = rest.find('\n');
    if (length == std::string_view::npos) return unexpected{damaged("the last line has no end")};
    if (records.size() == kind::most) return unexpected{damaged("more records than are kept")};
    auto record = kind::decode(rest.substr(0, length));
    if (!record) return unexpected{record.error()};
    if (!records.empty() && !kind::in_order(records.back(), *record)) {
      return unexpected{damaged("records out of order, or the same one twice")};
    }
    records.push_back(*std::move(record));
    rest.remove_prefix(length + 1);
  }
  return records;
}

template std::string document_of(std::span<operation_record const>);
template std::string document_of(std::span<change_record const>);
template std::string document_of(std::span<order_record const>);
template std::string document_of(std::span<shared_circuit const>);
template expected<std::vector<operation_record>, failure> records_in(std::string_view);
template expected<std::vector<change_record>, failure> records_in(std::string_view);
template expected<std::vector<order_record>, failure> records_in(std::string_view);
template expected<std::vector<shared_circuit>, failure> records_in(std::string_view);

}  // namespace holdfast
