#include "holdfast/classify/getaddrinfo.hpp"

#include "classify/code_table.hpp"
#include "holdfast/classify/errno.hpp"

#include <netdb.h>

namespace holdfast {
namespace {

using namespace classify_detail;
using enum advice;

constexpr meaning no_answer{category::connection, severity::high, fault::dependency, after_backoff};
constexpr meaning no_such_name{category::not_found, severity::high, fault::dependency,
                               after_backoff};
constexpr meaning wrong_call{category::programming, severity::high, fault::caller, never};
constexpr meaning wrong_setup{category::configuration, severity::high, fault::caller, never};
constexpr meaning used_up_here{category::resource, severity::critical, fault::local, after_backoff};
constexpr meaning interrupted{category::transient, severity::low, fault::nobody, now};
#ifdef EAI_CANCELED
constexpr meaning cancelled{category::cancelled, severity::low, fault::nobody, never};
#endif

// In the order of their names; systems number them differently, so the compiler sorts.
constexpr std::array table = [] {
  std::array rows{
      code_row{EAI_AGAIN, "EAI_AGAIN", no_answer},
      code_row{EAI_BADFLAGS, "EAI_BADFLAGS", wrong_call},
      code_row{EAI_FAIL, "EAI_FAIL", no_answer},
      code_row{EAI_FAMILY, "EAI_FAMILY", wrong_setup},
      code_row{EAI_MEMORY, "EAI_MEMORY", used_up_here},
      code_row{EAI_NONAME, "EAI_NONAME", no_such_name},
      code_row{EAI_OVERFLOW, "EAI_OVERFLOW", wrong_call},
      code_row{EAI_SERVICE, "EAI_SERVICE", wrong_setup},
      code_row{EAI_SOCKTYPE, "EAI_SOCKTYPE", wrong_call},
      code_row{EAI_SYSTEM, "EAI_SYSTEM", no_answer},
#ifdef EAI_ADDRFAMILY
      code_row{EAI_ADDRFAMILY, "EAI_ADDRFAMILY", wrong_setup},
#endif
#ifdef EAI_NODATA
      code_row{EAI_NODATA, "EAI_NODATA", no_such_name},
#endif
#ifdef EAI_CANCELED  // of getaddrinfo_a(3)
      code_row{EAI_ALLDONE, "EAI_ALLDONE", wrong_call},
      code_row{EAI_CANCELED, "EAI_CANCELED", cancelled},
      code_row{EAI_IDN_ENCODE, "EAI_IDN_ENCODE", wrong_call},
      code_row{EAI_INPROGRESS, "EAI_INPROGRESS", interrupted},
      code_row{EAI_INTR, "EAI_INTR", interrupted},
      code_row{EAI_NOTCANCELED, "EAI_NOTCANCELED", interrupted},
#endif
  };
  std::ranges::sort(rows, {}, &code_row::code);
  return rows;
}();
static_assert(is_sorted_by_code(table));
static_assert(names_fit(table));

}  // namespace

failure classify_getaddrinfo(int code, int system_errno, std::string_view text) noexcept {
  if (code == EAI_SYSTEM && system_errno != 0) {
    return classify_errno(system_errno, phase::not_sent, text);
  }
  code_row const* const row = find_row<table>(code);
  number_text const digits{code};
  std::string_view const name = row == nullptr ? digits.view() : row->name;
  meaning const means =
      row == nullptr ? after_phase(unknown_meaning, phase::not_sent) : row->meaning;
  return make_failure(means, code_kind::getaddrinfo, name, text.empty() ? name : text);
}

std::string_view getaddrinfo_code_name(int code) noexcept { return name_in<table>(code); }

std::span<known_code const> getaddrinfo_codes() noexcept { return known_codes<table>; }

}  // namespace holdfast
