#pragma once

#include <gtest/gtest.h>

/// Begins a test that forks while other threads run.
#if defined(__SANITIZE_THREAD__)
#define HOLDFAST_NEEDS_FORK GTEST_SKIP() << "ThreadSanitizer follows no child of several threads"
#else
#define HOLDFAST_NEEDS_FORK static_cast<void>(0)
#endif
