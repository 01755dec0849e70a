#include "holdfast/connect/http/url.hpp"

#include <string>

#include <gtest/gtest.h>

namespace holdfast::http {
namespace {

TEST(Url, OnlyAbsoluteHttpUrlsAreUrls) {
  EXPECT_TRUE(is_http_url("http://a"));
  EXPECT_TRUE(is_http_url("HTTPS://a.example:8443/b?c"));
  for (auto const* text :
       {"", "a", "/a", "ftp://a/", "file:///a", "http://", "http://a b/", "javascript:x"}) {
    EXPECT_FALSE(is_http_url(text)) << text;
  }
  EXPECT_FALSE(is_http_url(std::string_view{"http://a/\0b", 11}));
}

TEST(Url, TheSchemeIsReadInAnyCase) {
  EXPECT_TRUE(is_https_url("Https://a.example/x"));
  EXPECT_TRUE(is_https_url("https://a.example"));
  EXPECT_FALSE(is_https_url("HTTP://a.example"));
  EXPECT_FALSE(is_https_url("https"));
}

TEST(Url, RedactedUrlsHoldNoSecrets) {
  EXPECT_EQ(redacted_url("https://me:secret@a.example:81/b/c?key=secret#d"),
            "https://a.example:81/b/c");
  EXPECT_EQ(redacted_url("secret"), "(no URL)");
}

TEST(Url, PartsCanBeTakenOut) {
  EXPECT_EQ(without_query_part("http://a/?limit=5&x=1&limit=6", "limit"), "http://a/?x=1");
  EXPECT_EQ(without_query_part("http://a/?limit=5#f", "limit"), "http://a/");
}

TEST(Url, LoopbackIsThisMachine) {
  for (auto const* url : {"http://localhost/", "http://LOCALHOST:80", "http://127.0.0.1:1/",
                          "http://127.9.9.9/", "http://[::1]:8080/"}) {
    EXPECT_TRUE(is_loopback(url)) << url;
  }
  for (auto const* url : {"http://127.0.0.1.example.org/", "http://10.0.0.1/",
                          "http://localhost.example/", "127.0.0.1"}) {
    EXPECT_FALSE(is_loopback(url)) << url;
  }
}

TEST(Url, NumbersInTheQueryAreReadAndSet) {
  EXPECT_EQ(query_number("http://a/?limit=20&offset=40", "offset"), 40U);
  EXPECT_EQ(query_number("http://a/?limit=20", "offset"), std::nullopt);
  EXPECT_EQ(query_number("http://a/?offset=", "offset"), std::nullopt);
  EXPECT_EQ(query_number("http://a/?offset=-4", "offset"), std::nullopt);
  EXPECT_EQ(query_number("http://a/?offset=99999999999999999999", "offset"), std::nullopt);
  EXPECT_EQ(query_number("http://a/#?offset=4", "offset"), std::nullopt);

  EXPECT_EQ(with_query_number("http://a/b", "limit", 5), "http://a/b?limit=5");
  EXPECT_EQ(with_query_number("http://a/b?", "limit", 5), "http://a/b?limit=5");
  EXPECT_EQ(with_query_number("http://a/b?x=1", "limit", 5), "http://a/b?x=1&limit=5");
  EXPECT_EQ(with_query_number("http://a/b?limit=9&x=1&limit=8#f", "limit", 5),
            "http://a/b?limit=5&x=1");
  EXPECT_EQ(with_query_number("http://a/b?limits=9", "limit", 5), "http://a/b?limits=9&limit=5");
}

TEST(Url, AnOriginIsSchemeHostAndPort) {
  EXPECT_TRUE(is_same_origin("http://kelp.example/a", "HTTP://me:pw@KELP.example:80/b?c#d"));
  EXPECT_TRUE(is_same_origin("https://kelp.example", "https://kelp.example:443"));
  EXPECT_FALSE(is_same_origin("http://kelp.example", "https://kelp.example"));
  EXPECT_FALSE(is_same_origin("http://kelp.example", "http://kelp.example:81"));
  EXPECT_FALSE(is_same_origin("http://kelp.example", "http://www.kelp.example"));
  EXPECT_FALSE(is_same_origin("no url", "no url"));
}

TEST(Url, AReferenceMeansWhatItsPageMakesOfIt) {
  std::string const base = "http://me:pw@kelp.example/a/b?c=d#e";

  EXPECT_EQ(resolved_url(base, "f"), "http://me:pw@kelp.example/a/f");
  EXPECT_EQ(resolved_url(base, "/f g"), "http://me:pw@kelp.example/f%20g");
  EXPECT_EQ(resolved_url(base, "?x=1"), "http://me:pw@kelp.example/a/b?x=1");
  EXPECT_EQ(resolved_url(base, "http://kelp.example/f"), "http://me:pw@kelp.example/f");
  EXPECT_EQ(resolved_url(base, "http://you@kelp.example/f"), "http://you@kelp.example/f");
  EXPECT_EQ(resolved_url(base, "//other.example/f"), "http://other.example/f");
  EXPECT_EQ(resolved_url(base, "mailto:kelp@kelp.example"), std::nullopt);
  EXPECT_EQ(resolved_url(base, ""), std::nullopt);
  EXPECT_EQ(resolved_url("no url", "http://kelp.example"), std::nullopt);
}

}  // namespace
}  // namespace holdfast::http
