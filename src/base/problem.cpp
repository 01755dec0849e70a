#include "holdfast/base/problem.hpp"

namespace holdfast {

std::string describe(problem const& found) {
  std::string text = found.where.source;
  if (found.where.line != 0) text += ":" + std::to_string(found.where.line);
  if (found.where.column != 0) text += ":" + std::to_string(found.where.column);
  if (!text.empty()) text += "  ";
  text += found.what;
  if (!found.remedy.empty()) text += "\n    " + found.remedy;
  return text;
}

std::string describe(problems const& found) {
  std::string text;
  for (problem const& each : found) {
    if (!text.empty()) text += "\n";
    text += describe(each);
  }
  return text;
}

}  // namespace holdfast
