#include "serve/host_check.hpp"

#include <gtest/gtest.h>

namespace holdfast {
namespace {

TEST(HostCheck, NamesOfLoopbackAndOfTheAddressAreAnswered) {
  host_check const check{"10.1.2.3", {"Metrics.Example.org"}};

  for (char const* host : {"localhost", "localhost:9464", "LOCALHOST", "127.0.0.1:1", "[::1]:9464",
                           "10.1.2.3", "metrics.example.org:80"}) {
    EXPECT_TRUE(check.accepts(host)) << host;
  }
}

TEST(HostCheck, StrangersAndWhatIsNoNameAreNot) {
  host_check const check{"127.0.0.1", {}};

  for (char const* host :
       {"", "evil.example", "127.0.0.1.evil.example", "localhost.evil.example",
        "localhost:", "localhost:80:80", "localhost:http", "[::1", "[::1]x", "local host",
        "localhost\n", "localhost@evil", "127.0.0.1:999999", "2130706433", "0x7f.1"}) {
    EXPECT_FALSE(check.accepts(host)) << host;
  }
}

TEST(HostCheck, OrdersMayComeFromNoPageOrFromOneOfOurOwn) {
  host_check const check{"127.0.0.1", {}};

  EXPECT_TRUE(check.accepts_origin(""));
  EXPECT_TRUE(check.accepts_origin("http://localhost:9464"));
  EXPECT_FALSE(check.accepts_origin("null"));
  EXPECT_FALSE(check.accepts_origin("https://evil.example"));
  EXPECT_FALSE(check.accepts_origin("http://localhost/x"));
  EXPECT_FALSE(check.accepts_origin("file://localhost"));
}

}  // namespace
}  // namespace holdfast
