#include "holdfast/importer/fingerprint.hpp"

#include <set>
#include <string>

#include <gtest/gtest.h>

namespace holdfast {
namespace {

TEST(Fingerprint, StaysTheSameForEver) {
  EXPECT_EQ(fingerprint_of("CHEMBL25,aspirin,180.16"), 4725080221794590582U);
  EXPECT_EQ(fingerprint_of(""), 1492915111685164840U);
}

TEST(Fingerprint, DiffersForEveryLengthOfTheSameByte) {
  std::set<std::uint64_t> seen;

  for (std::size_t size = 0; size < 200; ++size) seen.insert(fingerprint_of(std::string(size, 0)));

  EXPECT_EQ(seen.size(), 200U);
}

TEST(Fingerprint, DiffersWhereverOneBitDiffers) {
  std::string const text = "CC(=O)OC1=CC=CC=C1C(=O)O,CHEMBL25,180.16,1.31,63.6";
  std::set<std::uint64_t> seen{fingerprint_of(text)};

  for (std::size_t i = 0; i < text.size(); ++i) {
    for (unsigned bit = 0; bit < 8; ++bit) {
      std::string changed = text;
      changed[i] = static_cast<char>(static_cast<unsigned char>(changed[i]) ^ (1U << bit));
      seen.insert(fingerprint_of(changed));
    }
  }

  EXPECT_EQ(seen.size(), text.size() * 8 + 1);
}

TEST(Fingerprint, SeesTheOrderOfBlocks) {
  std::string const a(16, 'a');
  std::string const b(16, 'b');

  EXPECT_NE(fingerprint_of(a + b), fingerprint_of(b + a));
}

}  // namespace
}  // namespace holdfast
