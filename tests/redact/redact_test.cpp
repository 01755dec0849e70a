#include "holdfast/redact/redact.hpp"

#include "redact/taken.hpp"

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include <sys/wait.h>
#include <unistd.h>

namespace holdfast {
namespace {

/// Forgets the secrets of the process at the end of each test.
class Redact : public testing::Test {
 protected:
  void TearDown() override { forget_secrets(); }
};

std::string before_main = redacted("password=tr0ub4dor");

TEST_F(Redact, WorksBeforeMain) { EXPECT_EQ(before_main, with_marks("password=~")); }

TEST_F(Redact, ACleanTextIsReturnedItself) {
  std::string changed;
  std::string_view const text = "connection refused";

  EXPECT_EQ(redact(text, changed).data(), text.data());
  EXPECT_EQ(changed.capacity(), std::string{}.capacity());
}

TEST_F(Redact, WhatTheProcessKeepsSecretIsTaken) {
  EXPECT_TRUE(keep_secret("correct horse"));
  EXPECT_TRUE(keep_secret("battery staple"));
  EXPECT_TRUE(keep_secret("correct horse"));

  EXPECT_EQ(redacted("a correct horse, a battery staple"), with_marks("a ~, a ~"));
  EXPECT_EQ(redacted("a correct hor", text_end::cut), with_marks("a ~"));

  forget_secrets();
  EXPECT_EQ(redacted("a correct horse"), "a correct horse");
}

TEST_F(Redact, ShortSecretsAndTooManyAreRefused) {
  EXPECT_FALSE(keep_secret("short"));
  EXPECT_FALSE(keep_secret(std::string(16 * 1024 + 1, 'x')));
  for (int i = 0; i < 256; ++i) ASSERT_TRUE(keep_secret("number " + std::to_string(i)));
  EXPECT_FALSE(keep_secret("one more"));
  EXPECT_TRUE(keep_secret("number 7"));
}

TEST_F(Redact, ATextOfBoundedLengthStaysOne) {
  fixed_text<40> const whole{"login postgres://u:tr0ub4dor@db"};
  fixed_text<40> const full{"can't connect to postgres://someone:tr0ub4dor@db"};

  EXPECT_EQ(redacted(whole), with_marks("login postgres://u:~@db"));
  EXPECT_EQ(redacted(full), with_marks("can't connect to postgres://someone:~").substr(0, 40));
}

TEST_F(Redact, ReadersNeverWaitForThoseWhoAdd) {
  std::atomic<bool> done{false};
  std::atomic<int> wrong{0};
  std::vector<std::thread> readers;
  for (int i = 0; i < 2; ++i) {
    readers.emplace_back([&] {
      while (!done) {
        if (redacted("password=tr0ub4dor") != with_marks("password=~")) ++wrong;
      }
    });
  }
  std::thread second_writer{[] {
    for (int i = 0; i < 40; ++i) EXPECT_TRUE(keep_secret("second " + std::to_string(i)));
  }};
  for (int i = 0; i < 40; ++i) EXPECT_TRUE(keep_secret("first " + std::to_string(i)));
  second_writer.join();
  done = true;
  for (std::thread& each : readers) each.join();

  EXPECT_EQ(wrong, 0);
  EXPECT_EQ(redacted("first 39 second 39"), with_marks("~ ~"));
}

TEST_F(Redact, WorksInTheChildOfAFork) {
  ASSERT_TRUE(keep_secret("correct horse"));
  pid_t const child = fork();
  if (child == 0) {
    bool const kept = keep_secret("battery staple");
    bool const taken = redacted("correct horse battery staple") == with_marks("~ ~");
    _exit(kept && taken ? 0 : 1);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);

  EXPECT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

}  // namespace
}  // namespace holdfast
