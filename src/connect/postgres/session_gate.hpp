#pragma once

#include "holdfast/connect/postgres/connection.hpp"

#include <memory>
#include <utility>

namespace holdfast::postgres {

/// The private door of `connection`: to its session, and from a session to it.
struct session_gate {
  [[nodiscard]] static std::shared_ptr<session> const& of(connection const& link) noexcept {
    return link.session_;
  }
  [[nodiscard]] static std::shared_ptr<session> taken_from(connection& link) noexcept {
    return std::move(link.session_);
  }
  [[nodiscard]] static connection around(std::shared_ptr<session> opened) noexcept {
    return connection{std::move(opened)};
  }
};

}  // namespace holdfast::postgres
