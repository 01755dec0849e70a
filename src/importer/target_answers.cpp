#include "importer/target_answers.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace holdfast {
namespace {

constexpr duration pause_after_refusal = std::chrono::seconds{1};

}  // namespace

target_answer stopped(problem why) { return {target_status::stopped, {}, std::move(why)}; }

problem outrun(std::string const& target, feed const& of) {
  return {{target, 0, 0},
          "another process is importing " + of.source + " into table " + of.table,
          "let it finish; nothing of this batch was written"};
}

duration pause_after(failure const& seen) noexcept {
  duration const asked = seen.retry_after.value_or(pause_after_refusal);
  return seen.category == category::rejected ? std::min(asked, pause_after_refusal) : asked;
}

attempt_count::attempt_count(guard const& of)
    : failed_{std::make_shared<std::atomic<std::uint64_t>>(0)} {
  of.on_event([failed = failed_](event const& what) {
    if (what.kind == event_kind::attempt_failed) ++*failed;
  });
}

std::optional<problem> check_ledger_version(std::string const& target, std::int64_t version) {
  if (version <= ledger_version) return std::nullopt;
  return problem{{target, 0, 0},
                 "its ledger has version " + std::to_string(version) +
                     ", and this program knows versions up to " + std::to_string(ledger_version),
                 "use a newer holdfast, or import into another database"};
}

}  // namespace holdfast
