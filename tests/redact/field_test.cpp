#include "redact/taken.hpp"

#include <array>

namespace holdfast {
namespace {

TEST(Fields, JsonAtAnyDepthKeepsItsShape) {
  expect_cases(std::to_array<redaction_case>({
      {R"({"user":"a","password":"tr0ub4dor","n":1})", R"({"user":"a","password":"~","n":1})"},
      {R"({"password":"tr0ub\"4dor","n":1})", R"({"password":"~","n":1})"},
      {R"({"body":"{\"user\":\"a\",\"password\":\"tr0ub\\\"4dor\",\"n\":1}"})",
       R"({"body":"{\"user\":\"a\",\"password\":\"~\",\"n\":1}"})"},
      {R"({\"password\":\"tr0ub4dor\"})", R"({\"password\":\"~\"})"},
      {R"({\\\"password\\\":\\\"tr0ub4dor\\\",\\\"n\\\":1})",
       R"({\\\"password\\\":\\\"~\\\",\\\"n\\\":1})"},
      {R"({"name":"DB_PASSWORD","value":"tr0ub4dor"})", R"({"name":"DB_PASSWORD","value":"~"})"},
      {R"({"password" : ["x"], "secretKey":"tr0ub4dor"})",
       R"({"password" : ["~"], "secretKey":"~"})"},
      {"%7B%22password%22%3A%22tr0ub4dor%22%2C%22n%22%3A1%7D",
       "%7B%22password%22%3A%22~%22%2C%22n%22%3A1%7D"},
  }));
}

TEST(Fields, LanguagesPrintStructuresInTheirWays) {
  expect_cases(std::to_array<redaction_case>({
      {"{'user': 'bob', 'password': 'tr0ub4dor', 'active': True}",
       "{'user': 'bob', 'password': '~', 'active': True}"},
      {"User(name=bob, password=tr0ub4dor, email=x)", "User(name=bob, password=~, email=x)"},
      {"map[password:tr0ub4dor user:bob]", "map[password:~ user:bob]"},
      {"&{User:bob Password:tr0ub4dor}", "&{User:bob Password:~}"},
      {"Credentials{username='bob', password='tr0ub4dor'}",
       "Credentials{username='bob', password='~'}"},
      {R"({"utf8"=>"x", "user"=>{"password"=>"tr0ub4dor"}})",
       R"({"utf8"=>"x", "user"=>{"password"=>"~"}})"},
      {R"($password = "tr0ub4dor";)", R"($password = "~";)"},
      {R"(os.environ["SECRET_KEY"] = "tr0ub4dor")", R"(os.environ["SECRET_KEY"] = "~")"},
      {R"(setPassword("tr0ub4dor"))", R"(setPassword("~"))"},
      {R"(API_TOKEN := "tr0ub4dor")", R"(API_TOKEN := "~")"},
      {"<password>tr0ub4dor</password>", "<password>~</password>"},
      {R"(<add key="ApiKey" value="tr0ub4dor" />)", R"(<add key="ApiKey" value="~" />)"},
      {"  password: tr0ub4dor", "  password: ~"},
      {"spring.datasource.password=tr0ub4dor", "spring.datasource.password=~"},
  }));
}

TEST(Fields, FormsAndQueriesEndAtTheNextField) {
  expect_cases(std::to_array<redaction_case>({
      {"grant_type=password&username=bob&password=tr0ub4dor&x=1",
       "grant_type=password&username=bob&password=~&x=1"},
      {"client_secret=tr0ub4dor&grant_type=client_credentials",
       "client_secret=~&grant_type=client_credentials"},
      {"username=bob&password=tr0ub+4dor&remember=1", "username=bob&password=~&remember=1"},
      {"GET /v1/items?id=1&access_token=tr0ub4dor&page=2 -> 503",
       "GET /v1/items?id=1&access_token=~&page=2 -> 503"},
      {"redirect=https%3A%2F%2Fx%2F%3Ftoken%3Dtr0ub4dor%26a%3D1",
       "redirect=https%3A%2F%2Fx%2F%3Ftoken%3D~%26a%3D1"},
      {"password%3Dtr0ub%2520x%20user%3Da", "password%3D~%20user%3Da"},
      {R"(password\u003dtr0ub4dor\u0026x=1)", R"(password\u003d~\u0026x=1)"},
      {"/c?sv=2020&sig=tr0ub4dor%3D&se=2026", "/c?sv=2020&sig=~&se=2026"},
  }));
}

TEST(Fields, TheNextFieldIsNotPartOfAValueHoweverRandomItLooks) {
  expect_cases(std::to_array<redaction_case>({
      {"password=a adminpass=Tr0ub4dor3x9", "password=~ adminpass=~"},
      {"password%3Da%20adminpass%3DTr0ub4dor", "password%3D~%20adminpass%3D~"},
      {"password=a trace_id=4bf92f3577b34da6a3ce929d0e0e4736",
       "password=~ trace_id=4bf92f3577b34da6a3ce929d0e0e4736"},
      {"Authorization: Foo 0a1B2c3D4e5F6g7H8i9J= adminpass=Tr0ub4dor3x9",
       "Authorization: ~ adminpass=~"},
      {"Authorization: Foo adminpass=Tr0ub4dor3x9", "Authorization: ~ adminpass=~"},
      {"Authorization: Foo id=0a1B2c3D4e5F6g7H8i9J", "Authorization: ~"},
      {"token: Foo 0a1B2c3D4e5F6g7H8i9J==", "token: ~"},
  }));
}

TEST(Fields, AnEscapedEndOfALineEndsAValueWhereTheNextFieldFollows) {
  expect_cases(std::to_array<redaction_case>({
      {R"({"log":"password=a\nadminpass=tr0ub4dor\n"})", R"({"log":"password=~\nadminpass=~"})"},
      {R"({"log":"password: a\nadminpass: tr0ub4dor"})", R"({"log":"password: ~\nadminpass: ~"})"},
      {R"({"log":"password: a\r\nadmin_pass: tr0ub4dor"})",
       R"({"log":"password: ~\r\nadmin_pass: ~"})"},
      {R"({"a":"{\"b\":\"password=a\\nuser=b\"}"})", R"({"a":"{\"b\":\"password=~\\nuser=b\"}"})"},
      {R"(password=tr0ub\n4dor x)", "password=~ x"},
      {R"(password=C:\new\4dor x)", "password=~ x"},
  }));
}

TEST(Fields, PeopleSayItInWords) {
  expect_cases(std::to_array<redaction_case>({
      {"invalid api key: tr0ub4dor", "invalid api key: ~"},
      {"Incorrect API key provided: tr0ub4dor", "Incorrect API key provided: ~"},
      {"the password is 'tr0ub4dor'", "the password is '~'"},
      {"auth failed for token 9f8Tr0ub4dOrR3d4ct1", "auth failed for token ~"},
      {"machine git.example login bob password tr0ub4dor",
       "machine git.example login bob password ~"},
      {"requirepass tr0ub4dor", "requirepass ~"},
      {R"(passphrase "tr0ub4dor")", R"(passphrase "~")"},
  }));
}

TEST(Fields, NearAServiceTheLooksDecide) {
  expect_cases(std::to_array<redaction_case>({
      {R"(const SNYK_KEY = "0b1c2d3e-4f50-6172-8394-a5b6c7d8e9f0")", R"(const SNYK_KEY = "~")"},
      {R"(sonar.login ?= "0a1b2c3d4e5f60718293a4b5c6d7e8f901234567")", R"(sonar.login ?= "~")"},
      {R"(heroku_region = "eu-central")", R"(heroku_region = "eu-central")"},
      {"datadog_trace=0a1b2c3d4e5f6071", "datadog_trace=0a1b2c3d4e5f6071"},
      {"oauth: 0a1B2c3D4e5F6g7H8i9J", "oauth: ~"},
      {"asana_client_id=6f1c1d2e-8a55-4c1e-9b7a-6b86b273ff34", "asana_client_id=~"},
      {"client_id=0a1B2c3D4e5F6g7H8i9J", "client_id=~"},
  }));
}

TEST(Fields, EachValueOfAnObjectOrListUnderTheNameOfASecretGoes) {
  expect_cases(std::to_array<redaction_case>({
      {R"({"tokens": {"prod": "tr0ub4dor", "n": 12}, "x": "y"})",
       R"({"tokens": {"prod": "~", "n": 12}, "x": "y"})"},
      {R"({"credentials":{"a":{"b":"tr0ub","c":["4dor",null]}},"x":"y"})",
       R"({"credentials":{"a":{"b":"~","c":["~",null]}},"x":"y"})"},
      {R"({"body":"{\"secrets\":{\"db\":\"tr0ub4dor\"},\"x\":\"y\"}"})",
       R"({"body":"{\"secrets\":{\"db\":\"~\"},\"x\":\"y\"}"})"},
      {"{'secrets': {'db': 'tr0ub4dor'}, 'x': 'y'}", "{'secrets': {'db': '~'}, 'x': 'y'}"},
      {"secrets: {db: tr0ub:4dor, other: y}", "secrets: {db: ~, other: ~}"},
      {"map[secrets:map[db:tr0ub4dor] user:bob]", "map[secrets:map[db:~] user:bob]"},
      {"tokens: [tr0ub, 4dor] end", "tokens: [~, ~] end"},
      {R"({"tokens": {"prod": "tr0ub4dor", "test)", R"({"tokens": {"prod": "~", "~)"},
  }));
}

TEST(Fields, TheSchemaOfASecretStaysWhole) {
  expect_unchanged(std::to_array<std::string_view>({
      R"({"token": {"type": "string"}})",
      R"({"password": {"type": "string", "format": "password"}, "x": 1})",
      R"({"tokens": {"input": 120, "output": 7}})",
      R"({"tokens": {}, "secrets": []})",
  }));
}

TEST(Fields, AValueMayStandOnTheNextLine) {
  expect_cases(std::to_array<redaction_case>({
      {"New password:\ntr0ub4dor\n", "New password:\n~\n"},
      {"token:\n  tr0ub4dor\n", "token:\n  ~\n"},
      {"if you have one, your password:\ntr0ub4dor\n", "if you have one, your password:\n~\n"},
      {"in case of need for this token:\n  tr0ub4dor\n", "in case of need for this token:\n  ~\n"},
  }));
}

TEST(Fields, NamesOfPasswordsMayEndInShortWords) {
  expect_cases(std::to_array<redaction_case>({
      {"rootpw: tr0ub4dor", "rootpw: ~"},
      {"dbpw=tr0ub4dor", "dbpw=~"},
      {"dbpw: tr0ub4dor", "dbpw: ~"},
      {"dbpw%3A%20tr0ub4dor", "dbpw%3A%20~"},
      {"dbpw = tr0ub4dor", "dbpw = ~"},
      {"userpw: tr0ub4dor", "userpw: ~"},
      {"rootpw: hunter user: bob", "rootpw: ~ user: bob"},
      {"userpw : tr0ub4dor", "userpw : ~"},
      {R"({\"dbpw\":\"tr0ub4dor\"})", R"({\"dbpw\":\"~\"})"},
      {"pw: 12 of 40", "pw: 12 of 40"},
      {"rootpass=tr0ub4dor", "rootpass=~"},
      {"adminpass=tr0ub4dor", "adminpass=~"},
      {R"(network psk="tr0ub4dor")", R"(network psk="~")"},
      {"client-key-data: dHIwdWI0ZG9y", "client-key-data: ~"},
  }));
}

TEST(Fields, ElementsMayHaveAttributesAndPrefixes) {
  expect_cases(std::to_array<redaction_case>({
      {R"(<wsse:Password Type="x">tr0ub4dor</wsse:Password>)",
       R"(<wsse:Password Type="x">~</wsse:Password>)"},
      {R"(<password encrypted="false">tr0ub4dor</password>)",
       R"(<password encrypted="false">~</password>)"},
      {R"(<string name="password">tr0ub4dor</string>)", R"(<string name="password">~</string>)"},
      {R"(<entry key="db.password">tr0ub4dor</entry>)", R"(<entry key="db.password">~</entry>)"},
      {R"(<string name="password">Password</string>)",
       R"(<string name="password">Password</string>)"},
      {R"(<input name="password"> Label)", R"(<input name="password"> Label)"},
  }));
}

TEST(Fields, TagsOfYamlStayAndWhatTheyStandBeforeGoes) {
  expect_cases(std::to_array<redaction_case>({
      {"password: !!str tr0ub4dor", "password: !!str ~"},
      {R"(password: !!str "tr0ub 4dor" # old)", R"(password: !!str "~" # old)"},
      {R"({"log":"password: !!str \"tr0ub 4dor\"\n"})", R"({"log":"password: !!str \"~\"\n"})"},
      {"password: !vault tr0ub4dor", "password: !vault ~"},
      {"password%3A%20%21vault%20tr0ub4dor", "password%3A%20%21vault%20~"},
      {"secrets: !!map {db: tr0ub4dor}", "secrets: !!map {db: ~}"},
      {"Authorization: !!str Bearer tr0ub4dor", "Authorization: !!str Bearer ~"},
      {"oauth: !!str 0a1B2c3D4e5F6g7H8i9J", "oauth: !!str ~"},
      {"password: !!str\n  tr0ub4dor", "password: !!str\n  ~"},
  }));
}

TEST(Fields, WhatMayBeATagOrAPasswordGoesWithTheWordBehindIt) {
  expect_cases(std::to_array<redaction_case>({
      {"password: &a tr0ub4dor", "password: ~"},
      {"password: &a !!str 'tr0ub 4dor'", "password: ~"},
      {"tokens: &all [tr0ub, 4dor]", "tokens: ~ [~, ~]"},
      {"password: !tr0ub4dor [12 ms]", "password: ~ [12 ~]"},
      {"password: !tr0ub 4dor", "password: ~"},
      {"password: !tr0ub4dor", "password: ~"},
      {"password: !tr0ub4dor user: bob", "password: ~ user: bob"},
      {"password: &tr0ub4dor user=bob", "password: ~ user=bob"},
      {"password: &tr0ub4dor", "password: ~"},
      {"oauth: &a 0a1B2c3D4e5F6g7H8i9J", "oauth: ~"},
      {"password: !tr0ub4dor null", "password: ~ null"},
  }));
}

TEST(Fields, TagsAndAnchorsWithoutASecretStay) {
  expect_unchanged(std::to_array<std::string_view>({
      "token: !!int 20",
      "password: !!null null",
      "password: !vault ${DB_PASSWORD}",
      "tokens: &defaults\n  lifetime: 12",
      "secrets: !!map\n  lifetime: 12",
      "password: !!binary |",
  }));
}

TEST(Fields, NamesInBracketsAreNames) {
  expect_cases(std::to_array<redaction_case>({
      {"[password] => tr0ub4dor", "[password] => ~"},
      {"user[password]=tr0ub4dor&x=1", "user[password]=~&x=1"},
      {"user%5Bpassword%5D=tr0ub4dor&x=1", "user%5Bpassword%5D=~&x=1"},
      {"if (seen[token] == other[token]) x", "if (seen[token] == other[token]) x"},
      {"userPassword:: dHIwdWI0ZG9y", "userPassword:: ~"},
  }));
}

}  // namespace
}  // namespace holdfast
