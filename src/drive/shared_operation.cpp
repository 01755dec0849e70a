#include "holdfast/drive/shared_operation.hpp"

namespace holdfast {

shared_operation::shared_operation(operation_options const& options)
    : held_{new operation{options}} {}

shared_operation shared_operation::like(shared_operation const& model, std::string const& name) {
  held_policies const held{*model};
  bool const live = held.version() != nullptr;
  return adopt(*new operation{live ? held.version()->options : model->policies_, name});
}

void shared_operation::end() noexcept { delete held_; }

}  // namespace holdfast
