#include "redact/known_values.hpp"
#include "redact/secret_forms.hpp"
#include "redact/taken.hpp"

#include <array>

#include <gmock/gmock.h>

namespace holdfast {
namespace {

using redact_detail::forms_of;
using testing::Contains;
using testing::IsEmpty;

TEST(KnownSecrets, GoInEveryUsualEncoding) {
  redactor const by{{}, std::array<std::string_view, 1>{"pa ss/w\"o'rd+"}};
  expect_cases(std::to_array<redaction_case>({
                   {"it is pa ss/w\"o'rd+ here", "it is ~ here"},
                   {"?x=pa%20ss%2Fw%22o%27rd%2B&y", "?x=~&y"},
                   {"?x=pa%20ss%2fw%22o%27rd%2b&y", "?x=~&y"},
                   {"?x=pa+ss%2Fw%22o%27rd%2B&y", "?x=~&y"},
                   {R"({"x":"pa ss/w\"o'rd+"})", R"({"x":"~"})"},
                   {R"({"x":"pa ss\/w\"o'rd+"})", R"({"x":"~"})"},
                   {R"({"x":"{\"y\":\"pa ss/w\\\"o'rd+\"}"})", R"({"x":"{\"y\":\"~\"}"})"},
                   {R"({"x":"pa ss/w\"o\u0027rd\u002b"})", R"({"x":"~"})"},
                   {"'pa ss/w\"o''rd+'", "'~'"},
                   {"pa%2520ss%252Fw%2522o%2527rd%252B", "~"},
               }),
               by);
}

TEST(KnownSecrets, GoAsOtherLanguagesWriteThem) {
  redactor const by{{}, std::array<std::string_view, 1>{"p\xC3\xA4ss<\"'\xF0\x9F\x94\x91"}};
  expect_cases(std::to_array<redaction_case>({
                   {R"({"x":"p\u00e4ss<\"'\ud83d\udd11"})", R"({"x":"~"})"},
                   {R"({"x":"p\u00E4ss<\"'\uD83D\uDD11"})", R"({"x":"~"})"},
                   {"b p\\xc3\\xa4ss<\"'\\xf0\\x9f\\x94\\x91 y", "b ~ y"},
                   {"<b>p\xC3\xA4ss&lt;&quot;&#39;\xF0\x9F\x94\x91</b>", "<b>~</b>"},
                   {"<b>p\xC3\xA4ss&lt;&quot;&apos;\xF0\x9F\x94\x91</b>", "<b>~</b>"},
                   {"\\x70c3a473733c2227f09f9491 y", "\\x~ y"},
                   {"a,\"p\xC3\xA4ss<\"\"'\xF0\x9F\x94\x91\",b", "a,\"~\",b"},
               }),
               by);
}

TEST(KnownSecrets, GoInBase64AloneAndWithNeighbours) {
  redactor const by{{}, std::array<std::string_view, 1>{"correct horse"}};

  EXPECT_EQ(by.redact("b64 Y29ycmVjdCBob3JzZQ=="), with_marks("b64 ~Q=="));
  EXPECT_EQ(by.redact("basic Ym9iOmNvcnJlY3QgaG9yc2U="), with_marks("basic Ym9iOm~U="));
}

TEST(KnownSecrets, AreFoundWhereTheyOverlap) {
  redactor const by{{}, std::array<std::string_view, 3>{"abcdefg", "efghijk", "fghijklmn"}};

  EXPECT_EQ(by.redact("xabcdefghijklmnx abcdefhijk"), with_marks("x~x abcdefhijk"));
}

TEST(KnownSecrets, AMarkIsNeverPartOfOne) {
  redactor const by{{}, std::array<std::string_view, 2>{"redacted", "d]tail"}};

  EXPECT_EQ(by.redact("a [redacted]tail redacted"), with_marks("a ~tail ~"));
}

TEST(KnownSecrets, ShortOnesAndThoseBeyondTheBoundsAreLeftOut) {
  std::vector<std::string> const texts(redactor::most_secrets + 10, "correct horse");
  std::vector<std::string_view> many{texts.begin(), texts.end()};
  std::string const large(redactor::most_secret_bytes, 'x');

  EXPECT_EQ((redactor{{}, many}.secrets_kept()), redactor::most_secrets);
  EXPECT_EQ((redactor{{}, std::array<std::string_view, 2>{"short", "longer"}}.secrets_kept()), 1U);
  EXPECT_EQ((redactor{{}, std::array<std::string_view, 2>{large, "longer"}}.secrets_kept()), 1U);
}

TEST(KnownSecrets, FormsAreDistinctAndNeverShort) {
  auto const forms = forms_of("abcdef");

  EXPECT_THAT(forms, Contains("abcdef"));
  EXPECT_THAT(forms, Contains("YWJjZGVm"));
  EXPECT_THAT(forms_of("abc"), IsEmpty());
  EXPECT_EQ(std::ranges::count(forms, "abcdef"), 1);
}

}  // namespace
}  // namespace holdfast
