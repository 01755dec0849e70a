#include "importer/target_answers.hpp"

#include <utility>

namespace holdfast {

target_answer stopped(problem why) { return {target_status::stopped, {}, std::move(why)}; }

problem outrun(std::string const& target, feed const& of) {
  return {{target, 0, 0},
          "another process is importing " + of.source + " into table " + of.table,
          "let it finish; nothing of this batch was written"};
}

std::optional<problem> check_ledger_version(std::string const& target, std::int64_t version) {
  if (version <= ledger_version) return std::nullopt;
  return problem{{target, 0, 0},
                 "its ledger has version " + std::to_string(version) +
                     ", and this program knows versions up to " + std::to_string(ledger_version),
                 "use a newer holdfast, or import into another database"};
}

}  // namespace holdfast
