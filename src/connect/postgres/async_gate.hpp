#pragma once

#include "holdfast/connect/postgres/async_connection.hpp"
#include "holdfast/connect/postgres/async_copy.hpp"
#include "holdfast/connect/postgres/async_pool.hpp"

#include <memory>
#include <utility>

namespace holdfast::postgres {

/// The private door of what coroutines use: to what is behind it, and from there to it.
struct async_gate {
  [[nodiscard]] static std::shared_ptr<session> const& of(async_connection const& link) noexcept {
    return link.session_;
  }
  [[nodiscard]] static std::shared_ptr<session> taken_from(async_connection& link) noexcept {
    return std::move(link.session_);
  }
  [[nodiscard]] static async_connection around(std::shared_ptr<session> opened) noexcept {
    return async_connection{std::move(opened)};
  }
  [[nodiscard]] static async_copy_in copy_in_on(std::shared_ptr<session> const& on, phase how_far) {
    return async_copy_in{on, how_far};
  }
  [[nodiscard]] static async_copy_out copy_out_on(std::shared_ptr<session> const& on,
                                                  phase how_far) {
    return async_copy_out{on, how_far};
  }
  [[nodiscard]] static std::shared_ptr<pool_state> const& of(async_pool const& handle) noexcept {
    return handle.state_;
  }
};

}  // namespace holdfast::postgres
