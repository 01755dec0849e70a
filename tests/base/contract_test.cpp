#include "holdfast/base/contract.hpp"

#include <gtest/gtest.h>

namespace holdfast {
namespace {

TEST(Contract, AKeptPromiseCostsNothingButALook) { expects(true, "one is one"); }

TEST(Contract, ABrokenPromiseEndsTheProgramWithItsPlace) {
  EXPECT_DEATH(expects(false, "one is two"), "contract_test.cpp:.*one is two");
}

}  // namespace
}  // namespace holdfast
