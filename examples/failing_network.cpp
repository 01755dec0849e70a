#include <holdfast/chaos/proxy.hpp>

#include <cstdio>

int main() {
  auto const plan = holdfast::parse_proxy_plan(
      "faults: [{kind: cut, direction: to_client, at_byte: 100, connections: [1]}]", "plan");
  if (!plan) return 1;
  auto proxy = holdfast::chaos_proxy::open({.to = "127.0.0.1:5432", .seed = 7}, *plan);
  if (!proxy) return 1;

  // Let the code under test connect to proxy->address(), for example "127.0.0.1:45123".

  auto const added = proxy->add_text("faults: [{kind: half_open}]");  // or add(proxy_fault)
  proxy->clear();
  proxy->end_all(holdfast::proxy_fault_kind::reset);
  bool const struck = proxy->stats().count(holdfast::proxy_fault_kind::cut) > 0;
  std::puts(added && !struck ? "nobody has connected, so nothing was cut" : "something was cut");
}
