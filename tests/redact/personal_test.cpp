#include "redact/taken.hpp"

#include <array>

namespace holdfast {
namespace {

TEST(PersonalData, GoesWhereItIsAskedFor) {
  expect_cases(std::to_array<redaction_case>({
                   {"mail to jane.roe+x@mail.example. Bounced", "mail to ~. Bounced"},
                   {"to%20jane%40x.example%20now", "to%20~%20now"},
                   {"card 4111111111111111 declined", "card ~ declined"},
                   {"card 4111 1111 1111 1111, exp 12/29", "card ~, exp 12/29"},
                   {"card%204111-1111-1111-1111%20x", "card%20~%20x"},
                   {"caller +1 202 555 0143 hung up", "caller ~ hung up"},
                   {"tel:+1 (202) 555-0143", "tel:~"},
                   {"tel=%2B12025550143&x", "tel=~&x"},
               }),
               redactor{{.personal = true}});
}

TEST(PersonalData, OtherNumbersStay) {
  expect_unchanged(std::to_array<std::string_view>({
                       "card 4111111111111112 fails the check",
                       "2026-11-22T02:03:00.123456Z pid=41011 port=5432 size=20261122020300",
                       "run 6f1c1d2e-8a55-4c1e-9b7a-6b86b273ff34 +5 -3 a+b 1+1",
                       "@decorator user@host a@b. 10.1.2.3:5432 2345678901234567",
                       "trace_id=4111111111111111aa",
                   }),
                   redactor{{.personal = true}});
}

}  // namespace
}  // namespace holdfast
