#include "importer/page_plan.hpp"

#include "holdfast/classify/curl.hpp"
#include "holdfast/classify/http.hpp"

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace holdfast {
namespace {

constexpr char const* base = "http://api.example/molecule.json";

/// A listing whose records are numbers, as a plan sees it.
struct listing {
  std::uint64_t total = 0;
  std::uint64_t most_at_once = 1000;
  std::set<std::uint64_t> poison{};
  std::string next_prefix = "/molecule.json?offset=";
  bool tells_next = true;
  bool tells_total = true;
  /// Asked before each answer; a failure here stands for an outage.
  std::function<std::optional<failure>(ask_page const&)> trouble = [](ask_page const&) {
    return std::nullopt;
  };

  [[nodiscard]] expected<page_body, failure> answer(ask_page const& asked) const {
    if (auto const down = trouble(asked)) return unexpected(*down);
    page_body page;
    std::uint64_t const limit = std::min(asked.limit, most_at_once);
    for (std::uint64_t at = asked.offset; at < std::min(asked.offset + limit, total); ++at) {
      if (poison.contains(at)) return unexpected(classify_http(500));
      page.records.emplace_back(at, 1);
    }
    page.meta = {.offset = asked.offset, .limit = limit};
    if (tells_total) page.meta.total_count = total;
    if (tells_next && asked.offset + limit < total) {
      page.meta.next = next_prefix + std::to_string(asked.offset + limit);
    }
    return page;
  }
};

/// What a plan did with a listing, from its beginning to its end.
struct dialogue {
  std::vector<std::uint64_t> read{};
  std::vector<std::uint64_t> given_up{};
  std::vector<std::string> asked{};
  std::optional<stop_paging> stopped{};
};

std::string shown(ask_page const& asked) {
  std::string const range = std::to_string(asked.offset) + "+" + std::to_string(asked.limit);
  return asked.purpose == page_purpose::probe ? "probe " + range : range;
}

dialogue play(page_plan& plan, listing const& with, int most_steps = 5000) {
  dialogue told;
  for (int i = 0; i < most_steps; ++i) {
    page_step const step = plan.next();
    if (std::holds_alternative<no_more_pages>(step)) return told;
    if (auto const* stop = std::get_if<stop_paging>(&step)) {
      told.stopped = *stop;
      return told;
    }
    if (auto const* lost = std::get_if<give_up_record>(&step)) {
      told.given_up.push_back(lost->offset);
      plan.on_given_up();
      continue;
    }
    auto const& ask = std::get<ask_page>(step);
    told.asked.push_back(shown(ask));
    auto came = with.answer(ask);
    if (came) {
      if (auto const complaint = plan.complaint_about(ask, *came)) came = unexpected(*complaint);
    }
    if (!came) {
      plan.on_failure(ask, came.error());
      continue;
    }
    plan.on_page(ask, *came);
    if (ask.purpose == page_purpose::probe) continue;
    for (auto const& record : came->records) told.read.push_back(record.first);
  }
  ADD_FAILURE() << "the plan did not come to an end";
  return told;
}

std::vector<std::uint64_t> numbers(std::uint64_t from, std::uint64_t to) {
  std::vector<std::uint64_t> all;
  for (std::uint64_t i = from; i < to; ++i) all.push_back(i);
  return all;
}

using asks = std::vector<std::string>;

TEST(PagePlan, ReadsPageByPageToTheEnd) {
  page_plan plan{base, 20};

  auto const told = play(plan, {.total = 45});

  EXPECT_EQ(told.asked, (asks{"0+20", "20+20", "40+20"}));
  EXPECT_EQ(told.read, numbers(0, 45));
  EXPECT_EQ(plan.total(), 45U);
}

TEST(PagePlan, AnEmptyListingEndsAtOnce) {
  page_plan plan{base, 20};

  EXPECT_EQ(play(plan, {.total = 0}).asked, (asks{"0+20"}));
}

TEST(PagePlan, LimitAndOffsetOfTheUrlAreTaken) {
  page_plan plan{std::string{base} + "?limit=7&offset=10&order_by=id", 20};

  auto const first = std::get<ask_page>(plan.next());
  auto const told = play(plan, {.total = 20});

  EXPECT_EQ(first.url, std::string{base} + "?limit=7&offset=10&order_by=id");
  EXPECT_EQ(told.asked, (asks{"10+7", "17+7"}));
  EXPECT_EQ(told.read, numbers(10, 20));
}

TEST(PagePlan, ALimitThatTheServiceCutsIsTakenOverAndALargerOneTriedAgain) {
  page_plan plan{base, 5000};

  auto const told = play(plan, {.total = 45, .most_at_once = 20});

  EXPECT_EQ(told.asked, (asks{"0+5000", "20+20", "40+40"}));
  EXPECT_EQ(told.read, numbers(0, 45));
}

TEST(PagePlan, WithoutANextItGoesOnByOffset) {
  page_plan plan{base, 20};

  EXPECT_EQ(play(plan, {.total = 45, .tells_next = false}).read, numbers(0, 45));
}

TEST(PagePlan, ATotalThatIsTooSmallForOnceDoesNotEndTheListing) {
  page_plan plan{base, 20};
  listing honest{.total = 45};
  auto first = std::get<ask_page>(plan.next());
  auto page = *honest.answer(first);
  page.meta.total_count = 20;
  plan.on_page(first, page);

  EXPECT_EQ(play(plan, honest).read, numbers(20, 45));
}

TEST(PagePlan, WithoutATotalNextLeads) {
  page_plan plan{base, 20};

  EXPECT_EQ(play(plan, {.total = 45, .tells_total = false}).read, numbers(0, 45));
}

TEST(PagePlan, ANextIsNeverFollowedAndThePasswordAndKeyOfTheUrlAreKept) {
  std::string const secret = "http://me:pass@api.example/molecule.json?key=k";
  for (auto const* prefix : {"http://api.example/molecule.json?offset=", "?release=35&offset=",
                             "http://evil.example/?offset=", "file:///etc/passwd?offset="}) {
    page_plan plan{secret, 20};
    listing const lured{.total = 40, .next_prefix = prefix};
    auto const first = std::get<ask_page>(plan.next());
    plan.on_page(first, *lured.answer(first));

    EXPECT_EQ(std::get<ask_page>(plan.next()).url, secret + "&limit=20&offset=20");
  }
}

TEST(PagePlan, APageThatClaimsTheEndTooEarlyDoesNotEndTheListing) {
  page_plan plan{base, 20};
  listing const honest{.total = 65};
  auto const first = std::get<ask_page>(plan.next());
  plan.on_page(first, *honest.answer(first));
  auto const second = std::get<ask_page>(plan.next());
  auto lie = *honest.answer(second);
  lie.meta.total_count = 40;
  lie.meta.next.clear();
  plan.on_page(second, lie);

  EXPECT_EQ(play(plan, honest).read, numbers(40, 65));
}

TEST(PagePlan, AnEmptyPageThatClaimsTheEndTooEarlyDoesNotEndTheListing) {
  page_plan plan{base, 20};
  listing const honest{.total = 45};
  auto const first = std::get<ask_page>(plan.next());
  plan.on_page(first, *honest.answer(first));
  auto const second = std::get<ask_page>(plan.next());
  plan.on_page(second, {.meta = {.offset = 20, .limit = 20, .total_count = 20}});

  EXPECT_EQ(play(plan, honest).read, numbers(20, 45));
}

TEST(PagePlan, AListingThatShrinksEndsAtASecondAndEmptyPage) {
  page_plan plan{base, 20};
  listing shrinking{.total = 45};
  auto const first = std::get<ask_page>(plan.next());
  plan.on_page(first, *shrinking.answer(first));
  shrinking.total = 30;

  auto const told = play(plan, shrinking);

  EXPECT_EQ(told.asked, (asks{"20+20", "30+20"}));
  EXPECT_EQ(told.read, numbers(20, 30));
  EXPECT_FALSE(told.stopped);
}

TEST(PagePlan, ANextThatDoesNotAdvanceIsNoLoop) {
  page_plan plan{base, 20};

  auto const told = play(plan, {.total = 45, .next_prefix = "/molecule.json?offset=0&x="});

  EXPECT_EQ(told.read, numbers(0, 45));
}

TEST(PagePlan, ATotalThatGrowsIsObeyed) {
  page_plan plan{base, 20};
  listing growing{.total = 30};
  auto const first = std::get<ask_page>(plan.next());
  plan.on_page(first, *growing.answer(first));
  growing.total = 50;

  auto const told = play(plan, growing);

  EXPECT_EQ(told.read, numbers(20, 50));
}

TEST(PagePlan, APageThatIsNotWhatWasAskedForIsAFailure) {
  page_plan const plan{base, 20};
  auto const ask = std::get<ask_page>(plan.next());
  page_body short_page{.meta = {.offset = 0, .limit = 20, .total_count = 45}};
  page_body other_page{.meta = {.offset = 20, .limit = 20, .total_count = 45}};

  auto const few = plan.complaint_about(ask, short_page);
  auto const other = plan.complaint_about(ask, other_page);

  ASSERT_TRUE(few);
  EXPECT_EQ(few->text.view(), "the page holds 0 records and should hold 20");
  EXPECT_EQ(few->fault, fault::dependency);
  ASSERT_TRUE(other);
  EXPECT_EQ(other->text.view(), "the page is that of offset 20, not of 0");
}

TEST(PagePlan, APoisonRecordIsCornered) {
  page_plan plan{base, 20};

  auto const told = play(plan, {.total = 60, .poison = {27}});

  EXPECT_EQ(told.given_up, (std::vector<std::uint64_t>{27}));
  auto expected = numbers(0, 60);
  std::erase(expected, 27U);
  EXPECT_EQ(told.read, expected);
  EXPECT_EQ(told.asked[1], "20+20");
  EXPECT_EQ(told.asked[2], "probe 40+1");
  EXPECT_EQ(told.asked[3], "20+10");
  EXPECT_EQ(told.asked[5], "20+5");
  EXPECT_EQ(told.asked.back(), "59+20");
}

TEST(PagePlan, TheUrlOfAGivenUpRecordIsItsOwn) {
  page_plan plan{std::string{base} + "?limit=1", 20};
  listing const lost{.total = 3, .poison = {0}};
  page_step step = plan.next();
  while (auto const* ask = std::get_if<ask_page>(&step)) {
    if (auto const came = lost.answer(*ask)) {
      plan.on_page(*ask, *came);
    } else {
      plan.on_failure(*ask, came.error());
    }
    step = plan.next();
  }

  auto const& record = std::get<give_up_record>(step);
  EXPECT_EQ(record.url, std::string{base} + "?limit=1&offset=0");
  EXPECT_EQ(record.seen.code.value.view(), "500");
}

TEST(PagePlan, AnOutageSplitsNothing) {
  page_plan plan{base, 20};
  int left = 12;
  listing const down{.total = 45, .trouble = [&](ask_page const&) -> std::optional<failure> {
                       if (left-- > 0) return classify_http(503);
                       return std::nullopt;
                     }};

  auto const told = play(plan, down);

  EXPECT_EQ(told.read, numbers(0, 45));
  EXPECT_TRUE(told.given_up.empty());
  for (std::size_t i = 0; i < 12; i += 2) {
    EXPECT_EQ(told.asked[i], "0+20");
    EXPECT_TRUE(told.asked[i + 1].starts_with("probe"));
  }
}

TEST(PagePlan, ARecordThatFailsNowAndThenIsNotGivenUp) {
  page_plan plan{base, 1};
  int failures = page_plan::rounds_to_give_up - 1;
  listing const flaky{
      .total = 3, .trouble = [&](ask_page const& asked) -> std::optional<failure> {
        if (asked.offset == 1 && asked.purpose != page_purpose::probe && failures-- > 0) {
          return classify_http(500);
        }
        return std::nullopt;
      }};

  auto const told = play(plan, flaky);

  EXPECT_EQ(told.read, numbers(0, 3));
  EXPECT_TRUE(told.given_up.empty());
}

TEST(PagePlan, AThrottledServiceIsAskedForTheSameAgain) {
  page_plan plan{base, 20};
  int left = 3;
  listing const busy{.total = 20, .trouble = [&](ask_page const&) -> std::optional<failure> {
                       if (left-- > 0) return classify_http(429);
                       return std::nullopt;
                     }};

  EXPECT_EQ(play(plan, busy).asked, (asks{"0+20", "0+20", "0+20", "0+20"}));
}

TEST(PagePlan, APageThatIsTooLargeIsSplitWithoutAProbe) {
  page_plan plan{base, 20};
  listing const wide{.total = 20, .trouble = [](ask_page const& asked) -> std::optional<failure> {
                       if (asked.limit > 5) return classify_curl(63, phase::sent);
                       return std::nullopt;
                     }};

  auto const told = play(plan, wide);

  EXPECT_EQ(told.read, numbers(0, 20));
  EXPECT_EQ(told.asked[0], "0+20");
  EXPECT_EQ(told.asked[1], "0+10");
  EXPECT_EQ(told.asked[2], "0+5");
}

TEST(PagePlan, AWrongRequestStops) {
  for (int const status : {400, 401, 403, 404, 501}) {
    page_plan plan{base, 20};
    listing const wrong{.total = 9, .trouble = [&](ask_page const&) -> std::optional<failure> {
                          return classify_http(status);
                        }};

    auto const told = play(plan, wrong);

    ASSERT_TRUE(told.stopped) << status;
    EXPECT_EQ(told.asked.size(), 1U);
    EXPECT_NE(told.stopped->what.find(std::to_string(status)), std::string::npos);
  }
}

TEST(PagePlan, JsonOfAnotherShapeStopsOnlyAtTheFirstPage) {
  failure other;
  other.category = category::data;
  other.text = "the page has no page_meta";
  page_plan fresh{base, 20};
  page_plan later{base, 20};
  auto const first = std::get<ask_page>(later.next());
  later.on_page(first, *listing{.total = 45}.answer(first));

  fresh.on_failure(std::get<ask_page>(fresh.next()), other);
  later.on_failure(std::get<ask_page>(later.next()), other);

  EXPECT_TRUE(std::holds_alternative<stop_paging>(fresh.next()));
  EXPECT_TRUE(std::holds_alternative<ask_page>(later.next()));
}

TEST(PagePlan, AListingShorterThanItSaysStopsAfterTwentyRecords) {
  page_plan plan{base, 20};
  listing const short_one{
      .total = 100, .trouble = [](ask_page const& asked) -> std::optional<failure> {
        if (asked.offset + asked.limit > 40 && asked.purpose != page_purpose::probe) {
          return classify_http(500);
        }
        return std::nullopt;
      }};

  auto const told = play(plan, short_one);

  EXPECT_EQ(told.read, numbers(0, 40));
  EXPECT_EQ(told.given_up, numbers(40, 60));
  ASSERT_TRUE(told.stopped);
}

TEST(PagePlan, StartsWhereItIsTold) {
  page_plan plan{base, 20};
  plan.start_at(30);

  EXPECT_EQ(play(plan, {.total = 45}).read, numbers(30, 45));
}

TEST(PagePlan, EveryRecordIsReadOnceOrGivenUpWhateverTheServiceDoes) {
  rc::check([] {
    listing odd{.total = *rc::gen::inRange<std::uint64_t>(0, 80),
                .most_at_once = *rc::gen::inRange<std::uint64_t>(1, 40)};
    odd.tells_next = *rc::gen::arbitrary<bool>();
    odd.poison =
        *rc::gen::container<std::set<std::uint64_t>>(rc::gen::inRange<std::uint64_t>(0, 80));
    while (odd.poison.size() > 6) odd.poison.erase(odd.poison.begin());
    // An outage of some requests, somewhere.
    int const from = *rc::gen::inRange(0, 30);
    int const to = from + *rc::gen::inRange(0, 12);
    int request = 0;
    odd.trouble = [&](ask_page const&) -> std::optional<failure> {
      ++request;
      if (request > from && request <= to) return classify_http(502);
      return std::nullopt;
    };
    page_plan plan{base, *rc::gen::inRange<std::uint64_t>(1, 50)};

    auto const told = play(plan, odd);

    std::set<std::uint64_t> const lost{told.given_up.begin(), told.given_up.end()};
    std::vector<std::uint64_t> wanted;
    for (std::uint64_t at = 0; at < odd.total; ++at) {
      if (!odd.poison.contains(at)) wanted.push_back(at);
    }
    std::erase_if(odd.poison, [&](std::uint64_t at) { return at >= odd.total; });
    RC_ASSERT(told.read == wanted);
    RC_ASSERT(lost == odd.poison);
  });
}

}  // namespace
}  // namespace holdfast
