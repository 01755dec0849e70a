// Any bytes as a code that somebody wants explained: it is a code with a verdict, or it is refused
// with what is allowed.

#include "explain_subject.hpp"
#include "holdfast/base/contract.hpp"
#include "holdfast/base/failure_names.hpp"
#include "target.hpp"

#include <algorithm>
#include <string>

namespace {

using namespace holdfast;
using cli::explain_circumstances;
using cli::explained;

bool is_shown(char c) { return static_cast<unsigned char>(c) >= ' ' && c != '\x7f'; }

/// Why a code was refused, fit for a terminal whatever the code was.
void check_refusal(problem const& why) {
  std::string const told = describe(why);
  expects(!why.what.empty(), "a refusal says why");
  expects(std::ranges::all_of(told, [](char c) { return is_shown(c) || c == '\n'; }),
          "a refusal shows no control character");
}

void check_verdict(code_kind kind, explained const& told, explain_circumstances const& how) {
  failure const& seen = told.seen;
  expects(seen.code.kind == kind, "a code is explained as what it was said to be");
  bool const in_doubt = seen.category == category::in_doubt;
  // Two SQLSTATEs say by themselves that nobody knows.
  bool const can_be = how.how_far == phase::awaiting_commit || kind == code_kind::sqlstate;
  expects(!in_doubt || can_be, "only what may have been carried out is in doubt");
  if (in_doubt) expects(seen.advice == advice::resolve_first, "a doubt is to be resolved");
  if (!told.is_failure) expects(seen.advice == advice::never, "a success is never repeated");
  if (told.facts != nullptr) expects(kind == code_kind::sqlstate, "facts are of SQLSTATEs alone");
}

/// What is listed, or was understood, is understood again by the code that it is known by.
void check_again(code_kind kind, explained const& told, explain_circumstances const& how) {
  std::string_view const code = told.seen.code.value.view();
  if (code.empty() || kind == code_kind::redis) return;
  auto const again = cli::explain_code(kind, std::string{code}, how);
  expects(again.has_value() && again->seen.code == told.seen.code, "a shown code can be asked for");
}

}  // namespace

/// A byte for the kind, one for the circumstances, and the code.
extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  if (size < 2) return 0;
  auto const kinds = cli::explained_kinds();
  auto const kind = cli::find_kind(std::string{kinds[data[0] % kinds.size()]});
  expects(kind.has_value(), "a listed kind can be asked for");
  explain_circumstances how;
  how.how_far = names_of<phase>::table[data[1] % names_of<phase>::table.size()].value;
  how.fatal = *kind == code_kind::sqlstate && data[1] >= 0x80;
  std::string const code{reinterpret_cast<char const*>(data) + 2, size - 2};
  auto const told = cli::explain_code(*kind, code, how);
  if (!told) {
    check_refusal(told.error());
    return 0;
  }
  check_verdict(*kind, *told, how);
  check_again(*kind, *told, how);
  return 0;
}
