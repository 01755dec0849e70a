// Classes 2B, 3D, 3F, 42: statements that do not fit what is there.

#include "provocation.hpp"

#include <array>

namespace postgres_tests {
namespace {

using holdfast::advice;
using holdfast::category;
using holdfast::fault;

constexpr decided forbidden{category::permission, advice::never, poisoned::transaction,
                            fault::caller};
constexpr decided prepare_again{category::programming, advice::after_reprepare,
                                poisoned::transaction, fault::caller};

constexpr auto rows = std::to_array<sql_row>({
    {"2BP01", "DROP TABLE kind", wrong_statement},
    {"3D000",
     "DROP DATABASE nowhere",
     {category::configuration, advice::never, poisoned::connection, fault::dependency},
     block::without},
    {"3F000", "CREATE TABLE nowhere.t (a int)", missing_object},
    {"42501", "SET LOCAL ROLE pg_monitor; SELECT * FROM kind", forbidden},
    {"42601", "SELEC 1", wrong_statement},
    {"42602", "SET \"a.b-c\" = 1", wrong_statement},
    {"42701", "CREATE TABLE t (a int, a int)", wrong_statement},
    {"42702", "SELECT id FROM kind, item", wrong_statement},
    {"42703", "SELECT nowhere FROM kind", missing_object},
    {"42704", "DROP TYPE nowhere", missing_object},
    {"42710", "CREATE ROLE app", wrong_statement},
    {"42712", "SELECT 1 FROM kind, kind", wrong_statement},
    {"42723", "CREATE FUNCTION no_return() RETURNS int LANGUAGE sql AS 'SELECT 1'",
     wrong_statement},
    {"42725", "DROP FUNCTION format", wrong_statement},
    {"42803", "SELECT id, count(*) FROM kind", wrong_statement},
    {"42804", "SELECT 1 WHERE 1", wrong_statement},
    {"42809", "DROP VIEW kind", wrong_statement},
    {"42830", "CREATE TABLE t (a int REFERENCES pair (a))", wrong_statement},
    {"42846", "SELECT 1::date", wrong_statement},
    {"42883", "SELECT nowhere()", missing_object},
    {"428C9", "INSERT INTO always VALUES (1)", wrong_statement},
    {"42939", "CREATE SCHEMA pg_mine", wrong_statement},
    {"42P01", "SELECT * FROM nowhere", missing_object},
    {"42P02", "SELECT $1", wrong_statement},
    {"42P03", "DECLARE c CURSOR FOR SELECT 1; DECLARE c CURSOR FOR SELECT 1", wrong_statement},
    {"42P04", "CREATE DATABASE postgres", wrong_statement, block::without},
    {"42P05", "DEALLOCATE ALL; PREPARE twice AS SELECT 1; PREPARE twice AS SELECT 1",
     prepare_again},
    {"42P06", "CREATE SCHEMA public", wrong_statement},
    {"42P07", "CREATE TABLE kind (a int)", wrong_statement},
    {"42P08", "PREPARE p AS INSERT INTO pair VALUES ($1, $1 || 'a')", wrong_statement},
    {"42P10", "INSERT INTO pair VALUES (1, 1) ON CONFLICT (a) DO NOTHING", wrong_statement},
    {"42P11", "DECLARE c SCROLL NO SCROLL CURSOR FOR SELECT 1", wrong_statement},
    {"42P13", "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT ''a''::text'",
     wrong_statement},
    {"42P15", "CREATE SCHEMA s CREATE TABLE other.t (a int)", wrong_statement},
    {"42P16", "CREATE TABLE t (a int PRIMARY KEY, b int PRIMARY KEY)", wrong_statement},
    {"42P17", "CREATE INDEX ON kind ((now()))", wrong_statement},
    {"42P18", "SELECT ARRAY[]", wrong_statement},
    {"42P19", "WITH RECURSIVE r AS (SELECT 1 FROM r) SELECT * FROM r", wrong_statement},
    {"42P20", "SELECT 1 WHERE row_number() OVER () = 1", wrong_statement},
    {"42P21", R"(SELECT 'a' COLLATE "C" < 'b' COLLATE "POSIX")", wrong_statement},
    {"42P22",
     "CREATE TABLE t (a text COLLATE \"C\", b text COLLATE \"POSIX\");"
     " INSERT INTO t VALUES ('a', 'b'); SELECT a < b FROM t",
     wrong_statement},
});

}  // namespace

std::span<sql_row const> rows_of_schemas() { return rows; }

}  // namespace postgres_tests
