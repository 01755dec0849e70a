#include "holdfast/classify/errno.hpp"

#include "classify/code_table.hpp"

#include <cerrno>
#include <cstring>

namespace holdfast {
namespace {

using namespace classify_detail;
using enum advice;

constexpr meaning link_lost{category::connection, severity::medium, fault::dependency,
                            if_idempotent, poisoned::connection};
// Refused outright: nothing of this attempt can have been carried out.
constexpr meaning refused{category::connection, severity::high, fault::dependency, after_backoff};
// May also meet an established connection, by way of a router.
constexpr meaning unreachable{category::connection, severity::high, fault::dependency,
                              if_idempotent, poisoned::connection};
constexpr meaning timed_out{category::timeout, severity::medium, fault::dependency, if_idempotent,
                            poisoned::connection};
// Not harmless once sent: a socket's receive timeout says EAGAIN.
constexpr meaning try_again{category::transient, severity::low, fault::nobody, if_idempotent};
constexpr meaning conflict{category::transient, severity::low, fault::dependency, after_backoff};
constexpr meaning cancelled{category::cancelled, severity::low, fault::nobody, never};
constexpr meaning disk_full{category::resource, severity::high, fault::dependency, if_idempotent};
constexpr meaning used_up_here{category::resource, severity::critical, fault::local, if_idempotent};
constexpr meaning device_error{category::resource, severity::critical, fault::dependency,
                               if_idempotent};
constexpr meaning wrong_call{category::programming, severity::high, fault::caller, never};
constexpr meaning wrong_setup{category::configuration, severity::high, fault::caller, never};
constexpr meaning no_permission{category::permission, severity::high, fault::caller, never};
// Said of what was to be sent, never of an answer; EBADF, EFAULT and EINVAL meet a read as well.
constexpr meaning unsendable = before_sending(wrong_call);
constexpr meaning no_such_socket = before_sending(wrong_setup);
constexpr meaning too_long{category::data, severity::medium,  fault::caller,
                           never,          poisoned::nothing, true};
constexpr meaning missing{category::not_found, severity::medium, fault::caller, never};
constexpr meaning bad_data{category::data, severity::medium, fault::caller, never};
constexpr meaning damaged{category::corruption, severity::critical, fault::dependency, never};
constexpr meaning bad_key{category::authentication, severity::high, fault::caller, never};
constexpr meaning already_there{category::integrity, severity::low, fault::caller, never};

// In the order of their names; systems number them differently, so the compiler sorts.
constexpr std::array table = [] {
  std::array rows{
      code_row{E2BIG, "E2BIG", unsendable},
      code_row{EACCES, "EACCES", no_permission},
      code_row{EADDRINUSE, "EADDRINUSE", wrong_setup},
      code_row{EADDRNOTAVAIL, "EADDRNOTAVAIL", used_up_here},
      code_row{EAFNOSUPPORT, "EAFNOSUPPORT", no_such_socket},
      code_row{EAGAIN, "EAGAIN", try_again},
      code_row{EALREADY, "EALREADY", wrong_call},
      code_row{EBADF, "EBADF", wrong_call},
      code_row{EBADMSG, "EBADMSG", bad_data},
      code_row{EBUSY, "EBUSY", conflict},
      code_row{ECANCELED, "ECANCELED", cancelled},
      code_row{ECHILD, "ECHILD", wrong_call},
      code_row{ECONNABORTED, "ECONNABORTED", link_lost},
      code_row{ECONNREFUSED, "ECONNREFUSED", refused},
      code_row{ECONNRESET, "ECONNRESET", link_lost},
      code_row{EDEADLK, "EDEADLK", conflict},
      code_row{EDESTADDRREQ, "EDESTADDRREQ", unsendable},
      code_row{EDOM, "EDOM", bad_data},
      code_row{EEXIST, "EEXIST", already_there},
      code_row{EFAULT, "EFAULT", wrong_call},
      code_row{EFBIG, "EFBIG", disk_full},
      code_row{EHOSTUNREACH, "EHOSTUNREACH", unreachable},
      code_row{EILSEQ, "EILSEQ", bad_data},
      code_row{EINPROGRESS, "EINPROGRESS", try_again},
      code_row{EINTR, "EINTR", try_again},
      code_row{EINVAL, "EINVAL", wrong_call},
      code_row{EIO, "EIO", device_error},
      code_row{EISCONN, "EISCONN", unsendable},
      code_row{EISDIR, "EISDIR", wrong_setup},
      code_row{ELOOP, "ELOOP", wrong_setup},
      code_row{EMFILE, "EMFILE", used_up_here},
      code_row{EMLINK, "EMLINK", wrong_setup},
      code_row{EMSGSIZE, "EMSGSIZE", too_long},
      code_row{ENAMETOOLONG, "ENAMETOOLONG", no_such_socket},
      code_row{ENETDOWN, "ENETDOWN", unreachable},
      code_row{ENETRESET, "ENETRESET", link_lost},
      code_row{ENETUNREACH, "ENETUNREACH", unreachable},
      code_row{ENFILE, "ENFILE", used_up_here},
      code_row{ENOBUFS, "ENOBUFS", used_up_here},
      code_row{ENODEV, "ENODEV", wrong_setup},
      code_row{ENOENT, "ENOENT", missing},
      code_row{ENOEXEC, "ENOEXEC", wrong_setup},
      code_row{ENOLCK, "ENOLCK", used_up_here},
      code_row{ENOMEM, "ENOMEM", used_up_here},
      code_row{ENOPROTOOPT, "ENOPROTOOPT", unsendable},
      code_row{ENOSPC, "ENOSPC", disk_full},
      code_row{ENOSYS, "ENOSYS", wrong_setup},
      code_row{ENOTCONN, "ENOTCONN", link_lost},
      code_row{ENOTDIR, "ENOTDIR", wrong_setup},
      code_row{ENOTEMPTY, "ENOTEMPTY", already_there},
      code_row{ENOTSOCK, "ENOTSOCK", unsendable},
      code_row{ENOTSUP, "ENOTSUP", wrong_setup},
      code_row{ENOTTY, "ENOTTY", wrong_call},
      code_row{ENXIO, "ENXIO", wrong_setup},
      code_row{EOVERFLOW, "EOVERFLOW", bad_data},
      code_row{EPERM, "EPERM", no_permission},
      code_row{EPIPE, "EPIPE", link_lost},
      code_row{EPROTO, "EPROTO", link_lost},
      code_row{EPROTONOSUPPORT, "EPROTONOSUPPORT", no_such_socket},
      code_row{EPROTOTYPE, "EPROTOTYPE", no_such_socket},
      code_row{ERANGE, "ERANGE", bad_data},
      code_row{EROFS, "EROFS", no_permission},
      code_row{ESPIPE, "ESPIPE", wrong_call},
      code_row{ESRCH, "ESRCH", missing},
      code_row{ETIMEDOUT, "ETIMEDOUT", timed_out},
      code_row{ETXTBSY, "ETXTBSY", conflict},
      code_row{EXDEV, "EXDEV", wrong_call},
#ifdef __linux__
      code_row{EADV, "EADV", link_lost},
      code_row{EBADE, "EBADE", wrong_call},
      code_row{EBADFD, "EBADFD", wrong_call},
      code_row{EBADR, "EBADR", wrong_call},
      code_row{EBADRQC, "EBADRQC", wrong_call},
      code_row{EBADSLT, "EBADSLT", wrong_call},
      code_row{EBFONT, "EBFONT", bad_data},
      code_row{ECHRNG, "ECHRNG", bad_data},
      code_row{ECOMM, "ECOMM", link_lost},
      code_row{EDOTDOT, "EDOTDOT", wrong_call},
      code_row{EDQUOT, "EDQUOT", disk_full},
      code_row{EHOSTDOWN, "EHOSTDOWN", unreachable},
      code_row{EHWPOISON, "EHWPOISON", device_error},
      code_row{EIDRM, "EIDRM", missing},
      code_row{EISNAM, "EISNAM", wrong_call},
      code_row{EKEYEXPIRED, "EKEYEXPIRED", bad_key},
      code_row{EKEYREJECTED, "EKEYREJECTED", bad_key},
      code_row{EKEYREVOKED, "EKEYREVOKED", bad_key},
      code_row{EL2HLT, "EL2HLT", link_lost},
      code_row{EL2NSYNC, "EL2NSYNC", link_lost},
      code_row{EL3HLT, "EL3HLT", link_lost},
      code_row{EL3RST, "EL3RST", link_lost},
      code_row{ELIBACC, "ELIBACC", wrong_setup},
      code_row{ELIBBAD, "ELIBBAD", wrong_setup},
      code_row{ELIBEXEC, "ELIBEXEC", wrong_setup},
      code_row{ELIBMAX, "ELIBMAX", wrong_setup},
      code_row{ELIBSCN, "ELIBSCN", wrong_setup},
      code_row{ELNRNG, "ELNRNG", bad_data},
      code_row{EMEDIUMTYPE, "EMEDIUMTYPE", wrong_setup},
      code_row{EMULTIHOP, "EMULTIHOP", wrong_setup},
      code_row{ENAVAIL, "ENAVAIL", wrong_call},
      code_row{ENOANO, "ENOANO", wrong_call},
      code_row{ENOCSI, "ENOCSI", wrong_setup},
      code_row{ENODATA, "ENODATA", missing},
      code_row{ENOKEY, "ENOKEY", bad_key},
      code_row{ENOLINK, "ENOLINK", link_lost},
      code_row{ENOMEDIUM, "ENOMEDIUM", wrong_setup},
      code_row{ENOMSG, "ENOMSG", missing},
      code_row{ENONET, "ENONET", unreachable},
      code_row{ENOPKG, "ENOPKG", wrong_setup},
      code_row{ENOSR, "ENOSR", used_up_here},
      code_row{ENOSTR, "ENOSTR", wrong_call},
      code_row{ENOTBLK, "ENOTBLK", wrong_call},
      code_row{ENOTNAM, "ENOTNAM", wrong_call},
      code_row{ENOTRECOVERABLE, "ENOTRECOVERABLE", damaged},
      code_row{ENOTUNIQ, "ENOTUNIQ", wrong_setup},
      code_row{EOWNERDEAD, "EOWNERDEAD", conflict},
      code_row{EPFNOSUPPORT, "EPFNOSUPPORT", wrong_setup},
      code_row{EREMCHG, "EREMCHG", link_lost},
      code_row{EREMOTE, "EREMOTE", wrong_setup},
      code_row{EREMOTEIO, "EREMOTEIO", device_error},
      code_row{ERESTART, "ERESTART", try_again},
      code_row{ERFKILL, "ERFKILL", unreachable},
      code_row{ESHUTDOWN, "ESHUTDOWN", link_lost},
      code_row{ESOCKTNOSUPPORT, "ESOCKTNOSUPPORT", wrong_setup},
      code_row{ESRMNT, "ESRMNT", link_lost},
      code_row{ESTALE, "ESTALE", device_error},
      code_row{ESTRPIPE, "ESTRPIPE", link_lost},
      code_row{ETIME, "ETIME", timed_out},
      code_row{ETOOMANYREFS, "ETOOMANYREFS", used_up_here},
      code_row{EUCLEAN, "EUCLEAN", damaged},
      code_row{EUNATCH, "EUNATCH", wrong_setup},
      code_row{EUSERS, "EUSERS", used_up_here},
      code_row{EXFULL, "EXFULL", used_up_here},
#endif
  };
  std::ranges::sort(rows, {}, &code_row::code);
  return rows;
}();

static_assert(is_sorted_by_code(table));
static_assert(names_fit(table));

// Without an allocation and without the locale, where the C library has it.
std::string_view description_of([[maybe_unused]] int number, std::string_view name) {
#if defined(__GLIBC__) && __GLIBC_PREREQ(2, 32)
  char const* const words = strerrordesc_np(number);
  if (words != nullptr) return words;
#endif
  return name;
}

}  // namespace

failure classify_errno(int number, phase how_far, std::string_view text) noexcept {
  code_row const* const row = find_row<table>(number);
  number_text const digits{number};
  std::string_view const name = row == nullptr ? digits.view() : row->name;
  meaning const means = after_phase(row == nullptr ? unknown_meaning : row->meaning, how_far);
  return make_failure(means, code_kind::errno_code, name,
                      text.empty() ? description_of(number, name) : text);
}

std::string_view errno_name(int number) noexcept { return name_in<table>(number); }

std::span<known_code const> errno_codes() noexcept { return known_codes<table>; }

}  // namespace holdfast
