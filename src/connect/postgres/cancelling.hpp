#pragma once

#include <libpq-fe.h>

namespace holdfast::postgres {

/// Asks the server to cancel what a link waits for, from a thread of its own: PQcancel makes a
/// connection, and can't be bounded. At most 16 such threads at once in a process; beyond that, and
/// where no thread can be had, nothing is asked. @return whether it was asked
bool ask_to_cancel(PGconn* link) noexcept;

}  // namespace holdfast::postgres
