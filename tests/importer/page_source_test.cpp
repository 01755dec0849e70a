#include "holdfast/importer/page_source.hpp"

#include "connect/http/scripted_server.hpp"
#include "holdfast/drive/manual_time.hpp"

#include <cstdlib>
#include <functional>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace holdfast {
namespace {

using namespace std::chrono_literals;
using testing::answer;
using testing::scripted_answer;
using testing::scripted_server;
using testing::then;

/// A number of a query in the first line of a request.
std::uint64_t asked(std::string const& request, std::string const& name) {
  auto const at = request.find(name + "=");
  return at == std::string::npos
             ? 0
             : std::strtoull(request.c_str() + at + name.size() + 1, nullptr, 10);
}

constexpr char const* as_json = "Content-Type: application/json\r\n";

/// A page of `total` records {"id": n, "name": "r n"}, as the service would give it; with `more`
/// records of the page before it in front, or of the page behind it at its end, beyond its limit.
scripted_answer page_of(std::uint64_t total, std::string const& request,
                        std::uint64_t more_before = 0, std::uint64_t more_behind = 0) {
  std::uint64_t const offset = asked(request, "offset");
  std::uint64_t const limit = asked(request, "limit");
  std::string list;
  for (std::uint64_t at = offset - std::min(offset, more_before);
       at < std::min(offset + limit + more_behind, total); ++at) {
    std::string const id = std::to_string(at);
    list += (list.empty() ? "" : ", ") + ("{\"id\": " + id + ", \"name\": \"r" + id + "\"}");
  }
  std::string const next = offset + limit < total
                               ? "\"/m.json?limit=" + std::to_string(limit) +
                                     "&offset=" + std::to_string(offset + limit) + "\""
                               : "null";
  return {answer("200 OK",
                 "{\"molecules\": [" + list + "], \"page_meta\": {\"limit\": " +
                     std::to_string(limit) + ", \"offset\": " + std::to_string(offset) +
                     ", \"total_count\": " + std::to_string(total) + ", \"next\": " + next + "}}",
                 as_json)};
}

struct PageSource : ::testing::Test {
  manual_time time;
  page_options options{.page_size = 4, .attempt_timeout = {off}};  // its clock is not the server's
  int refusals = 0;

  std::unique_ptr<record_source> open(scripted_server const& server) {
    auto opened =
        open_page_source(server.url("/m.json"), options, {.guard = {.time = &time, .seed = 1}});
    EXPECT_TRUE(opened) << describe(opened.error());
    return std::move(*opened);
  }

  /// Reads to the end as a run does: a refusal is waited out.
  std::vector<record> read_all(record_source& source, int most_refusals = 200) {
    std::vector<record> all;
    for (record one;;) {
      auto const result = source.read(one);
      if (result.status == read_status::record) {
        all.push_back(one);
      } else if (result.status == read_status::refused && ++refusals <= most_refusals) {
        time.advance(result.retry_after);
      } else {
        EXPECT_EQ(result.status, read_status::end) << describe(result.why);
        return all;
      }
    }
  }

  static void expect_ids(std::vector<record> const& all, std::uint64_t from, std::uint64_t total,
                         std::set<std::uint64_t> const& lost = {}) {
    ASSERT_EQ(all.size(), total - from);
    for (auto const& one : all) {
      EXPECT_EQ(one.position, from);
      if (lost.contains(from)) {
        EXPECT_EQ(one.rejected, rejection::unreadable_remote) << from;
      } else {
        ASSERT_EQ(one.rejected, rejection::none) << one.detail;
        EXPECT_EQ(one.text(one.cells.at(0)), std::to_string(from));
      }
      ++from;
    }
  }
};

TEST_F(PageSource, RecordsComeInOrderWithTheirRawBytes) {
  scripted_server const server{[](std::string const& request) { return page_of(10, request); }};
  auto const source = open(server);

  auto const all = read_all(*source);

  expect_ids(all, 0, 10);
  EXPECT_EQ(all[3].raw(), R"({"id": 3, "name": "r3"})");
  EXPECT_EQ(source->columns(), (std::vector<std::string>{"id", "name"}));
  EXPECT_EQ(source->identity(), server.url("/m.json"));
  EXPECT_EQ(source->stats().requests, 3U);
  EXPECT_EQ(source->stats().records_total, 10U);
  EXPECT_EQ(source->stats().circuit, "closed");
}

TEST_F(PageSource, EveryKindOfFaultIsOutlived) {
  int request_number = 0;
  scripted_server const server{[&](std::string const& request) -> scripted_answer {
    scripted_answer const good = page_of(40, request);
    switch (++request_number % 9) {
      case 1: return {answer("503 Busy", "", "Retry-After: 1\r\n")};
      case 2: return {answer("200 OK", "<html>sorry</html>", "Content-Type: text/html\r\n")};
      case 3: return {"", then::reset};
      case 4: return {good.bytes.substr(0, good.bytes.size() / 2), then::close};
      case 5: return {answer("200 OK", "{\"molecules\": [{\"id\": 1", as_json)};
      case 6: return {answer("429 Slow down", "")};
      case 7: return {answer("502 Proxy Error", "<html>", "Content-Type: text/html\r\n")};
      default: return good;
    }
  }};
  auto const source = open(server);

  auto const all = read_all(*source);

  expect_ids(all, 0, 40);
  auto const stats = source->stats();
  EXPECT_GT(stats.failed_requests, stats.requests / 2);
  EXPECT_GT(stats.retries, 0U);
}

TEST_F(PageSource, APoisonRecordIsRejectedAndAllOthersRead) {
  scripted_server const server{[](std::string const& request) -> scripted_answer {
    auto const offset = asked(request, "offset");
    bool const poison = offset <= 6 && 6 < offset + asked(request, "limit");
    if (poison) return {answer("500 Internal Server Error", "{\"traceback\": \"\"}", as_json)};
    return page_of(14, request);
  }};
  auto const source = open(server);

  auto const all = read_all(*source);

  expect_ids(all, 0, 14, {6});
  EXPECT_EQ(all.at(6).raw(), server.url("/m.json?limit=1&offset=6"));
  EXPECT_NE(all.at(6).detail.find("500"), std::string::npos);
}

TEST_F(PageSource, ASharedGuardThatIsHeldOpenIsLookedAtEachSecond) {
  scripted_server const server{[](std::string const& request) { return page_of(4, request); }};
  guard const shared{"import.page", surroundings{.time = &time, .seed = 1}};
  auto opened = open_page_source(server.url("/m.json"), options, {.shared_guard = shared});
  ASSERT_TRUE(opened) << describe(opened.error());
  record_source& source = **opened;
  record one;
  shared.force_open("the vendor migrates", 10min);

  auto const refusal = source.read(one);

  EXPECT_EQ(refusal.status, read_status::refused);
  EXPECT_EQ(refusal.retry_after, 1s);
  EXPECT_EQ(source.stats().requests, 0U);
  EXPECT_EQ(source.stats().circuit, "forced_open");
  shared.reset("it has migrated");
  EXPECT_EQ(source.read(one).status, read_status::record);
}

TEST_F(PageSource, ATotalOutageIsWaitedOutBehindAnOpenCircuit) {
  int left = 30;
  scripted_server const server{[&](std::string const& request) -> scripted_answer {
    if (asked(request, "offset") >= 4 && left-- > 0) return {"", then::close};
    return page_of(12, request);
  }};
  auto const source = open(server);
  record one;
  for (int i = 0; i < 4; ++i) ASSERT_EQ(source->read(one).status, read_status::record);

  auto const first_refusal = source->read(one);
  std::string const circuit = source->stats().circuit;
  auto const rest = read_all(*source);

  EXPECT_EQ(first_refusal.status, read_status::refused);
  ASSERT_TRUE(first_refusal.seen);
  EXPECT_EQ(first_refusal.seen->category, category::connection);
  EXPECT_EQ(circuit, "open");
  expect_ids(rest, 4, 12);
}

TEST_F(PageSource, AnotherProcessGoesOnAtTheCheckpoint) {
  scripted_server const server{[](std::string const& request) { return page_of(10, request); }};
  auto const first = open(server);
  record one;
  for (int i = 0; i < 3; ++i) ASSERT_EQ(first->read(one).status, read_status::record);
  std::string const checkpoint = first->checkpoint();

  auto const second = open(server);
  bool const resumed = second->resume(checkpoint, 3);

  EXPECT_TRUE(checkpoint.starts_with("offset=3;seen=")) << checkpoint;
  EXPECT_TRUE(resumed);
  EXPECT_EQ(second->checkpoint(), checkpoint);
  expect_ids(read_all(*second), 3, 10);
  EXPECT_EQ(asked(server.requests().at(1).text, "offset"), 3U);
}

TEST_F(PageSource, PagesThatOverlapLoseAndDoubleNothing) {
  int requests = 0;
  scripted_server const server{[&](std::string const& request) {
    return page_of(50, request, ++requests % 2 == 0 ? 3 : 0);
  }};
  auto const source = open(server);

  expect_ids(read_all(*source), 0, 50);
}

TEST_F(PageSource, OverlapsBehindSmallPagesLoseAndDoubleNothing) {
  int requests = 0;
  scripted_server const server{[&](std::string const& request) -> scripted_answer {
    ++requests;
    if (asked(request, "offset") >= 8 && asked(request, "limit") > 1) {
      return {answer("500 Internal Server Error", "")};  // so it is read one by one
    }
    return page_of(20, request, requests % 3 == 0 ? 3 : 0);
  }};
  auto const source = open(server);

  expect_ids(read_all(*source, 2000), 0, 20);
}

TEST_F(PageSource, AnOverlapRightAfterAResumeIsNotTakenForNewRecords) {
  bool overlaps = false;
  scripted_server const server{
      [&](std::string const& request) { return page_of(50, request, overlaps ? 2 : 0); }};
  auto const first = open(server);
  record one;
  for (int i = 0; i < 21; ++i) ASSERT_EQ(first->read(one).status, read_status::record);
  overlaps = true;
  auto const second = open(server);
  ASSERT_TRUE(second->resume(first->checkpoint(), 21));

  expect_ids(read_all(*second), 21, 50);
  EXPECT_EQ(second->stats().failed_requests, 0U);
}

TEST_F(PageSource, ABareOffsetIsACheckpointToo) {
  int requests = 0;
  scripted_server const server{[&](std::string const& request) {
    return page_of(50, request, ++requests % 2 == 1 ? 2 : 0);
  }};
  auto const source = open(server);
  ASSERT_TRUE(source->resume("offset=21", 21));

  expect_ids(read_all(*source), 21, 50);
}

TEST_F(PageSource, AStatedLimitOfNoneLosesNothing) {
  scripted_server const server{[](std::string const& request) -> scripted_answer {
    std::string text = page_of(10, request).bytes;
    text.replace(text.find("\"limit\": ") + 9, 1, "0");  // of one digit, as it was
    return {text};
  }};
  auto const source = open(server);

  expect_ids(read_all(*source), 0, 10);
}

TEST_F(PageSource, AnEmptyPageBringsTheRunBackAtOnce) {
  int requests = 0;
  scripted_server const server{[&](std::string const& request) -> scripted_answer {
    if (++requests == 2) {
      return {answer("200 OK",
                     R"({"molecules": [], "page_meta": {"total_count": 4, "next": null}})",
                     as_json)};
    }
    return page_of(8, request);
  }};
  auto const source = open(server);
  record one;
  for (int i = 0; i < 4; ++i) ASSERT_EQ(source->read(one).status, read_status::record);

  auto const empty = source->read(one);

  EXPECT_EQ(empty.status, read_status::refused);
  EXPECT_EQ(empty.retry_after, duration::zero());
  EXPECT_EQ(server.requests().size(), 2U);
  expect_ids(read_all(*source), 4, 8);
}

TEST_F(PageSource, RecordsBeyondTheLimitAreThoseOfTheNextPage) {
  scripted_server const server{
      [](std::string const& request) { return page_of(50, request, 0, 1); }};
  auto const source = open(server);

  expect_ids(read_all(*source), 0, 50);
}

TEST_F(PageSource, ACheckpointThatDoesNotFitIsRefused) {
  scripted_server const server{[](std::string const& request) { return page_of(10, request); }};
  auto const source = open(server);

  for (auto const* checkpoint : {"", "offset=", "offset=4", "offset=3x", "page=3", "offset=-3",
                                 "offset=3;seen=", "offset=3;", "offset=3;seen=-;",
                                 "offset=3;seen=00c0ffee", "offset=3;met=-"}) {
    EXPECT_FALSE(source->resume(checkpoint, 3)) << checkpoint;
  }
  expect_ids(read_all(*source), 0, 10);
}

TEST_F(PageSource, AWrongAddressStopsWithItsReason) {
  scripted_server const server{std::vector<scripted_answer>{{answer("404 Not Found", "{}")}}};
  auto const source = open(server);
  record one;
  static_cast<void>(source->read(one));

  auto const stopped = source->read(one);

  EXPECT_EQ(stopped.status, read_status::stopped);
  EXPECT_NE(stopped.why.what.find("404"), std::string::npos);
  EXPECT_FALSE(stopped.why.remedy.empty());
  EXPECT_EQ(server.requests().size(), 1U);
}

TEST_F(PageSource, AStopEndsIt) {
  scripted_server const server{[](std::string const& request) { return page_of(10, request); }};
  std::stop_source stop;
  stop.request_stop();
  auto const source =
      open_page_source(server.url("/m.json"), options,
                       {.stop = stop.get_token(), .guard = {.time = &time, .seed = 1}});
  record one;

  EXPECT_EQ((*source)->read(one).status, read_status::stopped);
}

TEST_F(PageSource, AStopDuringABackoffIsNoFailure) {
  std::stop_source stop;
  scripted_server const server{std::vector<scripted_answer>{{answer("500 No", "")}}};
  time.during_sleep([&] { stop.request_stop(); });
  auto const source =
      open_page_source(server.url("/m.json"), options,
                       {.stop = stop.get_token(), .guard = {.time = &time, .seed = 1}});
  record one;

  auto const stopped = (*source)->read(one);

  EXPECT_EQ(stopped.status, read_status::stopped);
  EXPECT_EQ(stopped.why.what, "reading was interrupted");
  EXPECT_EQ(server.requests().size(), 1U);
}

TEST_F(PageSource, EveryDecisionOfItsGuardCanBeHeard) {
  int request_number = 0;
  scripted_server const server{[&](std::string const& request) -> scripted_answer {
    if (++request_number == 1) return {answer("503 Busy", "")};
    return page_of(2, request);
  }};
  std::vector<event_kind> heard;
  auto const source =
      open_page_source(server.url("/m.json"), options,
                       {.guard = {.time = &time, .seed = 1},
                        .on_event = [&](event const& what) { heard.push_back(what.kind); }});

  expect_ids(read_all(**source), 0, 2);

  EXPECT_EQ(heard, (std::vector{event_kind::attempt_failed, event_kind::call_recovered}));
}

std::string identity_of(std::string const& rest) {
  return (*open_page_source("http://" + rest, {}))->identity();
}

TEST(PageSourceIdentity, HasNoPasswordAndNoPage) {
  EXPECT_EQ(identity_of("me:secret@127.0.0.1:1/m.json?limit=5&offset=10"),
            "http://127.0.0.1:1/m.json");
}

TEST(PageSourceIdentity, TellsListingsApartWithoutTheirSecrets) {
  std::string const identity = identity_of("127.0.0.1:1/m.json?only=id&api_key=SECRET");

  EXPECT_EQ(identity.find("SECRET"), std::string::npos);
  EXPECT_EQ(identity, identity_of("127.0.0.1:1/m.json?only=id&limit=5&api_key=OTHER&offset=9"));
  EXPECT_NE(identity, identity_of("127.0.0.1:1/m.json?only=name&api_key=SECRET"));
}

TEST_F(PageSource, NoKeyReachesALostRecord) {
  scripted_server const server{[](std::string const& request) -> scripted_answer {
    bool const poison = asked(request, "offset") == 0;
    return poison ? scripted_answer{answer("500 No", "")} : page_of(2, request);
  }};
  options.page_size = 1;
  auto const opened = open_page_source(server.url("/m.json?api_key=SECRET"), options,
                                       {.guard = {.time = &time, .seed = 1}});

  auto const all = read_all(**opened);

  expect_ids(all, 0, 2, {0});
  EXPECT_EQ(all.at(0).raw(), server.url("/m.json?limit=1&offset=0"));
  EXPECT_EQ(all.at(0).detail.find("SECRET"), std::string::npos);
}

TEST(PageSourceOpening, RefusesWhatCantWork) {
  EXPECT_EQ(open_page_source("ftp://a/", {}).error().what, "not an http or https URL");
  EXPECT_FALSE(open_page_source("http://a/", {.page_size = 0}));
  EXPECT_FALSE(open_page_source("http://a/", {.retry = {.max_attempts = 0}}));
}

}  // namespace
}  // namespace holdfast
