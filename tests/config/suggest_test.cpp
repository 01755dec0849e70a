#include "holdfast/config/suggest.hpp"

#include <array>

#include <gtest/gtest.h>

namespace holdfast {
namespace {

constexpr std::array<std::string_view, 4> words{"max_attempts", "max_delay", "jitter", "k"};

TEST(NearestWord, OneWrongLetterIsForgiven) {
  EXPECT_EQ(nearest_word("max_atempts", words), "max_attempts");
  EXPECT_EQ(nearest_word("jiter", words), "jitter");
  EXPECT_EQ(nearest_word("max_dealy", words), "max_delay");
  EXPECT_EQ(nearest_word("Jitter", words), "jitter");
}

TEST(NearestWord, WhatIsFarFromAllIsNotGuessed) {
  EXPECT_EQ(nearest_word("colour", words), std::nullopt);
  EXPECT_EQ(nearest_word("", words), std::nullopt);
  EXPECT_EQ(nearest_word("x", words), std::nullopt);
  EXPECT_EQ(nearest_word(std::string(1'000'000, 'j'), words), std::nullopt);
}

TEST(NearestWord, TheNearestOfSeveralWins) {
  constexpr std::array<std::string_view, 2> near{"max_lenght", "max_length"};
  EXPECT_EQ(nearest_word("max_lenth", near), "max_length");
}

TEST(ListOfWords, SeparatesByCommas) {
  EXPECT_EQ(list_of_words(words), "max_attempts, max_delay, jitter, k");
  EXPECT_EQ(list_of_words({}), "");
}

}  // namespace
}  // namespace holdfast
