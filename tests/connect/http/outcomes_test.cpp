// Real servers drive both clients into everything that the table in docs/http.md tells of. The rows
// are compared to the letter; `connect_http_tests --gtest_filter='*Outcome*'` prints those that
// differ as they should stand there.

#include "connect/http/outcomes/answers.hpp"
#include "connect/http/outcomes/links.hpp"
#include "connect/http/outcomes/outcome.hpp"
#include "connect/http/outcomes/surroundings.hpp"

#include <algorithm>
#include <cctype>
#include <fstream>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include <gtest/gtest.h>

namespace holdfast::testing {
namespace {

/// The rows between the table's markers, without its head.
std::vector<std::string> documented_rows() {
  std::ifstream page{HTTP_PAGE};
  std::vector<std::string> rows;
  bool within = false;
  for (std::string line; std::getline(page, line);) {
    if (line == "<!-- end -->") within = false;
    if (within && line.starts_with("| ") && !line.starts_with("| what happens")) {
      rows.push_back(line);
    }
    if (line.starts_with("<!-- outcomes: ")) within = true;
  }
  return rows;
}

std::vector<condition> all_conditions() {
  std::vector<condition> all;
  for (auto const& some :
       {conditions_of_time(), conditions_of_links(), conditions_of_bodies(),
        conditions_of_headers(), conditions_of_statuses(), conditions_of_refusals(),
        conditions_of_tls(), conditions_of_proxies(), conditions_of_requests()}) {
    all.insert(all.end(), some.begin(), some.end());
  }
  return all;
}

using met_condition = std::tuple<manner, condition>;

/// "AChunkedBodyCutBlocking" of "a chunked body cut".
std::string name_of_test(::testing::TestParamInfo<met_condition> const& made) {
  std::string name;
  bool begins = true;
  for (char const c : std::get<condition>(made.param).what) {
    bool const plain = std::isalnum(static_cast<unsigned char>(c)) != 0;
    if (plain) {
      name += begins ? static_cast<char>(std::toupper(static_cast<unsigned char>(c))) : c;
    }
    begins = !plain;
  }
  bool const blocking = std::get<manner>(made.param) == manner::blocking;
  return name + (blocking ? "Blocking" : "InACoroutine");
}

class HttpOutcome : public ::testing::TestWithParam<met_condition> {
 protected:
  void SetUp() override { current_manner = std::get<manner>(GetParam()); }
  void TearDown() override { current_manner = manner::blocking; }
};

TEST_P(HttpOutcome, IsJudgedAsTheDocsSay) {
  auto const& met = std::get<condition>(GetParam());

  outcome const seen = met.meet();

  std::string const row = row_of(met, seen);
  auto const rows = documented_rows();
  EXPECT_NE(std::ranges::find(rows, row), rows.end())
      << "not in docs/http.md: " << row << '\n'
      << (seen.result ? "" : describe(seen.result.error()));
}

INSTANTIATE_TEST_SUITE_P(All, HttpOutcome,
                         ::testing::Combine(::testing::Values(manner::blocking,
                                                              manner::in_a_coroutine),
                                            ::testing::ValuesIn(all_conditions())),
                         name_of_test);

TEST(HttpOutcomes, TheDocsTellOfEachOnce) {
  auto const rows = documented_rows();
  std::set<std::string> told;
  for (std::string const& row : rows) told.insert(row.substr(0, row.find(" |", 1) + 2));

  EXPECT_EQ(told.size(), rows.size());
  std::set<std::string> met;
  for (condition const& each : all_conditions()) met.insert("| " + each.what + " |");
  EXPECT_EQ(told, met);
}

}  // namespace
}  // namespace holdfast::testing
