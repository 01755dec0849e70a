#include "holdfast/drive/shared_budget.hpp"

#include "drive/budget_pool.hpp"
#include "drive/option_problems.hpp"
#include "holdfast/core/budget_fields.hpp"
#include "holdfast/drive/rejected.hpp"

namespace holdfast {

namespace {

budget const& checked(budget const& options) {
  std::vector<std::string> problems;
  add_problems("budget", options, problems);
  throw_if_any("a shared budget", problems);
  return options;
}

}  // namespace

shared_budget::shared_budget(budget const& options)
    : pool_{std::make_shared<budget_pool>(checked(options))} {}

void shared_budget::reconfigure(budget const& options, instant now) const {
  pool_->reconfigure(checked(options), now);
}

double shared_budget::tokens(instant now) const { return pool_->tokens(now); }

}  // namespace holdfast
