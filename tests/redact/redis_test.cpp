#include "redact/taken.hpp"

#include <array>

namespace holdfast {
namespace {

TEST(RedisCommands, AuthTakesAPasswordOrAUserAndAPassword) {
  expect_cases(std::to_array<redaction_case>({
      {"AUTH tr0ub4dor", "AUTH ~"},
      {"AUTH bob tr0ub4dor", "AUTH ~"},
      {"AUTH default tr0ub4dor", "AUTH default ~"},
      {"AUTH tr0ub4dor -> OK", "AUTH ~ -> OK"},
      {"10.0.0.1:6379> AUTH bob tr0ub4dor", "10.0.0.1:6379> AUTH ~"},
      {R"([0 10.0.0.1:5] "AUTH" "bob" "tr0ub 4dor")", R"([0 10.0.0.1:5] "AUTH" "~")"},
      {R"([0 10.0.0.1:5] "auth" "tr0ub4dor")", R"([0 10.0.0.1:5] "auth" "~")"},
      {R"({"line":"\"AUTH\" \"bob\" \"tr0ub4dor\"","n":1})", R"({"line":"\"AUTH\" \"~\"","n":1})"},
      {"%22AUTH%22%20%22bob%22%20%22tr0ub4dor%22", "%22AUTH%22%20%22~%22"},
      {R"({"a":"AUTH bob tr0ub4dor","b":"c"})", R"({"a":"AUTH ~","b":"c"})"},
      {"redis-cli -h db auth bob tr0ub4dor", "redis-cli -h db auth ~"},
      {"AUTH tr0ub4dor\nSELECT 0", "AUTH ~\nSELECT 0"},
  }));
}

TEST(RedisCommands, HelloKeepsTheNameOfItsUser) {
  expect_cases(std::to_array<redaction_case>({
      {"HELLO 3 AUTH default tr0ub4dor", "HELLO 3 AUTH default ~"},
      {"sent HELLO 3 AUTH bob tr0ub4dor SETNAME x", "sent HELLO 3 AUTH bob ~ SETNAME x"},
      {R"("hello" "3" "auth" "bob" "tr0ub4dor")", R"("hello" "3" "auth" "bob" "~")"},
      {R"(["HELLO", "3", "AUTH", "bob", "tr0ub4dor"])", R"(["HELLO", "3", "AUTH", "bob", "~"])"},
      {"%22HELLO%22%2C%20%223%22%2C%20%22AUTH%22%2C%20%22bob%22%2C%20%22tr0ub4dor%22",
       "%22HELLO%22%2C%20%223%22%2C%20%22AUTH%22%2C%20%22bob%22%2C%20%22~%22"},
      {"HELLO%203%20AUTH%20bob%20tr0ub4dor", "HELLO%203%20AUTH%20bob%20~"},
  }));
}

TEST(RedisCommands, RulesOfUsersHoldPasswordsBehindAngles) {
  expect_cases(std::to_array<redaction_case>({
      {"ACL SETUSER x >tr0ub4dor", "ACL SETUSER x >~"},
      {"acl setuser x on >tr0ub4dor allkeys +@all", "acl setuser x on >~ allkeys +@all"},
      {"ACL SETUSER x >tr0ub >4dor <old on", "ACL SETUSER x >~ on"},
      {R"("ACL" "SETUSER" "x" "on" ">tr0ub 4dor")", R"("ACL" "SETUSER" "x" "on" ">~")"},
      {R"(["ACL","SETUSER","x",">tr0ub4dor","on"])", R"(["ACL","SETUSER","x",">~","on"])"},
      {"redis-cli ACL SETUSER x on '>tr0ub4dor'", "redis-cli ACL SETUSER x on '>~'"},
      {R"({"cmd":"ACL SETUSER x \u003etr0ub4dor on"})", R"({"cmd":"ACL SETUSER x \u003e~ on"})"},
      {"%5C%22ACL%5C%22%20%5C%22SETUSER%5C%22%20%5C%22x%5C%22%20%5C%22%3Etr0ub4dor%5C%22",
       "%5C%22ACL%5C%22%20%5C%22SETUSER%5C%22%20%5C%22x%5C%22%20%5C%22%3E~%5C%22"},
      {"ACL%20SETUSER%20x%20%3Etr0ub4dor%20on", "ACL%20SETUSER%20x%20%3E~%20on"},
  }));
}

TEST(RedisCommands, SettingsOfPasswordsGo) {
  expect_cases(std::to_array<redaction_case>({
      {"CONFIG SET requirepass tr0ub4dor", "CONFIG SET requirepass ~"},
      {R"("CONFIG" "SET" "masterauth" "tr0ub4dor")", R"("CONFIG" "SET" "masterauth" "~")"},
      {"CONFIG%20SET%20requirepass%20tr0ub4dor", "CONFIG%20SET%20requirepass%20~"},
  }));
}

TEST(RedisCommands, WordsThatAreNoneStay) {
  expect_unchanged(std::to_array<std::string_view>({
      "AUTH failed for user bob",
      "auth bob over there",
      R"(["AUTH", "PAYMENTS", "ORDERS"])",
      R"(["auth", "cookies"])",
      "ACL SETUSER x on +@all resetpass",
      "setuser bob > log; echo > x",
      "hello 3 authors wrote this",
      "ACL SETUSER x on\n>quoted mail",
  }));
}

}  // namespace
}  // namespace holdfast
