#pragma once

#include "holdfast/base/expected.hpp"
#include "holdfast/base/failure.hpp"
#include "holdfast/base/problem.hpp"
#include "holdfast/classify/sqlstate.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace holdfast::cli {

/// The circumstances of a code, as the command line gives them.
struct explain_circumstances {
  phase how_far = phase::sent;
  bool fatal = false;  ///< severity FATAL or PANIC, of an SQLSTATE
};

/// One code with what it means.
struct explained {
  std::string name{};    ///< in the product's own documentation; empty for a code without one
  std::string reason{};  ///< one line, for people
  failure seen;
  bool is_failure = true;                 ///< false for an SQLSTATE that says success
  sqlstate_facts const* facts = nullptr;  ///< of an SQLSTATE: its row, or that of its class
};

/// The names of the kinds of codes that can be explained.
[[nodiscard]] std::vector<std::string_view> explained_kinds();

/// The kind of that name, or a problem that lists them and says which one was probably meant.
[[nodiscard]] expected<code_kind, problem> find_kind(std::string const& name);

/// What a code means, by number or by name, or a problem that says what is allowed.
[[nodiscard]] expected<explained, problem> explain_code(code_kind kind, std::string const& code,
                                                        explain_circumstances const& how);

/// Whether what its codes mean depends on how far the attempt had come.
[[nodiscard]] bool has_phases(code_kind kind);

/// Every listed code of a kind, as `explain_code` reads it.
[[nodiscard]] std::vector<std::string> codes_of(code_kind kind);

}  // namespace holdfast::cli
