#include "chaos/pgwire_framing.hpp"

#include "link_script.hpp"

#include <string>

#include <gtest/gtest.h>

namespace holdfast {
namespace {

std::string types_of(std::vector<wire_piece> const& pieces) {
  std::string types;
  for (wire_piece const& each : pieces) {
    if (each.last) types.push_back(each.type == startup_message ? '^' : each.type);
  }
  return types;
}

std::string request(char last) { return wire_message(0, std::string{"\x04\xd2\x16", 3} + last); }

TEST(PgwireFraming, MessagesAreFoundWhateverTheChunks) {
  std::string const bytes =
      startup_of_postgres() + query_message("BEGIN") + wire_message('S', "") + query_message("");
  for (std::size_t size = 1; size <= bytes.size(); ++size) {
    pgwire_framing framing;
    std::string types;
    for (std::size_t at = 0; at < bytes.size(); at += size) {
      types += types_of(framing.read(flow::to_server, std::string_view{bytes}.substr(at, size)));
    }
    EXPECT_EQ(types, "^QSQ") << size;
  }
}

TEST(PgwireFraming, APieceKnowsItsMessage) {
  pgwire_framing framing;
  static_cast<void>(framing.read(flow::to_server, startup_of_postgres()));

  auto const pieces = framing.read(flow::to_server, query_message("BEGIN").substr(0, 8));

  ASSERT_EQ(pieces.size(), 1U);
  EXPECT_EQ(pieces[0], (wire_piece{0, 8, 'Q', startup_of_postgres().size(), 11, false}));
}

TEST(PgwireFraming, ARefusedRequestForEncryptionIsFollowedByTheStartup) {
  pgwire_framing framing;

  EXPECT_EQ(types_of(framing.read(flow::to_server, request('\x2f'))), "^");
  EXPECT_TRUE(framing.read(flow::to_client, "N").empty());
  EXPECT_EQ(types_of(framing.read(flow::to_server, startup_of_postgres())), "^");
  EXPECT_EQ(types_of(framing.read(flow::to_client, wire_message('R', "0000"))), "R");
}

TEST(PgwireFraming, BehindEncryptionNothingIsSeen) {
  pgwire_framing framing;
  static_cast<void>(framing.read(flow::to_server, request('\x2f')));

  static_cast<void>(framing.read(flow::to_client, "S"));

  EXPECT_TRUE(framing.opaque(flow::to_server));
  EXPECT_TRUE(framing.read(flow::to_server, query_message("COMMIT")).empty());
}

TEST(PgwireFraming, ARequestForEncryptionWithinAMessageOfTheServerIsOpaque) {
  pgwire_framing framing;
  static_cast<void>(framing.read(flow::to_client, "Z"));

  static_cast<void>(framing.read(flow::to_server, request('\x2f')));

  EXPECT_TRUE(framing.opaque(flow::to_server));
  EXPECT_TRUE(framing.opaque(flow::to_client));
}

TEST(PgwireFraming, ACancelRequestIsAMessageWithoutALetter) {
  pgwire_framing framing;

  EXPECT_EQ(types_of(framing.read(
                flow::to_server, wire_message(0, std::string{"\x04\xd2\x16\x2e", 4} + "12345678"))),
            "^");
}

TEST(PgwireFraming, WhatCanBeNoMessageIsOpaque) {
  pgwire_framing http;
  EXPECT_TRUE(http.read(flow::to_server, "GET / HTTP/1.1\r\n\r\n").empty());
  EXPECT_TRUE(http.opaque(flow::to_server));

  pgwire_framing answer;
  EXPECT_TRUE(answer.read(flow::to_client, "HTTP/1.1 200 OK\r\n").empty());
  EXPECT_TRUE(answer.opaque(flow::to_client));

  pgwire_framing shrunk;
  EXPECT_TRUE(shrunk.read(flow::to_client, std::string_view{"Z\0\0\0\3x", 6}).empty());
}

}  // namespace
}  // namespace holdfast
