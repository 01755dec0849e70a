// What a retry costs in the budgets of its call and of those around it.
#include "holdfast/drive/guarded_call.hpp"

namespace holdfast {
namespace {

/// The call and those around it, the innermost first, each with a bit of its own; as many as there
/// are bits.
template <class Visitor>
void for_each_call(call_context const& innermost, Visitor&& visit) {
  std::uint32_t level = 1;
  for (auto const* each = &innermost; each != nullptr && level != 0; each = each->parent()) {
    visit(*each, level);
    level <<= 1U;
  }
}

}  // namespace

bool guarded_call::take_tokens(call_context const& of, instant now, std::uint32_t& taken) {
  auto const has_paid = [&](void const* budget) {
    bool found = false;
    for_each_call(of, [&](call_context const& each, std::uint32_t level) {
      found = found || ((taken & level) != 0 && each.guarded->gate().budget_identity() == budget);
    });
    return found;
  };
  bool paid = true;
  for_each_call(of, [&](call_context const& each, std::uint32_t level) {
    holdfast::gate& budget = each.guarded->gate();
    bool const asked = &each == &of || budget.budgets_retries();
    if (!paid || !asked || has_paid(budget.budget_identity())) return;
    changes changed;
    paid = budget.withdraw(now, changed);
    each.guarded->emit(changed);
    if (paid) taken |= level;
  });
  if (!paid) give_tokens_back(of, taken);
  return paid;
}

void guarded_call::give_tokens_back(call_context const& of, std::uint32_t& taken) noexcept {
  if (taken == 0) return;
  for_each_call(of, [&](call_context const& each, std::uint32_t level) {
    if ((taken & level) != 0) each.guarded->gate().give_back();
  });
  taken = 0;
}

}  // namespace holdfast
