// Classes 0A to 3B, 55, P0: commands at a wrong time, and what PL/pgSQL says itself.

#include "provocation.hpp"

#include <array>

namespace postgres_tests {
namespace {

using holdfast::advice;
using holdfast::category;
using holdfast::fault;

constexpr decided prepare_again{category::programming, advice::after_reprepare,
                                poisoned::transaction, fault::caller};

constexpr auto rows = std::to_array<sql_row>({
    {"0A000", "SELECT count(*) FROM kind FOR UPDATE", wrong_statement},
    {"0A000",
     "DEALLOCATE ALL; PREPARE plan AS SELECT * FROM pair; ALTER TABLE pair ADD c int; EXECUTE plan",
     {category::transient, advice::after_reprepare, poisoned::transaction, fault::caller}},
    {"0LP01",
     "GRANT app TO app",
     {category::permission, advice::never, poisoned::transaction, fault::caller}},
    {"0Z002", "DO 'DECLARE x text; BEGIN GET STACKED DIAGNOSTICS x = MESSAGE_TEXT; END'",
     wrong_statement},
    {"20000", "DO 'BEGIN CASE 1 WHEN 2 THEN NULL; END CASE; END'", wrong_statement},
    {"24000", "DECLARE c CURSOR FOR SELECT * FROM kind; UPDATE kind SET id = 1 WHERE CURRENT OF c",
     wrong_statement},
    {"25001", "VACUUM kind", wrong_statement, block::within},
    {"25001", "SELECT 1; SET TRANSACTION ISOLATION LEVEL SERIALIZABLE", wrong_statement},
    {"25006",
     "SET TRANSACTION READ ONLY; INSERT INTO kind VALUES (5)",
     {category::transient, advice::after_reconnect, poisoned::connection, fault::dependency}},
    {"25P01", "SAVEPOINT a", wrong_statement, block::without},
    {"26000", "EXECUTE nowhere", prepare_again},
    {"27000", "UPDATE turn SET n = 5", wrong_statement},
    {"2D000", "DO 'BEGIN COMMIT; END'", wrong_statement, block::within},
    {"2F005", "SELECT no_return()", wrong_statement},
    {"34000", "FETCH nowhere", wrong_statement},
    {"38000", "COPY kind FROM PROGRAM 'exit 1'", wrong_statement},
    {"39P01",
     "CREATE TRIGGER x BEFORE INSERT ON pair FOR EACH ROW"
     " EXECUTE FUNCTION suppress_redundant_updates_trigger(); INSERT INTO pair VALUES (1, 1)",
     wrong_statement},
    {"3B001", "ROLLBACK TO SAVEPOINT nowhere", wrong_statement, block::within},
    {"55000", "CREATE SEQUENCE fresh; SELECT currval('fresh')", wrong_statement},
    {"55000", "SELECT pg_promote()", wrong_statement},
    {"55006",
     "DECLARE c CURSOR FOR SELECT * FROM pair; ALTER TABLE pair ADD z int",
     {category::transient, advice::after_backoff, poisoned::transaction, fault::caller}},
    {"55P02", "SET max_connections = 5", missing_object},
    {"55P04", "ALTER TYPE mood ADD VALUE 'sad'; SELECT 'sad'::mood", wrong_statement,
     block::within},
    {"P0002", "DO 'DECLARE x int; BEGIN SELECT id INTO STRICT x FROM kind WHERE id = 99; END'",
     wrong_statement},
    {"P0003", "DO 'DECLARE x int; BEGIN SELECT id INTO STRICT x FROM kind; END'", wrong_statement},
    {"P0004", "DO 'BEGIN ASSERT false; END'", wrong_statement},
});

}  // namespace

std::span<sql_row const> rows_of_states() { return rows; }

}  // namespace postgres_tests
