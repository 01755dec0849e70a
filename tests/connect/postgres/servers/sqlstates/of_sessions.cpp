// Classes 08, 28, 3D, 53, 57: sessions that do not begin. Nothing was sent.

#include "provocation.hpp"
#include "scene.hpp"

#include <array>
#include <string>

namespace postgres_tests {
namespace {

using namespace holdfast;

constexpr decided not_let_in{category::authentication, advice::never, poisoned::connection,
                             fault::dependency};
constexpr decided no_such_place{category::configuration, advice::never, poisoned::connection,
                                fault::dependency};
constexpr decided unknown_setting{category::configuration, advice::never, poisoned::connection,
                                  fault::caller};
constexpr decided no_right{category::permission, advice::never, poisoned::connection,
                           fault::caller};
constexpr decided full{category::resource, advice::after_reconnect, poisoned::connection,
                       fault::dependency};
constexpr decided unreachable{category::connection, advice::after_reconnect, poisoned::connection,
                              fault::dependency};

constexpr std::string_view pooler_logs_in = "the pooler logs in at the server, not its clients";
constexpr std::string_view pooler_chooses = "the pooler chooses server and database";

provoked opened(scene& on, std::string const& conninfo) {
  auto const answer = postgres::connection::open({.conninfo = conninfo}, on.limits());
  provoked made;
  if (!answer) made.seen = answer.error();
  return made;
}
provoked as(scene& on, std::string const& more) { return opened(on, on.server().conninfo(more)); }

provoked wrong_password(scene& on) { return as(on, "user=keyed password=wrong"); }
provoked no_password(scene& on) { return as(on, "user=keyed"); }
provoked barred(scene& on) { return as(on, "user=barred"); }
provoked nobody(scene& on) { return as(on, "user=nowhere"); }
provoked no_login(scene& on) { return as(on, "user=idle"); }
provoked no_database(scene& on) { return as(on, "dbname=nowhere"); }
provoked closed_database(scene& on) { return as(on, "dbname=closed user=few"); }
provoked no_setting(scene& on) { return as(on, "options='-c nowhere=1'"); }
provoked wrong_value(scene& on) { return as(on, "options='-c work_mem=much'"); }

provoked one_too_many(scene& on) {
  auto const first = on.server().connect("user=few");
  return as(on, "user=few");
}
provoked no_listener(scene& on) {
  return opened(on, "host=127.0.0.1 user=app port=" + std::to_string(free_port()));
}

constexpr scene_row refused(std::string_view sqlstate, std::string_view how,
                            provoked (*provoke)(scene&), decided judgement,
                            std::string_view not_pooled = pooler_logs_in) {
  return {sqlstate, how, provoke, judgement, phase::not_sent, true, false, not_pooled};
}

constexpr auto rows = std::to_array<scene_row>({
    refused("28P01", "a wrong password", wrong_password, not_let_in),
    refused("28P01", "no password", no_password, not_let_in),
    refused("28000", "a role that pg_hba.conf refuses", barred, not_let_in),
    refused("28000", "a role that is not there", nobody, not_let_in),
    refused("28000", "a role that may not log in", no_login, not_let_in),
    refused("3D000", "a database that is not there", no_database, no_such_place, pooler_chooses),
    refused("42501", "a database that is closed to the role", closed_database, no_right,
            pooler_chooses),
    refused("42704", "a setting that is not there", no_setting, unknown_setting),
    refused("22023", "a setting of a wrong value", wrong_value,
            {category::data, advice::never, poisoned::connection, fault::caller}),
    refused("53300", "a role that has all its sessions", one_too_many, full),
    refused("08001", "a port on which nobody listens", no_listener, unreachable, pooler_chooses),
});

}  // namespace

std::span<scene_row const> rows_of_sessions() { return rows; }

}  // namespace postgres_tests
