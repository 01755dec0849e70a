#include "redact/taken.hpp"

#include <array>

namespace holdfast {
namespace {

TEST(Statements, PasswordsOfRolesGo) {
  expect_cases(std::to_array<redaction_case>({
      {"ALTER ROLE app WITH ENCRYPTED PASSWORD 'tr0ub4dor' VALID UNTIL 'infinity';",
       "ALTER ROLE app WITH ENCRYPTED PASSWORD '~' VALID UNTIL 'infinity';"},
      {"CREATE USER bob IDENTIFIED BY 'tr0ub4dor';", "CREATE USER bob IDENTIFIED BY '~';"},
      {"CREATE USER bob IDENTIFIED WITH caching_sha2_password BY 'tr0ub4dor';",
       "CREATE USER bob IDENTIFIED WITH caching_sha2_password BY '~';"},
      {"ALTER USER bob IDENTIFIED WITH 'plugin' AS 'tr0ub4dor';",
       "ALTER USER bob IDENTIFIED WITH 'plugin' AS '~';"},
      {R"(CREATE ROLE bob LOGIN PASSWORD E'tr0ub\'4dor';)", "CREATE ROLE bob LOGIN PASSWORD E'~';"},
      {"SET PASSWORD FOR 'bob' = PASSWORD('tr0ub4dor');",
       "SET PASSWORD FOR 'bob' = PASSWORD('~');"},
      {"CREATE SUBSCRIPTION s CONNECTION 'host=h password=tr0ub4dor dbname=d' PUBLICATION p",
       "CREATE SUBSCRIPTION s CONNECTION 'host=h password=~ dbname=d' PUBLICATION p"},
      {"OPTIONS (user 'bob', password 'tr0ub4dor')", "OPTIONS (user 'bob', password '~')"},
  }));
}

TEST(Statements, LiteralsGoAndTheShapeStays) {
  expect_cases(std::to_array<redaction_case>({
      {"INSERT INTO users(email,pw) VALUES ('a@b.example','tr0ub''4dor', 5)",
       "INSERT INTO users(email,pw) VALUES ('~','~', 5)"},
      {"UPDATE t SET token = $$tr0ub4dor$$, note = $x$a$$b$x$ WHERE id = 1",
       "UPDATE t SET token = $$~$$, note = $x$~$x$ WHERE id = 1"},
      {"SELECT * FROM cards WHERE pan = '5555 4444' AND exp > 20",
       "SELECT * FROM cards WHERE pan = '~' AND exp > 20"},
      {"select dblink_connect('host=db password=tr0ub4dor')", "select dblink_connect('~')"},
      {R"(DELETE FROM t WHERE a = E'it\'s' AND b = 'x')",
       "DELETE FROM t WHERE a = E'~' AND b = '~'"},
      {"%27INSERT%20INTO%20t%20VALUES%20%28%27tr0ub4dor%27%29",
       "%27INSERT%20INTO%20t%20VALUES%20%28%27~%27%29"},
      {R"x({"sql":"INSERT INTO t VALUES ('tr0ub4dor', '\u00e4')"})x",
       R"x({"sql":"INSERT INTO t VALUES ('~', '~')"})x"},
  }));
}

TEST(Statements, ValuesOfRowsInMessagesGo) {
  expect_cases(std::to_array<redaction_case>({
      {"DETAIL:  Key (email)=(a@b.example) already exists.",
       "DETAIL:  Key (email)=(~) already exists."},
      {R"(DETAIL:  Key (a, b)=(x (y), 5) is not present in table "t".)",
       R"(DETAIL:  Key (a, b)=(~) is not present in table "t".)"},
      {"DETAIL:  Failing row contains (1, tr0ub4dor, null).", "DETAIL:  Failing row contains (~)."},
      {"Duplicate entry 'tr0ub4dor' for key 'users.email'",
       "Duplicate entry '~' for key 'users.email'"},
      {"Key%20%28email%29%3D%28a%40b.example%29%20already%20exists.",
       "Key%20%28email%29%3D%28~%29%20already%20exists."},
  }));
}

}  // namespace
}  // namespace holdfast
