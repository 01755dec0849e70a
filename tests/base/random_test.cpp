#include "holdfast/base/random.hpp"

#include <array>
#include <random>
#include <set>

#include <gtest/gtest.h>

namespace holdfast {
namespace {

// The first outputs of SplitMix64 seeded with 1234567, as published with its reference code.
TEST(RandomBits, FollowSplitMix64) {
  random_bits random{1234567};
  for (std::uint64_t const expected :
       {6457827717110365317U, 3203168211198807973U, 9817491932198370423U, 4593380528125082431U,
        16408922859458223821U}) {
    EXPECT_EQ(random(), expected);
  }
}

TEST(RandomBits, TheSameSeedGivesTheSameStream) {
  random_bits a{7};
  random_bits b{7};
  for (int i = 0; i < 100; ++i) EXPECT_EQ(a(), b());
}

TEST(RandomBits, UniformStaysBelowOneAndFillsItsRange) {
  random_bits random{1};
  std::array<int, 10> hits{};
  for (int i = 0; i < 10'000; ++i) {
    double const drawn = random.uniform();
    ASSERT_GE(drawn, 0.0);
    ASSERT_LT(drawn, 1.0);
    ++hits[static_cast<std::size_t>(drawn * 10)];
  }
  for (int const count : hits) {
    EXPECT_GT(count, 850);
    EXPECT_LT(count, 1150);
  }
}

TEST(RandomBits, ASplitStreamDiffersFromItsParent) {
  random_bits parent{1};
  random_bits child = parent.split();
  EXPECT_NE(parent(), child());
}

TEST(RandomBits, AStreamIsToldByItsSeedAndItsNumber) {
  EXPECT_EQ(random_bits::stream(7, 3).state(), random_bits::stream(7, 3).state());
  EXPECT_NE(random_bits::stream(7, 3).state(), random_bits::stream(7, 4).state());
  EXPECT_NE(random_bits::stream(7, 3).state(), random_bits::stream(8, 3).state());
}

TEST(RandomBits, NeighbouringSeedsShareNoStream) {
  std::set<std::uint64_t> first_draws;
  for (std::uint64_t seed = 0; seed < 16; ++seed) {
    for (std::uint64_t number = 0; number < 256; ++number) {
      first_draws.insert(random_bits::stream(seed, number)());
    }
  }
  EXPECT_EQ(first_draws.size(), 16U * 256U);
}

TEST(RandomBits, CoursesOfNeighbouringSeedsAgreeNoMoreThanByChance) {
  auto const heads = [](std::uint64_t seed, std::uint64_t number) {
    return random_bits::stream(seed, number).uniform() < 0.5;
  };
  for (std::uint64_t const shift : {0U, 1U, 2U}) {
    for (std::uint64_t seed = 1; seed < 5; ++seed) {
      int agree = 0;
      for (std::uint64_t number = 2; number < 10'002; ++number) {
        agree += heads(seed, number) == heads(seed + 1, number - shift) ? 1 : 0;
      }
      EXPECT_NEAR(agree, 5000, 200) << "seed " << seed << ", shift " << shift;
    }
  }
}

TEST(RandomBits, ServesTheStandardDistributions) {
  static_assert(std::uniform_random_bit_generator<random_bits>);
  random_bits random{1};
  EXPECT_LE(std::uniform_int_distribution<int>(1, 6)(random), 6);
}

}  // namespace
}  // namespace holdfast
