#include "holdfast/drive/shared_operation.hpp"

namespace holdfast {

shared_operation::shared_operation(operation_options const& options)
    : held_{new operation{options}} {}

void shared_operation::end() noexcept { delete held_; }

}  // namespace holdfast
