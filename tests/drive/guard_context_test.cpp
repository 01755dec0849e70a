#include "drive/guard_bench.hpp"
#include "holdfast/base/failure_context.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace holdfast {
namespace {

/// A connector that meets a constraint.
outcome insert(attempt const& a) {
  if (failure_context* const known = a.context()) {
    known->how_far = phase::sent;
    known->server.constraint = a.number() == 1 ? "first" : "molecules_pkey";
  }
  return unexpected{overloaded()};
}

TEST(GuardContext, WhatAConnectorKnowsReachesTheCallerAndTheEvents) {
  guard_bench b;
  guard write{"db.write", b.steady, b.around};
  std::vector<std::string> told;
  write.on_event([&](event const& what) {
    if (what.context != nullptr) told.push_back(describe(*what.context));
  });
  failure_context seen;

  write.with({.max_attempts = 2, .correlation_id = "request 7", .context = &seen})(insert);

  std::string const last =
      "db.write, call request 7, attempt 2, phase sent, constraint molecules_pkey";
  EXPECT_EQ(describe(seen), last);
  EXPECT_EQ(told, (std::vector<std::string>{
                      "db.write, call request 7, attempt 1, phase sent, constraint first", last}));
}

TEST(GuardContext, AnAttemptDoesNotSeeWhatTheOneBeforeItWrote) {
  guard_bench b;
  guard write{"db.write", b.steady, b.around};
  failure_context seen;
  std::vector<failure_context> at_start;

  write.with({.max_attempts = 2, .context = &seen})([&](attempt const& a) {
    at_start.push_back(*a.context());
    return insert(a);
  });

  EXPECT_EQ(at_start, (std::vector<failure_context>(2)));
}

TEST(GuardContext, WhereNobodyAsksThereIsNone) {
  guard_bench b;
  guard write{"db.write", b.around};
  failure_context const* given = nullptr;

  static_cast<void>(write([&](attempt const& a) {
    given = a.context();
    return insert(a);
  }));

  EXPECT_EQ(given, nullptr);
}

}  // namespace
}  // namespace holdfast
