// Classes 08, 53, 54, 57, 58, HV, XX: what lies behind a server, and what it has too little of.

#include "provocation.hpp"

#include <array>

namespace postgres_tests {
namespace {

using holdfast::advice;
using holdfast::category;
using holdfast::fault;

/// Of a link from that server to another one. The table can't know, and is careful.
constexpr decided link_beyond{category::connection, advice::after_reconnect, poisoned::connection,
                              fault::dependency};
constexpr decided used_up{category::resource, advice::after_backoff, poisoned::transaction,
                          fault::dependency};
constexpr decided set_up_wrongly{category::configuration, advice::never, poisoned::transaction,
                                 fault::dependency};

constexpr auto rows = std::to_array<sql_row>({
    {"08001", "SELECT dblink_connect('host=127.0.0.1 port=1')", link_beyond},
    {"08003", "SELECT dblink_disconnect('nowhere')", link_beyond},
    {"53100", "COPY (SELECT repeat('x', 1000) FROM generate_series(1, 1000)) TO '/dev/full'",
     used_up},
    {"53200", "SELECT pg_advisory_xact_lock(i) FROM generate_series(1, 1000000) i", used_up},
    {"53400",
     "SET LOCAL temp_file_limit = '64kB'; SET LOCAL work_mem = '64kB';"
     " SELECT count(*) FROM (SELECT i FROM generate_series(1, 100000) i ORDER BY -i OFFSET 0) x",
     set_up_wrongly},
    {"54001", "SELECT deep()", wrong_statement},
    {"54011",
     "DO $$ BEGIN EXECUTE (SELECT 'CREATE TABLE wide (' || string_agg('c' || i || ' int', ',')"
     " || ')' FROM generate_series(1, 1601) i); END $$",
     wrong_statement},
    {"54023",
     "DO $$ BEGIN EXECUTE (SELECT 'SELECT nowhere(' || string_agg('1', ',') || ')'"
     " FROM generate_series(1, 101) i); END $$",
     wrong_statement},
    {"57014",
     "SET LOCAL statement_timeout = 20; SELECT pg_sleep(20)",
     {category::timeout, advice::after_backoff, poisoned::transaction, fault::dependency}},
    {"58030", "COPY kind FROM '/proc/self/mem'", used_up},
    {"58P01", "LOAD 'nowhere'", set_up_wrongly},
    {"58P02", "SELECT pg_file_write('twice', 'a', false), pg_file_write('twice', 'a', false)",
     set_up_wrongly},
    {"HV00D", "CREATE SERVER s FOREIGN DATA WRAPPER postgres_fdw OPTIONS (nowhere '1')",
     missing_object},
    {"XX000",
     "SELECT array_in('{1}', 99999, -1)",
     {category::unknown, advice::never, poisoned::transaction, fault::dependency}},
});

}  // namespace

std::span<sql_row const> rows_of_systems() { return rows; }

}  // namespace postgres_tests
