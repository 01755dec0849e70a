#include "importer/postgres_failures.hpp"

#include <string_view>

namespace holdfast {
namespace {

constexpr char const* nothing_written =
    "nothing of the last batch was written; start again to go on";

}  // namespace

bool may_pass(failure const& seen) noexcept {
  bool const link_lost = seen.code.value.view().empty();
  if (link_lost && seen.advice != advice::never) return true;
  switch (seen.category) {
    case category::connection:
    case category::timeout:
    case category::transient:
    case category::throttled:
    case category::rejected:
    case category::in_doubt: return true;
    case category::resource: return seen.code.value.view() != "53100";
    default: return seen.advice != advice::never && seen.advice != advice::if_idempotent;
  }
}

std::string remedy_for(failure const& seen) {
  std::string_view const code = seen.code.value.view();
  if (code == "53100") {
    return "make room on the disk of the server and start again: the last batch was rolled back, "
           "what was committed before stays";
  }
  if (code == "3D000") return "name a database that is there, or make it: createdb NAME";
  if (code == "0A000" && seen.text.view().find("view") != std::string_view::npos) {
    return "a column can't be widened while a view shows it: give its type in a mapping, or drop "
           "the view meanwhile";
  }
  switch (seen.category) {
    case category::authentication:
      return "give the right user and password: in a password file (~/.pgpass) or in PGPASSWORD, "
             "where nobody sees them";
    case category::configuration:
      return "mend what --into names: postgresql://USER@HOST:PORT/DATABASE, or the settings of the "
             "server";
    case category::permission:
      return "the user must own the table, or have INSERT and SELECT on it, and be allowed to "
             "make the ledger's tables: GRANT ...";
    case category::integrity:
    case category::data:
      return "a rule of the table refused the batch as a whole; nothing of it was written";
    default: return nothing_written;
  }
}

std::string wait_remedy_for(failure const& seen) {
  switch (seen.category) {
    case category::timeout:
    case category::transient:
      return "another program holds a lock, or the server is busy: close it, or wait";
    case category::in_doubt:
      return "the answer to a COMMIT was lost; the ledger tells when the server is back";
    default: return "start the server, or mend the way to it; the import goes on by itself";
  }
}

}  // namespace holdfast
