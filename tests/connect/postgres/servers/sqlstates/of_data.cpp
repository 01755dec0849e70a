// Classes 21, 22, 23, 44, 54: what rows and values are refused for.

#include "provocation.hpp"

#include <array>

namespace postgres_tests {
namespace {

constexpr auto rows = std::to_array<sql_row>({
    {"21000", "INSERT INTO kind VALUES (7), (7) ON CONFLICT (id) DO UPDATE SET id = 8",
     wrong_statement},
    {"22000", "SELECT int4range(2, 1)", bad_value},
    {"22001", "INSERT INTO item VALUES (3, 'too long')", bad_value},
    {"22003", "SELECT 2147483647 + 1", bad_value},
    {"22004", "SELECT array_fill(1, NULL)", bad_value},
    {"22007", "SELECT 'x'::date", bad_value},
    {"22008", "SELECT '2020-13-01'::date", bad_value},
    {"22009", "SELECT '2020-01-01 00:00+99'::timestamptz", bad_value},
    {"2200C", R"(SELECT substring('abc' SIMILAR 'a#"b#"c#"d' ESCAPE '#'))", wrong_statement},
    {"2200H",
     "CREATE TEMP SEQUENCE short MAXVALUE 2; SELECT nextval('short') FROM generate_series(1, 3)",
     {holdfast::category::configuration, holdfast::advice::never, poisoned::transaction,
      holdfast::fault::dependency}},
    {"2200M", "SELECT xmlparse(DOCUMENT 'x')", bad_value},
    {"2200N", "SELECT '<a'::xml", bad_value},
    {"2200S", "SELECT xmlcomment('--')", bad_value},
    {"2200T", "SELECT xmlpi(name a, '?>')", bad_value},
    {"22011", "SELECT substring('a', 1, -1)", bad_value},
    {"22012", "SELECT 1 / 0", bad_value},
    {"22013", "SELECT sum(1) OVER (ROWS -1 PRECEDING)", wrong_statement},
    {"22014", "SELECT ntile(0) OVER ()", wrong_statement},
    {"22015", "SELECT '99999999999 days'::interval", bad_value},
    {"22016", "SELECT nth_value(1, 0) OVER ()", wrong_statement},
    {"2201B", "SELECT 'a' ~ '['", wrong_statement},
    {"2201E", "SELECT ln(-1)", bad_value},
    {"2201F", "SELECT power(-1::float8, 0.5)", bad_value},
    {"2201G", "SELECT width_bucket(1, 1, 1, 5)", bad_value},
    {"2201W", "SELECT 1 LIMIT -1", wrong_statement},
    {"2201X", "SELECT 1 OFFSET -1", wrong_statement},
    {"22021", "SELECT convert_from('\\xff', 'UTF8')", bad_value},
    {"22023", "SELECT pg_xact_status('99999999'::xid8)", bad_value},
    {"22025", "SELECT 'ab' LIKE E'a\\\\'", wrong_statement},
    {"22026", "CREATE TEMP TABLE bits (b bit(2)); INSERT INTO bits VALUES (B'101')", bad_value},
    {"2202E", "SELECT array_fill(1, ARRAY[1], ARRAY[1, 2])", bad_value},
    {"2202G", "SELECT * FROM kind TABLESAMPLE system (1) REPEATABLE (NULL)", wrong_statement},
    {"2202H", "SELECT * FROM kind TABLESAMPLE system (200)", wrong_statement},
    {"22031", "SELECT jsonb_path_query('\"x\"', '$.datetime()')", bad_value},
    {"22033", "SELECT jsonb_path_query('[1]', 'strict $[9]')", bad_value},
    {"22036", "SELECT jsonb_path_query('\"x\"', '$.abs()')", bad_value},
    {"22038", "SELECT jsonb_path_query('[1, 2]', '$ + 1')", bad_value},
    {"22039", "SELECT jsonb_path_query('1', 'strict $[0]')", bad_value},
    {"2203A", "SELECT jsonb_path_query('{}', 'strict $.a')", bad_value},
    {"2203B", "SELECT jsonb_path_query('\"x\"', '-$')", bad_value},
    {"2203C", "SELECT jsonb_path_query('1', '$.keyvalue()')", bad_value},
    {"22P02", "SELECT 'x'::int", bad_value},
    {"22P02", "SELECT '{bad'::jsonb", bad_value},
    {"22P05", R"(SELECT '"\u0000"'::jsonb)", bad_value},
    {"22P05", "SELECT convert_to('€', 'LATIN1')", bad_value},
    {"23502", "INSERT INTO item VALUES (3, NULL)", broken_rule},
    {"23503", "INSERT INTO item VALUES (3, 'three', 9)", broken_rule},
    {"23505", "INSERT INTO item VALUES (1, 'one')", broken_rule},
    {"23514", "INSERT INTO item VALUES (0, 'none')", broken_rule},
    {"23P01", "INSERT INTO stay VALUES (1, '[1,3)'), (1, '[2,4)')", broken_rule},
    {"44000", "INSERT INTO small VALUES (11, 'big')", broken_rule},
    // Of random digits, which can't be packed: about 12.8 kB for a page of 8.
    {"54000", "INSERT INTO word SELECT string_agg(md5(i::text), '') FROM generate_series(1, 400) i",
     bad_value},
});

}  // namespace

std::span<sql_row const> rows_of_data() { return rows; }

}  // namespace postgres_tests
