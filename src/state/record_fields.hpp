#pragma once

#include "holdfast/state/change_record.hpp"
#include "holdfast/state/operation_record.hpp"
#include "holdfast/state/order_record.hpp"
#include "holdfast/state/shared_circuit.hpp"

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <type_traits>

// The fields of all records, once: `form` is a text_writer or a text_reader, so what is written and
// what is read can't differ. A change to what stands here is a new state_version.

namespace holdfast {

/// A record to be written (const) or to be read.
template <class Given, class Record>
concept one_of = std::same_as<std::remove_const_t<Given>, Record>;

namespace record_limits {

// The largest that breaker and budget can be configured to, and some room.
inline constexpr int most_counted = std::numeric_limits<int>::max();
inline constexpr std::size_t most_probes = 1'000;
inline constexpr std::uint64_t most_window_calls = 100'000;
inline constexpr std::size_t most_window_words = (most_window_calls + 63) / 64;
inline constexpr std::size_t most_buckets = 1'000;
/// Sums over all buckets stay far from overflow.
inline constexpr std::uint64_t most_bucket_calls = 1'000'000'000'000'000;
inline constexpr std::uint64_t most_generation = std::numeric_limits<std::int64_t>::max();
inline constexpr std::int64_t most_number = std::numeric_limits<std::int64_t>::max();
/// Far below the end of all numbers: there is always a next one.
inline constexpr std::int64_t most_orders_given = std::int64_t{1} << 53U;
inline constexpr std::uint64_t any_bits = std::numeric_limits<std::uint64_t>::max();

}  // namespace record_limits

template <class Form, one_of<core::probe_place> Place>
void fields_of(Form& form, Place& place) {
  form.object([&] {
    form.key("expires").time(place.expires);
    form.key("serial").number(place.serial, std::uint32_t{0},
                              std::numeric_limits<std::uint32_t>::max());
    form.key("running").flag(place.running);
  });
}

template <class Form, one_of<core::window_totals> Totals>
void fields_of(Form& form, Totals& totals) {
  form.object([&] {
    form.key("calls").number(totals.calls, std::uint64_t{0}, record_limits::most_bucket_calls);
    std::uint64_t const all = std::min(totals.calls, record_limits::most_bucket_calls);
    form.key("failures").number(totals.failures, std::uint64_t{0}, all);
    form.key("slow").number(totals.slow, std::uint64_t{0}, all);
  });
}

template <class Form, one_of<core::window_snapshot> Window>
void fields_of(Form& form, Window& window) {
  auto const word = [&](auto& bits) {
    form.number(bits, std::uint64_t{0}, record_limits::any_bits);
  };
  form.object([&] {
    form.key("kind").name(window.kind);
    if (window.kind == window_kind::count) {
      form.key("calls").number(window.calls, std::uint64_t{0}, record_limits::most_window_calls);
      form.key("failed").list(window.failed, record_limits::most_window_words, word);
      form.key("slow").list(window.slow, record_limits::most_window_words, word);
    } else {
      form.key("newest_begins").time(window.newest_begins);
      form.key("bucket_width").length(window.bucket_width);
      form.key("buckets").list(window.buckets, record_limits::most_buckets,
                               [&](auto& bucket) { fields_of(form, bucket); });
    }
  });
}

template <class Form, one_of<core::breaker_snapshot> Breaker>
void fields_of(Form& form, Breaker& breaker) {
  form.object([&] {
    form.key("state").name(breaker.state);
    form.key("since").time(breaker.since);
    form.key("open_until").time(breaker.open_until);
    form.key("closed_since").time(breaker.closed_since);
    form.key("wait").length(breaker.wait);
    form.key("generation")
        .number(breaker.generation, std::uint64_t{0}, record_limits::most_generation);
    form.key("consecutive_failures")
        .number(breaker.consecutive_failures, 0, record_limits::most_counted);
    form.key("probe_successes").number(breaker.probe_successes, 0, record_limits::most_counted);
    form.key("hanging").number(breaker.hanging, 0, record_limits::most_counted);
    form.key("times_opened")
        .number(breaker.times_opened, std::uint32_t{0}, std::numeric_limits<std::uint32_t>::max());
    form.key("told_would_open").flag(breaker.told_would_open);
    form.key("random_state")
        .number(breaker.random_state, std::uint64_t{0}, record_limits::any_bits);
    form.key("probes").list(breaker.probes, record_limits::most_probes,
                            [&](auto& place) { fields_of(form, place); });
    form.key("window").maybe(breaker.window, [&](auto& window) { fields_of(form, window); });
  });
}

template <class Form, one_of<core::budget_snapshot> Budget>
void fields_of(Form& form, Budget& budget) {
  form.object([&] {
    form.key("held").number(budget.held, std::int64_t{0}, record_limits::most_number);
    form.key("refilled").time(budget.refilled);
    form.key("taken").number(budget.taken, std::uint64_t{0}, record_limits::any_bits);
  });
}

template <class Form, one_of<operation_record> Record>
void fields_of(Form& form, Record& record) {
  form.object([&] {
    form.key("operation").text(record.operation);
    form.key("saved_at").time(record.saved_at);
    form.key("breaker");
    fields_of(form, record.breaker);
    form.key("budget").maybe(record.budget, [&](auto& budget) { fields_of(form, budget); });
  });
}

template <class Form, one_of<change_record> Record>
void fields_of(Form& form, Record& record) {
  form.object([&] {
    form.key("operation").text(record.operation);
    form.key("at").time(record.at);
    form.key("kind").name(record.kind);
    form.key("from").name(record.from);
    form.key("to").name(record.to);
    form.key("reason").text(record.reason);
    form.key("why").text(record.why);
    form.key("author").text(record.author);
    form.key("end").maybe(record.end, [&](auto& end) { form.time(end); });
  });
}

template <class Form, one_of<order_record> Record>
void fields_of(Form& form, Record& record) {
  form.object([&] {
    form.key("number").number(record.number, std::int64_t{1}, record_limits::most_orders_given);
    form.key("operation").text(record.operation);
    form.key("what").name(record.what);
    form.key("why").text(record.why);
    form.key("author").text(record.author);
    form.key("given_at").time(record.given_at);
    form.key("until").maybe(record.until, [&](auto& until) { form.time(until); });
  });
}

template <class Form, one_of<probe_lease> Lease>
void fields_of(Form& form, Lease& lease) {
  form.object([&] {
    form.key("holder").number(lease.holder, std::uint64_t{0}, record_limits::any_bits);
    form.key("round").number(lease.round, std::uint64_t{0}, record_limits::any_bits);
    form.key("taken").time(lease.taken);
    form.key("ends").time(lease.ends);
    form.key("wanted").maybe(lease.wanted, [&](auto& want) {
      form.object([&] {
        form.key("asker").number(want.asker, std::uint64_t{0}, record_limits::any_bits);
        form.key("since").time(want.since);
        form.key("last").time(want.last);
      });
    });
  });
}

template <class Form, one_of<shared_circuit> Record>
void fields_of(Form& form, Record& record) {
  form.object([&] {
    form.key("operation").text(record.operation);
    form.key("host_start").text(record.host_start);
    form.key("changes").number(record.changes, std::uint64_t{0}, record_limits::any_bits);
    form.key("open").flag(record.open);
    form.key("by_hand").flag(record.by_hand);
    form.key("open_until").time(record.open_until);
    form.key("wait").length(record.wait);
    form.key("lease").maybe(record.lease, [&](auto& lease) { fields_of(form, lease); });
    form.key("passed_on").number(record.passed_on, 0, record_limits::most_counted);
    form.key("touched").number(record.touched, std::uint64_t{0}, record_limits::any_bits);
  });
}

}  // namespace holdfast
