#include "holdfast/chaos/proxy_plan.hpp"

#include "byte_pattern.hpp"
#include "holdfast/config/load.hpp"

#include <algorithm>

namespace holdfast {
namespace {

using kinds = proxy_fault_kind;

int triggers_of(proxy_fault const& fault) {
  return int{fault.at_byte.has_value()} + int{fault.at_age.has_value()} +
         int{!fault.pattern.empty()} + int{!fault.pattern_hex.empty()} +
         int{!fault.message.empty()};
}

bool is_message(std::string const& name) {
  if (name.empty() || name == "startup") return true;
  char const c = name.front();
  return name.size() == 1 &&
         ((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '1' && c <= '3'));
}

void check_pattern(proxy_fault const& fault, std::vector<field_problem>& found) {
  for (auto const& [name, text] :
       {std::pair{"pattern", &fault.pattern}, std::pair{"containing", &fault.containing}}) {
    if (text->size() > max_pattern_bytes) {
      found.push_back({name, "is longer than 256 bytes", "1 to 256 bytes"});
    }
  }
  auto const bytes = bytes_of_hex(fault.pattern_hex);
  bool const empty = !fault.pattern_hex.empty() && bytes && bytes->empty();
  if (!bytes || empty || bytes->size() > max_pattern_bytes) {
    found.push_back({"pattern_hex", "is no row of bytes in hexadecimal digits",
                     "1 to 256 bytes, two digits each, for example 5a 00"});
  }
  if (!is_message(fault.message)) {
    found.push_back({"message", "'" + fault.message + "' is no type of message",
                     "one letter, for example Q for a query, or startup"});
  }
  if (!fault.containing.empty() && fault.message.empty()) {
    found.push_back({"containing", "is given without message",
                     "a message that contains it, or pattern in its place"});
  }
}

/// What a kind of fault can't do without.
void check_needs(proxy_fault const& fault, std::vector<field_problem>& found) {
  bool const delays = fault.delay > duration::zero() || fault.jitter > duration::zero();
  if (delays != (fault.kind == kinds::delay)) {
    found.push_back({"delay", delays ? "is for kind delay alone" : "is missing",
                     "kind: delay with a delay, a jitter or both"});
  }
  if ((fault.bytes_per_second > 0) != (fault.kind == kinds::throttle)) {
    found.push_back({"bytes_per_second",
                     fault.bytes_per_second > 0 ? "is for kind throttle alone" : "is missing",
                     "kind: throttle with 1 .. 1000000000000"});
  }
  bool const by_byte = fault.at_byte || !fault.pattern.empty() || !fault.pattern_hex.empty() ||
                       !fault.message.empty();
  bool const needs_share = fault.kind == kinds::corrupt && !by_byte;
  if ((fault.byte_share > 0) != needs_share) {
    found.push_back({"byte_share",
                     needs_share ? "is missing" : "is for kind corrupt without a place alone",
                     "kind: corrupt with byte_share, or with at_byte, pattern or message"});
  }
}

void check_scope(proxy_fault const& fault, std::vector<field_problem>& found) {
  if (triggers_of(fault) > 1) {
    found.push_back({"kind", "has more than one trigger",
                     "one of at_byte, at_age, pattern, pattern_hex and message"});
  }
  bool const at_connect = fault.kind == kinds::refuse || fault.kind == kinds::black_hole;
  if (at_connect && (triggers_of(fault) > 0 || fault.direction)) {
    found.push_back({"kind", std::string{enum_name(fault.kind)} + " happens at connect",
                     "no trigger and no direction; from and until say when"});
  }
  bool const some = !fault.connections.empty() || fault.share < 1 || fault.times;
  if (fault.kind == kinds::refuse && some) {
    found.push_back({"kind", "refuse meets everybody while its window is open",
                     "kind: reset for some connections, which resets them as they are accepted"});
  }
  bool const of_one = fault.kind == kinds::request_lost || fault.kind == kinds::answer_lost;
  if (of_one && fault.direction == proxy_direction::both) {
    found.push_back({"direction", "a request goes one way", "to_server or to_client"});
  }
  if (fault.affects && fault.kind != kinds::half_open) {
    found.push_back({"affects", "is for kind half_open alone", "direction for other kinds"});
  }
  if (!is_off(fault.until) && fault.until <= fault.from) {
    found.push_back({"until", "is not after from", "a time after from, or off"});
  }
}

bool names_message(proxy_fault const& fault) { return !fault.message.empty(); }

expected<proxy_plan, problems> plan_in(config_node const& tree) {
  if (tree.kind == node_kind::null) return proxy_plan{};  // an empty file: nothing goes wrong
  return load_from<proxy_plan>(tree);
}

}  // namespace

std::vector<field_problem> fields_of<proxy_fault>::contradictions(proxy_fault const& fault) {
  std::vector<field_problem> found;
  check_scope(fault, found);
  check_pattern(fault, found);
  check_needs(fault, found);
  return found;
}

std::vector<field_problem> fields_of<proxy_plan>::contradictions(proxy_plan const& plan) {
  std::vector<field_problem> found;
  if (plan.faults.size() > max_proxy_faults) {
    found.push_back({"faults", "are " + std::to_string(plan.faults.size()), "64 or fewer"});
  }
  if (plan.protocol != proxy_protocol::postgres &&
      std::any_of(plan.faults.begin(), plan.faults.end(), names_message)) {
    found.push_back({"protocol", "a fault names a message, and the protocol is not known",
                     "protocol: postgres"});
  }
  return found;
}

expected<proxy_plan, problems> parse_proxy_plan(std::string_view text, std::string source) {
  return parse_yaml(text, std::move(source)).and_then(plan_in);
}

expected<proxy_plan, problems> read_proxy_plan(std::string const& path) {
  return read_yaml_file(path).and_then(plan_in);
}

}  // namespace holdfast
