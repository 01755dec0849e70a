#include "holdfast/state/encoding.hpp"

#include "holdfast/state/state_limits.hpp"
#include "state/record_fields.hpp"
#include "state/text_reader.hpp"
#include "state/text_writer.hpp"

namespace holdfast {
namespace {

template <class Record>
void append(std::string& to, Record const& record) {
  text_writer writer{to};
  fields_of(writer, record);
}

template <class Record>
expected<Record, failure> decoded(std::string_view text) {
  Record record;
  text_reader reader{text};
  if (text.size() > most_record_bytes) reader.fail("a record of more than 256 KiB");
  fields_of(reader, record);
  reader.end();
  if (!reader.failed() && record.operation.empty()) reader.fail("an operation without a name");
  if (!reader.failed()) return record;
  failure seen = plain_failure(category::corruption);
  seen.text = std::string_view{reader.why()};
  return unexpected{seen};
}

}  // namespace

void append_encoded(std::string& to, operation_record const& record) { append(to, record); }
void append_encoded(std::string& to, change_record const& record) { append(to, record); }
void append_encoded(std::string& to, order_record const& record) { append(to, record); }
void append_encoded(std::string& to, shared_circuit const& record) { append(to, record); }

expected<operation_record, failure> decode_operation(std::string_view text) {
  return decoded<operation_record>(text);
}
expected<change_record, failure> decode_change(std::string_view text) {
  return decoded<change_record>(text);
}
expected<order_record, failure> decode_order(std::string_view text) {
  return decoded<order_record>(text);
}
expected<shared_circuit, failure> decode_shared(std::string_view text) {
  return decoded<shared_circuit>(text);
}

}  // namespace holdfast
