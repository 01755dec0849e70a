#include "redact/taken.hpp"

#include <array>

namespace holdfast {
namespace {

TEST(ConnectionStrings, APasswordLeavesEveryKindOfUri) {
  expect_cases(std::to_array<redaction_case>({
      {"postgresql://svc:tr0ub4dor@db.internal:5432/app?sslmode=require",
       "postgresql://svc:~@db.internal:5432/app?sslmode=require"},
      {"redis://:tr0ub4dor@cache:6379/0", "redis://:~@cache:6379/0"},
      {"amqps://u:tr0ub%2F4dor@mq/%2f", "amqps://u:~@mq/%2f"},
      {"mongodb://u:tr0ub4dor@h1:27017,h2:27017/db", "mongodb://u:~@h1:27017,h2:27017/db"},
      {"smtp://bob%40x.example:tr0ub4dor@mail", "smtp://bob%40x.example:~@mail"},
      {"postgres://u:tr0ub/4dor@h/db", "postgres://u:~@h/db"},
      {"postgres://u:tr0ub#4dor@h/db", "postgres://u:~@h/db"},
      {"postgres://u:tr0ub@4dor@h/db", "postgres://u:~@h/db"},
      {"postgres://u@h/db?password=tr0ub4dor&application_name=x",
       "postgres://u@h/db?password=~&application_name=x"},
      {"https://0a1b2c3d4e5f60718293a4b5c6d7e8f9@errors.example/12", "https://~@errors.example/12"},
      {"dsn=postgres%3A%2F%2Fuser%3Atr0ub4dor%40host%2Fdb",
       "dsn=postgres%3A%2F%2Fuser%3A~%40host%2Fdb"},
      {R"({"url":"postgres:\/\/u:tr0ub4dor@h\/db"})", R"({"url":"postgres:\/\/u:~@h\/db"})"},
      {"user:tr0ub4dor@tcp(127.0.0.1:3306)/db?parseTime=true",
       "user:~@tcp(127.0.0.1:3306)/db?parseTime=true"},
      {"jdbc:oracle:thin:scott/tr0ub4dor@//host:1521/svc",
       "jdbc:oracle:thin:scott/~@//host:1521/svc"},
      {"sqlplus bob/tr0ub4dor@db", "sqlplus bob/~@db"},
  }));
}

TEST(ConnectionStrings, ConninfoKeepsAllButThePassword) {
  expect_cases(std::to_array<redaction_case>({
      {"host=db user=x password=tr0ub4dor sslmode=require",
       "host=db user=x password=~ sslmode=require"},
      {R"(could not parse "host=db user=x password=tr0ub4dor": missing "=")",
       R"(could not parse "host=db user=x password=~": missing "=")"},
      {"password='it''s tr0ub4dor' host=db", "password='~' host=db"},
      {R"(password='it\'s tr0ub4dor' host=db)", "password='~' host=db"},
      {"PASSWORD = 'tr0ub 4dor' user=a", "PASSWORD = '~' user=a"},
      {"password=a,b;c host=db", "password=~ host=db"},
      {"DB_PASSWORD=tr0ub4dor DB_HOST=db", "DB_PASSWORD=~ DB_HOST=db"},
  }));
}

TEST(ConnectionStrings, OdbcAndJdbcQuoteByBraces) {
  expect_cases(std::to_array<redaction_case>({
      {"Driver={X};Server=s;UID=app;PWD=tr0ub4dor;SSLmode=require;",
       "Driver={X};Server=s;UID=app;PWD=~;SSLmode=require;"},
      {"Server=x;Uid=a;Pwd={tr0;}}4dor};Database=d", "Server=x;Uid=a;Pwd={~};Database=d"},
      {R"(Server=tcp:s,1433;User ID=sa;Password="tr0ub;4dor";Encrypt=yes)",
       R"(Server=tcp:s,1433;User ID=sa;Password="~";Encrypt=yes)"},
      {"Provider=SQLOLEDB;Data Source=x;User Id=sa;Password=tr0ub4dor;",
       "Provider=SQLOLEDB;Data Source=x;User Id=sa;Password=~;"},
      {"jdbc:postgresql://h:5432/d?user=app&password=tr0ub4dor&ssl=true",
       "jdbc:postgresql://h:5432/d?user=app&password=~&ssl=true"},
      {"DefaultEndpointsProtocol=https;AccountName=x;AccountKey=tr0ub4dor+a/b==;EndpointSuffix=e",
       "DefaultEndpointsProtocol=https;AccountName=x;AccountKey=~;EndpointSuffix=e"},
  }));
}

TEST(ConnectionStrings, WhatLibpqQuotesOfAStringThatItCouldNotRead) {
  expect_cases(std::to_array<redaction_case>({
      {R"(missing "=" after "tr0ub4dor" in connection info string)",
       R"(missing "=" after "~" in connection info string)"},
      {R"({"why":"missing \"=\" after \"tr0ub4dor\" in connection info string"})",
       R"({"why":"missing \"=\" after \"~\" in connection info string"})"},
      {R"(missing key/value separator "=" in URI query parameter: "tr0ub4dor")",
       R"(missing key/value separator "=" in URI query parameter: "~")"},
      {R"(invalid integer value "tr0ub4dor" for connection option "port")",
       R"(invalid integer value "~" for connection option "port")"},
      {R"(invalid port number: "tr0ub4dor")", R"(invalid port number: "~")"},
      {R"(invalid percent-encoded token: "tr0ub4dor%zz")", R"(invalid percent-encoded token: "~")"},
      {R"(could not translate host name "tr0ub4dor@db.x" to address: Name or service not known)",
       R"(could not translate host name "~@db.x" to address: Name or service not known)"},
  }));
}

TEST(ConnectionStrings, WhatLibpqSaysWithoutAPieceOfASecretStays) {
  expect_cases(std::to_array<redaction_case>({
      {R"(could not translate host name "db.x" to address: Name or service not known)",
       R"(could not translate host name "db.x" to address: Name or service not known)"},
      {R"(invalid integer value "a" in line 4)", R"(invalid integer value "a" in line 4)"},
      {R"(invalid URI query parameter: "sslmod")", R"(invalid URI query parameter: "sslmod")"},
  }));
}

TEST(ConnectionStrings, AnExcerptOfAUriShowsNoBeginningOfAPassword) {
  expect_cases(std::to_array<redaction_case>({
      {"'https://svc:tr0ub4dor…' is no code", "'https://svc:~…' is no code"},
      {"https://svc:tr0ub4dor…", "https://svc:~…"},
      {"'http://127.0.0.1:80…' is no code", "'http://127.0.0.1:80…' is no code"},
      {"http://db.x/a:b…", "http://db.x/a:b…"},
  }));
}

TEST(ConnectionStrings, APieceThatWasCutIsTakenToItsEnd) {
  expect_cases(
      std::to_array<redaction_case>({
          {R"(could not translate host name "tr0ub)", R"(could not translate host name "~)"},
          {R"(invalid integer value "tr0ub4dor)", R"(invalid integer value "~)"},
      }),
      redactor{}, text_end::cut);
}

TEST(ConnectionStrings, APasswordOfAnyLengthLeavesItsUri) {
  std::string const password(3000, 'y');
  std::string const shown = with_marks("postgres://u:~ end");
  EXPECT_EQ(redactor{}.redact("postgres://u:" + password + "@h/db end"), shown);
  EXPECT_EQ(redactor{}.redact("postgres://u:a/" + password + "@h/db end"), shown);
  std::string const plain = "http://h:8080/" + password + " https://h/" + password;
  EXPECT_EQ(redactor{}.redact(plain), plain);
}

TEST(ConnectionStrings, AQuoteWithinAPasswordDoesNotEndTheUri) {
  expect_cases(std::to_array<redaction_case>({
      {"postgres://u:tr0ub'4dor@h/db", "postgres://u:~@h/db"},
      {"postgres://u:tr0ub<4>dor@h/db", "postgres://u:~@h/db"},
      {R"({"url":"postgres://u:tr0ub\"4dor@h/db","x":"a@b"})",
       R"({"url":"postgres://u:~@h/db","x":"a@b"})"},
      {"postgres://u:tr0ub4dor\"@h/db", "postgres://u:~@h/db"},
      {R"({"a":"http://h:80","b":"x@y"})", R"({"a":"http://h:80","b":"x@y"})"},
      {"<a>http://h:80<b>x@y</b>", "<a>http://h:80<b>x@y</b>"},
      {"'http://h:name' and 'x@y'", "'http://h:name' and 'x@y'"},
  }));
}

TEST(ConnectionStrings, AnEscapedBlankDoesNotEndAWord) {
  expect_cases(std::to_array<redaction_case>({
      {R"(password=tr0ub\ 4dor user=x)", "password=~ user=x"},
      {R"(password=tr0ub\\ user=x)", "password=~ user=x"},
  }));
}

}  // namespace
}  // namespace holdfast
