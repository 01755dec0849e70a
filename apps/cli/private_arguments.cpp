#include "private_arguments.hpp"

#include "holdfast/redact/redact.hpp"

#include <algorithm>
#include <cstring>

namespace holdfast::cli {
namespace {

/// In its own memory, which the kernel shows: what has no room there is cut.
void overwrite(char* shown, std::string const& text) {
  std::size_t const length = std::strlen(shown);
  std::size_t const kept = std::min(length, text.size());
  std::fill_n(std::copy_n(text.data(), kept, shown), length - kept, '\0');
}

}  // namespace

private_arguments::private_arguments(int argc, char** argv) : texts_(argv, argv + argc) {
  pointers_.reserve(texts_.size() + 1);
  for (std::string& each : texts_) pointers_.push_back(each.data());
  pointers_.push_back(nullptr);
  for (int i = 1; i < argc; ++i) {
    // With the option before it, by which it may be known.
    std::string const before = std::string{argv[i - 1]} + " ";
    std::string const alone = redacted(texts_[static_cast<std::size_t>(i)]);
    std::string const together = redacted(before + texts_[static_cast<std::size_t>(i)]);
    bool const by_option = together.starts_with(before) && together.size() >= before.size();
    std::string const shown = redacted(by_option ? together.substr(before.size()) : alone);
    if (shown != argv[i]) overwrite(argv[i], shown);
  }
}

}  // namespace holdfast::cli
