#pragma once

#include "holdfast/base/failure.hpp"

#include <cstddef>
#include <optional>
#include <string_view>

namespace holdfast {

/// What can be seen of an answer whose status says success. Texts are borrowed for the call.
struct http_answer {
  int status = 200;
  std::string_view content_type{};  ///< value of Content-Type; empty where there is none
  std::string_view body{};          ///< all of it, or its beginning
};

/// Judges an answer that should be JSON: a failure where a page for people came instead, as proxies
/// and maintenance pages send it, also with status 200.
///
/// It is transient, the dependency's fault, and repeated only where that does no harm: a proxy
/// may have spoken after the request was carried out. A type that says JSON is believed; one that
/// says nothing (text/plain, application/octet-stream, none) is judged by how the body begins. 204,
/// 205 and 304 have no body to judge.
/// Cost: a look at the type and the first character, no allocation.
/// Source: RFC 8259, RFC 6839 (+json); what ChEMBL and PubChem do.
[[nodiscard]] std::optional<failure> classify_not_json(http_answer const& seen) noexcept;

/// How much of what was asked for an answer holds.
enum class answer_extent {
  whole,    ///< all of it
  partial,  ///< some parts are missing, the others are good: neither to be thrown away nor repeated
  nothing,  ///< a failure in spite of its status
};

/// What somebody who knows the form of an answer made of it: the partial success inside a 200, such
/// as {"molecules": […], "not_found": ["CHEMBL0"]}, or the error inside one.
struct answer_verdict {
  answer_extent extent = answer_extent::whole;
  std::size_t missing = 0;  ///< parts that were asked for and are not there
  failure why{};            ///< of the missing parts, or of the whole
};

/// Judges answers with a success status for a client. It must not throw.
using answer_judge = answer_verdict (*)(http_answer const& seen);

/// What a guard is told: nothing where at least a part is good, since repeating the call would
/// bring the same part again. Whoever gets the answer deals with what is missing, one by one.
[[nodiscard]] std::optional<failure> failure_in(answer_verdict const& made) noexcept;

}  // namespace holdfast
