#include "holdfast/classify/curl.hpp"

#include <string_view>

#include <curl/curl.h>
#include <gtest/gtest.h>

namespace holdfast {
namespace {

struct named_code {
  CURLcode code;
  std::string_view name;
};

#define CODE(name) \
  named_code { name, #name }

// The table of classify is written without curl.h; here the two meet.
TEST(CurlCodes, NumbersAndNamesAreThoseOfTheHeader) {
  for (auto const& of_header : {CODE(CURLE_UNSUPPORTED_PROTOCOL),
                                CODE(CURLE_URL_MALFORMAT),
                                CODE(CURLE_COULDNT_RESOLVE_HOST),
                                CODE(CURLE_COULDNT_CONNECT),
                                CODE(CURLE_WEIRD_SERVER_REPLY),
                                CODE(CURLE_FTP_CANT_GET_HOST),
                                CODE(CURLE_HTTP2),
                                CODE(CURLE_PARTIAL_FILE),
                                CODE(CURLE_QUOTE_ERROR),
                                CODE(CURLE_HTTP_RETURNED_ERROR),
                                CODE(CURLE_WRITE_ERROR),
                                CODE(CURLE_READ_ERROR),
                                CODE(CURLE_OUT_OF_MEMORY),
                                CODE(CURLE_OPERATION_TIMEDOUT),
                                CODE(CURLE_RANGE_ERROR),
                                CODE(CURLE_SSL_CONNECT_ERROR),
                                CODE(CURLE_FILE_COULDNT_READ_FILE),
                                CODE(CURLE_ABORTED_BY_CALLBACK),
                                CODE(CURLE_BAD_FUNCTION_ARGUMENT),
                                CODE(CURLE_TOO_MANY_REDIRECTS),
                                CODE(CURLE_GOT_NOTHING),
                                CODE(CURLE_SEND_ERROR),
                                CODE(CURLE_RECV_ERROR),
                                CODE(CURLE_PEER_FAILED_VERIFICATION),
                                CODE(CURLE_BAD_CONTENT_ENCODING),
                                CODE(CURLE_FILESIZE_EXCEEDED),
                                CODE(CURLE_LOGIN_DENIED),
                                CODE(CURLE_REMOTE_DISK_FULL),
                                CODE(CURLE_SSL_CACERT_BADFILE),
                                CODE(CURLE_AGAIN),
                                CODE(CURLE_CHUNK_FAILED),
                                CODE(CURLE_SSL_PINNEDPUBKEYNOTMATCH),
                                CODE(CURLE_HTTP2_STREAM),
                                CODE(CURLE_AUTH_ERROR),
                                CODE(CURLE_PROXY),
                                CODE(CURLE_UNRECOVERABLE_POLL)}) {
    EXPECT_EQ(curl_code_name(of_header.code), of_header.name) << of_header.code;
  }
}

#undef CODE

}  // namespace
}  // namespace holdfast
