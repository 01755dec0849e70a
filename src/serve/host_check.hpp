#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace holdfast {

/// Knows by which names a server may be called. A browser that a stranger's page has led here by a
/// name of that stranger's sends that name (DNS rebinding), and is not answered.
class host_check {
 public:
  /// @param address where it listens, numeric
  /// @param names   by which it may be called besides
  host_check(std::string const& address, std::vector<std::string> const& names);

  /// @param host the request's field, with or without a port
  [[nodiscard]] bool accepts(std::string_view host) const;
  /// Whether a request may come from a page of this origin: empty where it comes from none.
  [[nodiscard]] bool accepts_origin(std::string_view origin) const;

 private:
  std::vector<std::string> names_;
};

/// The name in a Host field, without its port and without brackets, in lower case; empty where it
/// is none. Source: RFC 9110, section 7.2.
[[nodiscard]] std::string host_name_in(std::string_view host);

}  // namespace holdfast
