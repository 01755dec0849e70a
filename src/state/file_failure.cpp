#include "holdfast/state/file_failure.hpp"

#include "holdfast/classify/errno.hpp"

namespace holdfast {

std::string_view remedy_of_store(category kind) noexcept {
  switch (kind) {
    case category::resource: return "make room on the disk";
    case category::permission: return "make file and folder writable";
    case category::not_found: return "make the folder";
    case category::configuration: return "folder and file must be there and writable";
    case category::corruption: return "load sets it aside";
    default: return {};
  }
}

failure file_failure(int number, std::string_view doing, std::string const& path) {
  failure seen = classify_errno(number, phase::not_sent);
  std::string text{remedy_of_store(seen.category)};
  if (text.empty()) text = seen.text.view();
  text.append(": can't ").append(doing).append(" ").append(path);
  seen.text = std::string_view{text};
  return seen;
}

}  // namespace holdfast
