#pragma once

#include <string>

#include <re2/re2.h>

namespace holdfast::rules_detail {

/// How every pattern is read: UTF-8, silent about errors, bounded in memory.
inline re2::RE2::Options pattern_options() {
  re2::RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(256 << 10);
  return options;
}

}  // namespace holdfast::rules_detail
