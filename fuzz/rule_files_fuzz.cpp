// Any bytes as a file of rules, and any failure: a bad file is refused with its problems, and a
// good one can't take away a doubt or promise a wait that nobody keeps.

#include "holdfast/base/contract.hpp"
#include "holdfast/base/failure_names.hpp"
#include "holdfast/classify/rules/rule_set.hpp"
#include "holdfast/config/load.hpp"
#include "target.hpp"

#include <algorithm>
#include <string>

namespace {

using namespace holdfast;

/// Takes one value after the other from the front of the bytes; zeros where they have ended.
class byte_reader {
 public:
  explicit byte_reader(std::string_view bytes) : rest_{bytes} {}

  template <class Enum>
  Enum one_of() {
    auto const& table = names_of<Enum>::table;
    return table[byte() % table.size()].value;
  }

  unsigned byte() {
    if (rest_.empty()) return 0;
    auto const value = static_cast<unsigned char>(rest_.front());
    rest_.remove_prefix(1);
    return value;
  }

  std::string_view text(std::size_t size) {
    std::string_view const taken = rest_.substr(0, size);
    rest_.remove_prefix(taken.size());
    return taken;
  }

 private:
  std::string_view rest_;
};

failure failure_from(std::string_view bytes) {
  byte_reader from{bytes};
  failure seen;
  seen.category = from.one_of<category>();
  seen.severity = from.one_of<severity>();
  seen.fault = from.one_of<fault>();
  seen.advice = from.one_of<advice>();
  seen.poisoned = from.one_of<poisoned>();
  seen.code.kind = from.one_of<code_kind>();
  if (unsigned const wait = from.byte(); wait > 0) seen.retry_after = std::chrono::seconds{wait};
  seen.code.value = from.text(5);
  seen.text = from.text(120);
  return seen;
}

expected<rule_set, std::string> rules_in(std::string_view file) {
  // Small limits: what is looked for are the rules, not the depths of YAML.
  auto const read = parse_yaml(file, "fuzz", {.bytes = 4096, .nodes = 400, .depth = 8})
                        .and_then(load_from<classification_rules>);
  if (!read) return unexpected{describe(read.error())};
  auto made = rule_set::make(*read);
  expects(made.has_value(), "what was read from a file can be made ready");
  return std::move(*made);
}

void check_verdict(failure const& seen, failure const& judged) {
  expects(judged.code == seen.code && judged.text == seen.text, "a rule changes no fact");
  expects(judged.poisoned == seen.poisoned, "nor what must not be used any more");
  if (seen.advice == advice::resolve_first) {
    expects(judged.advice == seen.advice && judged.category == seen.category, "a doubt stays one");
  }
  bool const changed = !(judged == seen);
  if (changed && judged.advice == advice::never) {
    expects(!judged.retry_after, "what is never repeated has no wait");
  }
}

}  // namespace

/// The file, a NUL, and the failure.
extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  std::string_view const bytes{reinterpret_cast<char const*>(data), size};
  std::size_t const border = std::min(bytes.find('\0'), bytes.size());
  failure const seen = failure_from(bytes.substr(std::min(border + 1, bytes.size())));
  auto const rules = rules_in(bytes.substr(0, border));
  if (!rules) {
    expects(!rules.error().empty(), "a refused file is told why");
    return 0;
  }
  failure const judged = rules->apply(seen);
  check_verdict(seen, judged);
  expects(rules->apply(seen) == judged, "the same failure is judged the same way");
  return 0;
}
