#include "state/document.hpp"

#include "state/records.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace holdfast {
namespace {

using testing::changed;
using testing::opened;
using testing::ordered;
using testing::shared;

template <class Record>
std::string document(std::vector<Record> const& records) {
  return document_of<Record>(records);
}

failure refusal_of(std::string_view text) {
  auto const records = records_in<operation_record>(text);
  return records ? failure{} : records.error();
}

std::string numbered_orders() {
  std::vector<order_record> orders{ordered("a"), ordered("b")};
  orders[0].number = 1;
  orders[1].number = 2;
  return document(orders);
}

TEST(Document, TheFirstLineSaysVersionLengthAndChecksum) {
  std::string const text = document(std::vector{opened("a")});

  EXPECT_EQ(text.substr(0, text.find('\n')), "holdfast-state 1 407 7d3342eef861d937");
  EXPECT_EQ(document(std::vector<operation_record>{}), "holdfast-state 1 0 cbf29ce484222325\n");
}

TEST(Document, RecordsComeBackAsTheyWere) {
  std::vector const operations{opened("a"), opened("b", 8)};
  std::vector const changes{changed("b", "first"), changed("a", "second")};

  EXPECT_EQ(records_in<operation_record>(document(operations)).value(), operations);
  EXPECT_EQ(records_in<change_record>(document(changes)).value(), changes);
  EXPECT_EQ(records_in<order_record>(numbered_orders()).value().size(), 2U);
  std::vector const circuits{shared("a"), shared("b")};
  EXPECT_EQ(records_in<shared_circuit>(document(circuits)).value(), circuits);
}

TEST(Document, NoByteCanBeAnother) {
  std::string const text = document(std::vector{opened("a"), opened("b")});
  for (std::size_t at = 0; at < text.size(); ++at) {
    for (unsigned bit = 0; bit < 8; ++bit) {
      std::string damaged = text;
      damaged[at] = static_cast<char>(static_cast<unsigned char>(damaged[at]) ^ (1U << bit));
      EXPECT_FALSE(records_in<operation_record>(damaged)) << "byte " << at << ", bit " << bit;
    }
  }
}

TEST(Document, NoByteCanBeMissingOrMore) {
  std::string const text = document(std::vector{opened("a"), opened("b")});
  for (std::size_t at = 0; at < text.size(); ++at) {
    EXPECT_FALSE(records_in<operation_record>(text.substr(0, at))) << at;
    EXPECT_FALSE(records_in<operation_record>(std::string{text}.erase(at, 1))) << at;
    EXPECT_FALSE(records_in<operation_record>(std::string{text}.insert(at, 1, '0'))) << at;
  }
}

TEST(Document, ANewerVersionIsToldFromDamage) {
  failure const newer = refusal_of("holdfast-state 2 anything at all");
  EXPECT_EQ(newer.category, category::configuration);
  EXPECT_EQ(newer.text, "written as version 2; this one reads 1");

  EXPECT_EQ(refusal_of("holdfast-state 0 0 cbf29ce484222325\n").category, category::corruption);
  EXPECT_EQ(refusal_of("").text, "not a file of holdfast's state");
  EXPECT_EQ(refusal_of("holdfast-state 1 0 cbf29ce484222326\n").text,
            "length and checksum do not fit what is in it");
}

TEST(Document, OneKindIsNotTakenForAnother) {
  EXPECT_FALSE(records_in<operation_record>(numbered_orders()));
  EXPECT_FALSE(records_in<change_record>(document(std::vector{opened("a")})));
}

TEST(Document, TheSameOperationTwiceIsRefused) {
  EXPECT_EQ(refusal_of(document(std::vector{opened("a"), opened("a")})).text,
            "records out of order, or the same one twice");
  EXPECT_FALSE(records_in<operation_record>(document(std::vector{opened("b"), opened("a")})));
  EXPECT_FALSE(records_in<shared_circuit>(document(std::vector{shared("a"), shared("a")})));
}

TEST(Document, MoreThanIsKeptIsRefused) {
  std::vector<order_record> orders(1001, ordered("a"));
  for (std::size_t i = 0; i < orders.size(); ++i) orders[i].number = static_cast<int>(i) + 1;

  EXPECT_FALSE(records_in<order_record>(document(orders)));
  orders.pop_back();
  EXPECT_TRUE(records_in<order_record>(document(orders)));
}

}  // namespace
}  // namespace holdfast
