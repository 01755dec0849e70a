#pragma once

#include <concepts>
#include <stop_token>
#include <type_traits>

namespace holdfast {

/// A stop_token that somebody else keeps for as long as the call lasts: a call pays no counting of
/// its owners, and options with one stay trivial to destroy. A temporary is refused, since it would
/// be gone by then: name it first.
class stop_ref {
 public:
  constexpr stop_ref() noexcept = default;  ///< One that never stops.
  // Implicit: it stands wherever a token is given.
  constexpr stop_ref(std::stop_token const& kept) noexcept  // NOLINT(*-explicit-*)
      : kept_{&kept} {}
  template <class Temporary>
    requires std::same_as<std::remove_const_t<Temporary>, std::stop_token>
  // NOLINTNEXTLINE(*-explicit-*,bugprone-forwarding-reference-overload): tokens alone fit
  stop_ref(Temporary&& /*refused*/) noexcept {
    static_assert(!sizeof(Temporary),
                  "a call refers to the stop_token that it is given, and this one is a temporary: "
                  "give it a name first");
  }

  [[nodiscard]] bool stop_possible() const noexcept {
    return kept_ != nullptr && kept_->stop_possible();
  }
  [[nodiscard]] bool stop_requested() const noexcept {
    return kept_ != nullptr && kept_->stop_requested();
  }
  [[nodiscard]] std::stop_token token() const noexcept {
    return kept_ != nullptr ? *kept_ : std::stop_token{};
  }

 private:
  std::stop_token const* kept_ = nullptr;
};

}  // namespace holdfast
