#include "robusttransaction.hpp"

#ifdef HOLDFAST_TESTS_PQXX
#include <pqxx/pqxx>
#endif

namespace postgres_tests {

#ifdef HOLDFAST_TESTS_PQXX
std::string run_robusttransaction(std::string const& conninfo, std::string const& sql) {
  try {
    pqxx::connection link{conninfo};
    pqxx::robusttransaction<> transaction{link};
    transaction.exec(sql);
    transaction.commit();
    return "committed";
  } catch (pqxx::in_doubt_error const&) {
    return "in_doubt_error";
  } catch (pqxx::broken_connection const&) {
    return "broken_connection";
  } catch (std::exception const& other) {
    return other.what();
  }
}
#else
std::string run_robusttransaction(std::string const& /*conninfo*/, std::string const& /*sql*/) {
  return "not installed";
}
#endif

}  // namespace postgres_tests
