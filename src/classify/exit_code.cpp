#include "holdfast/classify/exit_code.hpp"

#include "classify/code_table.hpp"

#include <csignal>

namespace holdfast {
namespace {

using namespace classify_detail;
using enum advice;

constexpr meaning succeeded{category::unknown, severity::low, fault::caller, never};
constexpr meaning failed{category::unknown, severity::medium, fault::dependency, if_idempotent};
constexpr meaning wrong_call{category::programming, severity::high, fault::caller, never};
constexpr meaning bad_data{category::data, severity::medium, fault::caller, never};
constexpr meaning missing{category::not_found, severity::medium, fault::caller, never};
constexpr meaning no_host{category::connection, severity::high, fault::dependency, if_idempotent};
constexpr meaning unavailable{category::transient, severity::medium, fault::dependency,
                              if_idempotent};
constexpr meaning try_later{category::transient, severity::low, fault::dependency, after_backoff};
constexpr meaning used_up{category::resource, severity::high, fault::dependency, if_idempotent};
constexpr meaning own_mistake{category::programming, severity::high, fault::dependency, never};
constexpr meaning wrong_setup{category::configuration, severity::high, fault::caller, never};
constexpr meaning no_permission{category::permission, severity::high, fault::caller, never};
constexpr meaning timed_out{category::timeout, severity::medium, fault::dependency, if_idempotent};
constexpr meaning stopped{category::cancelled, severity::low, fault::nobody, never};
constexpr meaning crashed{category::programming, severity::critical, fault::dependency,
                          if_idempotent};
constexpr meaning killed{category::resource, severity::high, fault::dependency, if_idempotent};
constexpr meaning reader_gone{category::connection, severity::medium, fault::caller, if_idempotent};

constexpr std::array<code_row, 21> table{{
    {1, "failure", failed},
    {2, "misuse of the command line", wrong_call},
    {64, "EX_USAGE", wrong_call},
    {65, "EX_DATAERR", bad_data},
    {66, "EX_NOINPUT", missing},
    {67, "EX_NOUSER", missing},
    {68, "EX_NOHOST", no_host},
    {69, "EX_UNAVAILABLE", unavailable},
    {70, "EX_SOFTWARE", own_mistake},
    {71, "EX_OSERR", used_up},
    {72, "EX_OSFILE", wrong_setup},
    {73, "EX_CANTCREAT", no_permission},
    {74, "EX_IOERR", used_up},
    {75, "EX_TEMPFAIL", try_later},
    {76, "EX_PROTOCOL", unavailable},
    {77, "EX_NOPERM", no_permission},
    {78, "EX_CONFIG", wrong_setup},
    {124, "timed out", timed_out},
    {125, "the wrapper itself failed", wrong_setup},
    {126, "command not executable", wrong_setup},
    {127, "command not found", wrong_setup},
}};
static_assert(is_sorted_by_code(table));

// Systems number signals differently, so the compiler sorts.
constexpr std::array signal_table = [] {
  std::array rows{
      code_row{SIGABRT, "SIGABRT", crashed},       code_row{SIGALRM, "SIGALRM", timed_out},
      code_row{SIGBUS, "SIGBUS", crashed},         code_row{SIGFPE, "SIGFPE", crashed},
      code_row{SIGHUP, "SIGHUP", stopped},         code_row{SIGILL, "SIGILL", crashed},
      code_row{SIGINT, "SIGINT", stopped},         code_row{SIGKILL, "SIGKILL", killed},
      code_row{SIGPIPE, "SIGPIPE", reader_gone},   code_row{SIGQUIT, "SIGQUIT", stopped},
      code_row{SIGSEGV, "SIGSEGV", crashed},       code_row{SIGSYS, "SIGSYS", crashed},
      code_row{SIGTERM, "SIGTERM", stopped},       code_row{SIGTRAP, "SIGTRAP", crashed},
      code_row{SIGUSR1, "SIGUSR1", failed},        code_row{SIGUSR2, "SIGUSR2", failed},
      code_row{SIGVTALRM, "SIGVTALRM", timed_out}, code_row{SIGXCPU, "SIGXCPU", used_up},
      code_row{SIGXFSZ, "SIGXFSZ", used_up},
  };
  std::ranges::sort(rows, {}, &code_row::code);
  return rows;
}();
static_assert(is_sorted_by_code(signal_table));

constexpr int first_of_signals = 128;  // shells add it to the number of a signal
constexpr int most_signals = 64;

}  // namespace

failure classify_exit_code(int code, std::string_view text) noexcept {
  int const hidden = code - first_of_signals;
  bool const by_signal = hidden > 0 && hidden <= most_signals && !signal_name(hidden).empty();
  number_text const digits{code};
  if (by_signal) {
    failure seen = classify_signal(hidden, text);
    seen.code.value = digits.view();
    return seen;
  }
  code_row const* const row = find_row<table>(code);
  if (text.empty() && row != nullptr) text = row->name;
  meaning const& means = row != nullptr ? row->meaning : code == 0 ? succeeded : failed;
  return make_failure(means, code_kind::exit_code, digits.view(), text);
}

failure classify_signal(int number, std::string_view text) noexcept {
  code_row const* const row = find_row<signal_table>(number);
  number_text const digits{number};
  std::string_view const name = row == nullptr ? digits.view() : row->name;
  return make_failure(row == nullptr ? failed : row->meaning, code_kind::exit_code, name,
                      text.empty() ? name : text);
}

std::string_view exit_code_name(int code) noexcept { return name_in<table>(code); }

std::string_view signal_name(int number) noexcept { return name_in<signal_table>(number); }

std::span<known_code const> exit_codes() noexcept { return known_codes<table>; }
std::span<known_code const> signals() noexcept { return known_codes<signal_table>; }

}  // namespace holdfast
