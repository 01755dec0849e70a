#include "holdfast/classify/recovery.hpp"

#include "holdfast/base/failure_names.hpp"
#include "holdfast/classify/recoverer.hpp"
#include "holdfast/classify/sqlstate.hpp"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace holdfast {
namespace {

using enum recovery_step;
using ::testing::ElementsAre;
using ::testing::ElementsAreArray;

std::vector<recovery_step> steps_for(failure const& seen) {
  recovery_plan const plan{seen};
  return {plan.steps().begin(), plan.steps().end()};
}

TEST(RecoveryStrategies, EveryAdviceHasOneForEveryCategory) {
  for (auto const& how : names_of<advice>::table) {
    for (auto const& what : names_of<category>::table) {
      failure const seen{.category = what.value, .advice = how.value};
      EXPECT_EQ(strategy_for(seen).advice, how.value) << how.name << " " << what.name;
      EXPECT_FALSE(strategy_for(seen).in_order().empty());
    }
  }
}

TEST(RecoveryStrategies, EndInRepeatingOrFailing) {
  for (auto const& each : recovery_strategies()) {
    recovery_step const last = each.in_order().back();
    EXPECT_TRUE(last == repeat || last == fail) << each.help;
    for (recovery_step const step : each.in_order()) EXPECT_NE(help_on(step), "");
  }
}

struct plan_case {
  char const* sqlstate;
  phase how_far;
  std::vector<recovery_step> steps;
};

TEST(RecoveryPlan, FollowsAdviceCategoryAndPoison) {
  std::vector<plan_case> const cases{
      {"40001", phase::sent, {wait, restart_transaction, repeat}},
      {"55P03", phase::sent, {wait, restart_transaction, repeat}},
      {"08006", phase::sent, {wait, reconnect, repeat}},
      {"08006", phase::awaiting_commit, {reconnect, resolve_outcome, repeat}},
      {"26000", phase::sent, {reprepare, restart_transaction, repeat}},
      {"22P02", phase::sent, {skip_record, fail}},
      {"28P01", phase::not_sent, {refresh_credentials, reconnect, repeat}},
      {"42601", phase::sent, {fail}},
  };
  for (auto const& each : cases) {
    EXPECT_THAT(steps_for(classify_sqlstate(each.sqlstate, each.how_far)),
                ElementsAreArray(each.steps))
        << each.sqlstate;
  }
}

TEST(RecoveryPlan, APoisonedConnectionIsReplacedBeforeARepetition) {
  EXPECT_THAT(steps_for({.advice = advice::if_idempotent, .poisoned = poisoned::connection}),
              ElementsAre(wait, reconnect, repeat));
}

/// Notes what it is asked to do.
struct noting : recoverer {
  std::optional<failure> reconnect() override { return note("reconnect"); }
  std::optional<failure> refresh_credentials() override { return note("refresh"); }
  std::optional<failure> reprepare() override { return note("reprepare"); }
  std::optional<failure> restart_transaction() override { return note("restart"); }
  std::optional<failure> skip_record(failure const& /*why*/) override { return note("skip"); }
  resolved resolve_outcome() override {
    done.emplace_back("resolve");
    return outcome;
  }

  std::optional<failure> note(char const* what) {
    done.emplace_back(what);
    return what == failing ? std::optional{failure{.text = "no"}} : std::nullopt;
  }

  std::vector<std::string> done;
  std::string failing;
  resolved outcome = resolved::still_in_doubt;
};

TEST(Recovery, CarriesOutTheStepsInOrder) {
  noting connector;
  recovery recovering{connector};

  auto const result = recovering.after(classify_sqlstate("26000", phase::sent));

  EXPECT_EQ(result.end, recovery_end::repeat);
  EXPECT_THAT(connector.done, ElementsAre("reprepare", "restart"));
}

TEST(Recovery, PreparesAndReadsSecretsAnewOnlyOnce) {
  noting connector;
  recovery recovering{connector};
  failure const stale = classify_sqlstate("26000", phase::sent);
  failure const refused = classify_sqlstate("28P01", phase::not_sent);

  EXPECT_EQ(recovering.after(stale).end, recovery_end::repeat);
  EXPECT_EQ(recovering.after(refused).end, recovery_end::repeat);
  EXPECT_EQ(recovering.after(stale).end, recovery_end::failed);
  EXPECT_EQ(recovering.after(refused).end, recovery_end::failed);
  EXPECT_EQ(recovering.after(refused).why, refused);
}

TEST(Recovery, WhatIsInDoubtIsRepeatedOnlyIfItDidNotHappen) {
  failure const doubtful = classify_sqlstate("08006", phase::awaiting_commit);
  noting connector;

  connector.outcome = resolved::did_not_happen;
  EXPECT_EQ(recovery{connector}.after(doubtful).end, recovery_end::repeat);
  connector.outcome = resolved::happened;
  EXPECT_EQ(recovery{connector}.after(doubtful).end, recovery_end::succeeded);
  connector.outcome = resolved::still_in_doubt;
  EXPECT_EQ(recovery{connector}.after(doubtful).end, recovery_end::failed);
}

TEST(Recovery, AStepThatFailsEndsItWithItsOwnFailure) {
  noting connector;
  connector.failing = "reconnect";

  auto const result = recovery{connector}.after(classify_sqlstate("08006", phase::sent));

  EXPECT_EQ(result.end, recovery_end::failed);
  EXPECT_EQ(result.why.text, "no");
}

TEST(Recovery, ARecordThatCanNotBePutAsideIsAFailureOfItsOwn) {
  failure const bad = classify_sqlstate("22P02", phase::sent);
  noting connector;
  recoverer none;

  EXPECT_EQ(recovery{connector}.after(bad).end, recovery_end::skipped);
  EXPECT_EQ(recovery{none}.after(bad).end, recovery_end::failed);
  EXPECT_EQ(recovery{none}.after(bad).why, bad);
}

TEST(Recovery, ARefusedSecretIsToldAsItIsWhereThereIsNoOther) {
  failure const refused = classify_sqlstate("28P01", phase::not_sent);
  recoverer none;

  EXPECT_EQ(recovery{none}.after(refused).why, refused);
}

TEST(Recovery, AConnectorWithoutAStepSaysSo) {
  recoverer none;

  auto const result = recovery{none}.after(classify_sqlstate("08006", phase::sent));

  EXPECT_EQ(result.why.text, "this connector does not offer the step reconnect");
  EXPECT_EQ(result.why.advice, advice::never);
}

}  // namespace
}  // namespace holdfast
