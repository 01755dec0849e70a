// Patterns, messages, lost requests and lost answers.

#include "chaos/link_machine.hpp"
#include "link_script.hpp"

#include <gtest/gtest.h>

namespace holdfast {
namespace {

using namespace std::chrono_literals;

TEST(LinkTriggers, APatternIsFoundAcrossChunksOfAnySize) {
  std::string const asked = "BEGIN; COCOMMIT; more";
  for (std::size_t size = 1; size <= asked.size(); ++size) {
    link_script link{"faults: [{kind: cut, direction: to_server, pattern: COMMIT}]"};
    for (std::size_t at = 0; at < asked.size(); at += size) {
      link.client_sends(std::string_view{asked}.substr(at, size));
    }
    EXPECT_EQ(link.to_server, "BEGIN; COCOMMI") << size;
    EXPECT_EQ(link.server, socket_order::close);
  }
}

TEST(LinkTriggers, WhatTriggersMayBeDeliveredFirst) {
  link_script link{"faults: [{kind: reset, pattern: COMMIT, delivered: true}]"};

  link.client_sends("x COMMIT y");

  EXPECT_EQ(link.to_server, "x COMMIT");
  EXPECT_EQ(link.client, socket_order::reset);
}

TEST(LinkTriggers, LettersMatchInAnyCaseWhereAsked) {
  link_script any{"faults: [{kind: cut, pattern: Commit, any_case: true}]"};
  link_script same{"faults: [{kind: cut, pattern: Commit}]"};

  any.client_sends("cOMMIT");
  same.client_sends("cOMMIT");

  EXPECT_EQ(any.to_server, "cOMMI");
  EXPECT_EQ(same.to_server, "cOMMIT");
}

TEST(LinkTriggers, APatternMayBeWrittenInHexadecimal) {
  link_script link{"faults: [{kind: cut, direction: to_client, pattern_hex: '5a 00 00'}]"};

  link.server_sends(std::string_view{"xZ\0\0\0\5I", 7});

  EXPECT_EQ(link.to_client, (std::string{"xZ\0", 3}));
}

TEST(LinkTriggers, TheOccurrenceThatCountsIsChosen) {
  link_script link{"faults: [{kind: cut, direction: to_server, pattern: ab, occurrence: 3}]"};

  link.client_sends("ab.ab.ab.ab");

  EXPECT_EQ(link.to_server, "ab.ab.a");
}

TEST(LinkTriggers, ARequestThatIsLostDoesNotArrive) {
  link_script link{"faults: [{kind: request_lost, pattern: 'PUT /'}]"};

  link.server_sends("hello").client_sends("PUT /x\r\n");

  EXPECT_EQ(link.to_server, "PUT ");
  EXPECT_EQ(link.to_client, "hello");
  EXPECT_EQ(link.client, socket_order::close);
  EXPECT_EQ(link.server, socket_order::close);
}

TEST(LinkTriggers, ALostRequestMayLeaveTheServerWaiting) {
  link_script link{"faults: [{kind: request_lost, closes: client}]"};

  link.client_sends("ask");

  EXPECT_EQ(link.to_server, "");
  EXPECT_EQ(link.client, socket_order::close);
  EXPECT_EQ(link.server, socket_order::keep);
}

TEST(LinkTriggers, ALostAnswerIsCutOnlyWhenItComes) {
  link_script link{"faults: [{kind: answer_lost, pattern: COMMIT}]"};

  link.client_sends("COMMIT;");
  EXPECT_EQ(link.to_server, "COMMIT;");
  EXPECT_EQ(link.client, socket_order::keep);

  link.server_sends("done");
  EXPECT_EQ(link.to_client, "");
  EXPECT_EQ(link.client, socket_order::close);
  EXPECT_EQ(link.server, socket_order::close);
}

TEST(LinkTriggers, WhatComesBeforeTheRequestIsWrittenIsNoAnswerToIt) {
  link_script link{"faults: [{kind: answer_lost, pattern: COMMIT}]"};
  link.writes = false;

  link.client_sends("COMMIT").server_sends("of an earlier request");
  EXPECT_EQ(link.to_client, "of an earlier request");
  link.link().on_written(flow::to_server, 6);
  link.server_sends("done");

  EXPECT_EQ(link.to_client, "of an earlier request");
  EXPECT_EQ(link.client, socket_order::close);
}

TEST(LinkTriggers, AServerThatEndsInsteadOfAnsweringIsALostAnswerToo) {
  link_script link{"faults: [{kind: answer_lost, closes: none}]"};

  link.client_sends("ask").server_ends();

  EXPECT_EQ(link.to_server, "ask");
  EXPECT_EQ(link.client, socket_order::keep);
}

TEST(LinkTriggers, AMessageIsNamedByTypeAndContent) {
  std::string const begin = query_message("BEGIN");
  std::string const commit = query_message("COMMIT");
  std::string const all = startup_of_postgres() + begin + commit;
  for (std::size_t size = 1; size <= all.size(); ++size) {
    link_script link{
        "protocol: postgres\n"
        "faults: [{kind: request_lost, message: Q, containing: COMMIT}]"};
    for (std::size_t at = 0; at < all.size(); at += size) {
      link.client_sends(std::string_view{all}.substr(at, size));
    }
    EXPECT_EQ(link.to_server, startup_of_postgres() + begin) << size;
    EXPECT_EQ(link.server, socket_order::close);
  }
}

TEST(LinkTriggers, AMessageThatDoesNotMatchPassesWhole) {
  link_script link{
      "protocol: postgres\n"
      "faults: [{kind: request_lost, message: Q, containing: COMMIT}]"};
  std::string const asked = query_message("SELECT 'a long text'");
  link.client_sends(startup_of_postgres());

  link.client_sends(asked.substr(0, 12));
  EXPECT_EQ(link.to_server, startup_of_postgres());
  link.client_sends(asked.substr(12));

  EXPECT_EQ(link.to_server, startup_of_postgres() + asked);
}

TEST(LinkTriggers, AMessageTooLongToBeHeldBackLacksItsLastByte) {
  link_script link{"protocol: postgres\nfaults: [{kind: request_lost, message: d}]"};
  std::string const data = wire_message('d', std::string(3 * link_chunk, 'x'));

  link.client_sends(startup_of_postgres()).client_sends(data.substr(0, 20'000));
  link.client_sends(data.substr(20'000));

  EXPECT_EQ(link.to_server.size(), startup_of_postgres().size() + data.size() - 1);
  EXPECT_EQ(link.server, socket_order::close);
}

TEST(LinkTriggers, AnAnswerCanBeNamed) {
  link_script link{
      "protocol: postgres\n"
      "faults: [{kind: cut, direction: to_client, message: C, containing: COMMIT}]"};
  std::string const ready = wire_message('Z', "I");

  link.client_sends(startup_of_postgres()).server_sends(ready);
  link.server_sends(wire_message('C', "COMMIT") + ready);

  EXPECT_EQ(link.to_client, ready);
  EXPECT_EQ(link.client, socket_order::close);
}

TEST(LinkTriggers, AMessageCanBeDelayed) {
  link_script link{
      "protocol: postgres\n"
      "faults: [{kind: delay, delay: 2s, direction: to_client, message: Z}]"};
  link.client_sends(startup_of_postgres());

  link.server_sends(wire_message('T', "row"));
  EXPECT_EQ(link.due, 0s);
  link.server_sends(wire_message('Z', "I"));

  EXPECT_EQ(link.due, 2s);
  EXPECT_EQ(link.to_client.size(), 8U + 6U);
}

TEST(LinkTriggers, WhatIsHeldBackLeavesWhenFaultsAreCleared) {
  link_script link{"protocol: postgres\nfaults: [{kind: cut, message: Q}]"};
  std::string const asked = query_message("SELECT 1");
  link.client_sends(startup_of_postgres() + asked.substr(0, 9));

  link.book().clear();
  link.at(1s).client_sends(asked.substr(9));

  EXPECT_EQ(link.to_server, startup_of_postgres() + asked);
}

TEST(LinkTriggers, WhatIsHeldBackLeavesBeforeTheEndOfTheStream) {
  link_script link{"protocol: postgres\nfaults: [{kind: cut, message: Q}]"};
  link.client_sends(startup_of_postgres() + "Q").client_ends();

  EXPECT_EQ(link.to_server, startup_of_postgres() + "Q");
  EXPECT_EQ(link.server, socket_order::end_of_stream);
}

}  // namespace
}  // namespace holdfast
