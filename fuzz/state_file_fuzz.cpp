// Any bytes as a file of the state: refused, or read as exactly what it would be written as; and
// what was read is taken up by a breaker, whose circuit is then held to its longest wait.

#include "holdfast/base/contract.hpp"
#include "holdfast/core/breaker_machine.hpp"
#include "holdfast/state/checksum.hpp"
#include "holdfast/state/encoding.hpp"
#include "state/document.hpp"
#include "target.hpp"

#include <array>
#include <cstdio>
#include <string>
#include <string_view>

namespace {

using namespace holdfast;

constexpr instant now{std::chrono::hours{100}};

void take_up(operation_record const& record) {
  breaker const options{
      .failure_rate = 0.5, .window = last_span(std::chrono::seconds{10}), .half_open_max_calls = 3};
  core::breaker_machine machine{options, random_bits{1}};
  clock_reading const clock{.now = now, .wall = wall_time{std::chrono::hours{500'000}}};
  machine.restore(breaker_at(record, clock), now);
  expects(machine.state() != breaker_state::open ||
              machine.open_until() <= now + options.max_recovery_timeout,
          "no record keeps a circuit open for longer than the options say");
  auto const asked = machine.ask(now);
  if (asked.admitted) {
    static_cast<void>(machine.record(asked.pass, verdict::failure, duration::zero(), now));
  }
  budget const allowance;
  core::budget_machine tokens{allowance};
  if (auto const kept = budget_at(record, clock)) tokens.restore(*kept, now);
  expects(tokens.tokens(now) >= 0 && tokens.tokens(now) <= allowance.capacity,
          "no record holds more tokens than the budget");
}

template <class Record>
void look_at(std::string_view text) {
  auto const records = records_in<Record>(text);
  if (!records) return;
  auto const again = records_in<Record>(document_of<Record>(*records));
  expects(again && *again == *records, "what was read can be written, and is the same then");
}

/// A first line that fits: otherwise no input would come past the checksum.
std::string with_first_line(std::string_view magic, std::string_view body) {
  std::array<char, 17> sum{};
  std::snprintf(sum.data(), sum.size(), "%016llx",
                static_cast<unsigned long long>(checksum_of(body)));
  return std::string{magic} + " 1 " + std::to_string(body.size()) + ' ' + sum.data() + '\n' +
         std::string{body};
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  std::string_view const bytes{reinterpret_cast<char const*>(data), size};
  look_at<operation_record>(bytes);
  std::string const state = with_first_line("holdfast-state", bytes);
  look_at<operation_record>(state);
  look_at<change_record>(with_first_line("holdfast-changes", bytes));
  look_at<order_record>(with_first_line("holdfast-orders", bytes));
  look_at<shared_circuit>(with_first_line("holdfast-shared", bytes));
  if (auto const records = records_in<operation_record>(state)) {
    for (operation_record const& each : *records) take_up(each);
  }
  return 0;
}
