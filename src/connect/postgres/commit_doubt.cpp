#include "holdfast/connect/postgres/commit_doubt.hpp"

namespace holdfast::postgres {
namespace {

std::string quoted_text(std::string const& text) {
  std::string quoted{"'"};
  for (char const each : text) quoted.append(each == '\'' ? 2 : 1, each);
  return quoted + "'";
}

std::string how_to_look(commit_doubt const& doubt) {
  std::string text;
  if (!doubt.mark.ledger.empty()) {
    text += " Whether it did: SELECT count(*) FROM " + doubt.mark.ledger +
            " WHERE key = " + quoted_text(doubt.ledger_key) + ".";
  }
  if (doubt.mark.xid.empty()) return text;
  return text + " On the server of system identifier " + doubt.mark.system + " and timeline " +
         doubt.mark.timeline + ", and on no other: SELECT pg_xact_status('" + doubt.mark.xid +
         "'). Its backend was process " + std::to_string(doubt.mark.backend) + ".";
}

}  // namespace

std::string describe(commit_doubt const& doubt) {
  if (!doubt.arose) return "every COMMIT was answered";
  auto const took = std::chrono::ceil<std::chrono::milliseconds>(doubt.took).count();
  std::string const after =
      " after " + std::to_string(took) + " ms and " + std::to_string(doubt.looks) + " looks";
  std::string const by = " (by " + std::string{enum_name(doubt.by)} +
                         (doubt.fenced ? ", its backend was ended)" : ")");
  switch (doubt.outcome) {
    case resolved::happened:
      return "the answer to COMMIT was lost; it is committed, known" + after + by;
    case resolved::did_not_happen:
      return "the answer to COMMIT was lost; it is not committed, known" + after + by;
    case resolved::still_in_doubt: break;
  }
  std::string const trouble =
      doubt.trouble ? " The last look failed: " + describe(*doubt.trouble) + "." : "";
  return "the answer to COMMIT was lost, and nobody could tell" + after + "." + trouble +
         how_to_look(doubt);
}

}  // namespace holdfast::postgres
