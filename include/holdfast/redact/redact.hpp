#pragma once

#include "holdfast/base/fixed_text.hpp"
#include "holdfast/redact/redaction.hpp"

#include <cstddef>
#include <new>
#include <string>
#include <string_view>

namespace holdfast {

// The one choke point: whatever leaves a process as a text belongs through `redact`, which has the
// default rules and the secrets that the process has named by `keep_secret`.
//
// Threads: all of it, at any time, also before main, while statics end, and in the child of a fork.
// Readers take no lock: where no secret was named, they read one word; otherwise they count
// themselves in and out, so that what they read is not freed.

/// Has `text` taken out of every text from now on, in every usual encoding. False where it is
/// shorter than 6 bytes, or would be more than 256 secrets or 16 KiB of them; true where it is kept
/// already. Cost: all secrets are prepared anew, some microseconds for each; call it when
/// credentials are loaded. Trap: what is short or common is then missing everywhere.
bool keep_secret(std::string_view text);

/// Forgets all secrets. For tests.
void forget_secrets();

/// The text without its secrets: `text` itself where there are none, without any allocation;
/// otherwise a view of `into`, which `text` must not view. Errors: std::bad_alloc.
[[nodiscard]] std::string_view redact(std::string_view text, std::string& into,
                                      text_end end = text_end::whole);

/// As above, as a string of its own.
[[nodiscard]] std::string redacted(std::string_view text, text_end end = text_end::whole);

/// A text of bounded length without its secrets; one that fills its room counts as cut. Where
/// there is no memory to look closer, nothing of it is shown.
template <std::size_t Capacity>
[[nodiscard]] fixed_text<Capacity> redacted(fixed_text<Capacity> const& text) noexcept {
  constexpr std::size_t longest_character = 4;
  bool const full = text.view().size() + longest_character > Capacity;
  try {
    std::string changed;
    return redact(text.view(), changed, full ? text_end::cut : text_end::whole);
  } catch (std::bad_alloc const&) {
    return redacted_mark;
  }
}

}  // namespace holdfast
