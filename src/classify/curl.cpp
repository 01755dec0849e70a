#include "holdfast/classify/curl.hpp"

#include "classify/code_table.hpp"

namespace holdfast {
namespace {

using namespace classify_detail;
using enum advice;

constexpr meaning unreachable{category::connection, severity::high, fault::dependency,
                              after_backoff};
constexpr meaning link_lost{category::connection, severity::medium, fault::dependency,
                            if_idempotent, poisoned::connection};
constexpr meaning timed_out{category::timeout, severity::medium, fault::dependency, if_idempotent,
                            poisoned::connection};
constexpr meaning odd_answer{category::transient, severity::medium, fault::dependency,
                             if_idempotent, poisoned::connection};
constexpr meaning server_refused{category::transient, severity::medium, fault::dependency,
                                 if_idempotent};
constexpr meaning server_full{category::resource, severity::high, fault::dependency, after_backoff};
constexpr meaning no_trust =
    before_sending({category::authentication, severity::critical, fault::dependency, never});
constexpr meaning who_are_you{category::authentication, severity::high, fault::caller, never};
constexpr meaning bad_certificate = before_sending(who_are_you);
constexpr meaning not_allowed{category::permission, severity::high, fault::caller, never};
constexpr meaning missing{category::not_found, severity::medium, fault::caller, never};
constexpr meaning already_there{category::integrity, severity::low, fault::caller, never};
constexpr meaning wrong_call{category::programming, severity::high, fault::caller, never};
// Also of an answer that is no HTTP, and of a redirect.
constexpr meaning wrong_protocol{category::configuration, severity::high, fault::caller, never};
constexpr meaning unsendable = before_sending(wrong_call);
constexpr meaning wrong_setup = before_sending(wrong_protocol);
constexpr meaning redirect_loop{category::configuration, severity::high, fault::dependency, never};
constexpr meaning too_big{category::data, severity::high, fault::dependency, never};
constexpr meaning cancelled{category::cancelled, severity::low, fault::nobody, never};
constexpr meaning used_up_here{category::resource, severity::critical, fault::local, if_idempotent};
constexpr meaning local_io{category::resource, severity::high, fault::local, never};

// Numbers and names as in curl/curl.h, which this module may not name.
constexpr std::array<code_row, 86> table{{
    {1, "CURLE_UNSUPPORTED_PROTOCOL", wrong_protocol},
    {2, "CURLE_FAILED_INIT", used_up_here},
    {3, "CURLE_URL_MALFORMAT", unsendable},
    {4, "CURLE_NOT_BUILT_IN", wrong_setup},
    {5, "CURLE_COULDNT_RESOLVE_PROXY", unreachable},
    {6, "CURLE_COULDNT_RESOLVE_HOST", unreachable},
    {7, "CURLE_COULDNT_CONNECT", unreachable},
    {8, "CURLE_WEIRD_SERVER_REPLY", odd_answer},
    {9, "CURLE_REMOTE_ACCESS_DENIED", not_allowed},
    {10, "CURLE_FTP_ACCEPT_FAILED", link_lost},
    {11, "CURLE_FTP_WEIRD_PASS_REPLY", odd_answer},
    {12, "CURLE_FTP_ACCEPT_TIMEOUT", timed_out},
    {13, "CURLE_FTP_WEIRD_PASV_REPLY", odd_answer},
    {14, "CURLE_FTP_WEIRD_227_FORMAT", odd_answer},
    {15, "CURLE_FTP_CANT_GET_HOST", unreachable},
    {16, "CURLE_HTTP2", link_lost},
    {17, "CURLE_FTP_COULDNT_SET_TYPE", server_refused},
    {18, "CURLE_PARTIAL_FILE", link_lost},
    {19, "CURLE_FTP_COULDNT_RETR_FILE", server_refused},
    {21, "CURLE_QUOTE_ERROR", server_refused},
    {22, "CURLE_HTTP_RETURNED_ERROR", server_refused},
    {23, "CURLE_WRITE_ERROR", local_io},
    {25, "CURLE_UPLOAD_FAILED", server_refused},
    {26, "CURLE_READ_ERROR", local_io},
    {27, "CURLE_OUT_OF_MEMORY", used_up_here},
    {28, "CURLE_OPERATION_TIMEDOUT", timed_out},
    {30, "CURLE_FTP_PORT_FAILED", server_refused},
    {31, "CURLE_FTP_COULDNT_USE_REST", server_refused},
    {33, "CURLE_RANGE_ERROR", wrong_call},
    {34, "CURLE_HTTP_POST_ERROR", wrong_call},
    {35, "CURLE_SSL_CONNECT_ERROR", unreachable},
    {36, "CURLE_BAD_DOWNLOAD_RESUME", wrong_call},
    {37, "CURLE_FILE_COULDNT_READ_FILE", missing},
    {38, "CURLE_LDAP_CANNOT_BIND", who_are_you},
    {39, "CURLE_LDAP_SEARCH_FAILED", server_refused},
    {41, "CURLE_FUNCTION_NOT_FOUND", wrong_setup},
    {42, "CURLE_ABORTED_BY_CALLBACK", cancelled},
    {43, "CURLE_BAD_FUNCTION_ARGUMENT", unsendable},
    {45, "CURLE_INTERFACE_FAILED", wrong_setup},
    {47, "CURLE_TOO_MANY_REDIRECTS", redirect_loop},
    {48, "CURLE_UNKNOWN_OPTION", unsendable},
    {49, "CURLE_SETOPT_OPTION_SYNTAX", unsendable},
    {52, "CURLE_GOT_NOTHING", link_lost},
    {53, "CURLE_SSL_ENGINE_NOTFOUND", wrong_setup},
    {54, "CURLE_SSL_ENGINE_SETFAILED", wrong_setup},
    {55, "CURLE_SEND_ERROR", link_lost},
    {56, "CURLE_RECV_ERROR", link_lost},
    {58, "CURLE_SSL_CERTPROBLEM", bad_certificate},
    {59, "CURLE_SSL_CIPHER", wrong_setup},
    {60, "CURLE_PEER_FAILED_VERIFICATION", no_trust},
    {61, "CURLE_BAD_CONTENT_ENCODING", odd_answer},
    {63, "CURLE_FILESIZE_EXCEEDED", too_big},
    {64, "CURLE_USE_SSL_FAILED", wrong_setup},
    {65, "CURLE_SEND_FAIL_REWIND", link_lost},
    {66, "CURLE_SSL_ENGINE_INITFAILED", wrong_setup},
    {67, "CURLE_LOGIN_DENIED", who_are_you},
    {68, "CURLE_TFTP_NOTFOUND", missing},
    {69, "CURLE_TFTP_PERM", not_allowed},
    {70, "CURLE_REMOTE_DISK_FULL", server_full},
    {71, "CURLE_TFTP_ILLEGAL", wrong_call},
    {72, "CURLE_TFTP_UNKNOWNID", odd_answer},
    {73, "CURLE_REMOTE_FILE_EXISTS", already_there},
    {74, "CURLE_TFTP_NOSUCHUSER", who_are_you},
    {77, "CURLE_SSL_CACERT_BADFILE", wrong_setup},
    {78, "CURLE_REMOTE_FILE_NOT_FOUND", missing},
    {79, "CURLE_SSH", link_lost},
    {80, "CURLE_SSL_SHUTDOWN_FAILED", link_lost},
    {81, "CURLE_AGAIN", link_lost},
    {82, "CURLE_SSL_CRL_BADFILE", wrong_setup},
    {83, "CURLE_SSL_ISSUER_ERROR", no_trust},
    {84, "CURLE_FTP_PRET_FAILED", server_refused},
    {85, "CURLE_RTSP_CSEQ_ERROR", odd_answer},
    {86, "CURLE_RTSP_SESSION_ERROR", odd_answer},
    {87, "CURLE_FTP_BAD_FILE_LIST", odd_answer},
    {88, "CURLE_CHUNK_FAILED", local_io},
    {89, "CURLE_NO_CONNECTION_AVAILABLE", unreachable},
    {90, "CURLE_SSL_PINNEDPUBKEYNOTMATCH", no_trust},
    {91, "CURLE_SSL_INVALIDCERTSTATUS", no_trust},
    {92, "CURLE_HTTP2_STREAM", link_lost},
    {93, "CURLE_RECURSIVE_API_CALL", wrong_call},
    {94, "CURLE_AUTH_ERROR", who_are_you},
    {95, "CURLE_HTTP3", link_lost},
    {96, "CURLE_QUIC_CONNECT_ERROR", unreachable},
    {97, "CURLE_PROXY", unreachable},
    {98, "CURLE_SSL_CLIENTCERT", who_are_you},
    {99, "CURLE_UNRECOVERABLE_POLL", used_up_here},
}};
static_assert(is_sorted_by_code(table));
static_assert(names_fit(table));

}  // namespace

failure classify_curl(int code, phase how_far, std::string_view text) noexcept {
  code_row const* const row = find_row<table>(code);
  number_text const digits{code};
  std::string_view const name = row == nullptr ? digits.view() : row->name;
  meaning const means = after_phase(row == nullptr ? unknown_meaning : row->meaning, how_far);
  return make_failure(means, code_kind::curl, name, text.empty() ? name : text);
}

std::string_view curl_code_name(int code) noexcept { return name_in<table>(code); }

std::span<known_code const> curl_codes() noexcept { return known_codes<table>; }

}  // namespace holdfast
