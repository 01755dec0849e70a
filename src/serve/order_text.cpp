#include "serve/order_text.hpp"

#include "holdfast/base/excerpt.hpp"
#include "holdfast/base/units.hpp"
#include "holdfast/redact/redact.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <utility>

#include <nlohmann/json.hpp>

namespace holdfast {
namespace {

constexpr std::array<std::string_view, 3> known_fields{"why", "for", "author"};
constexpr std::size_t most_text_bytes = 80;  // those of order_record

using texts = std::map<std::string, std::string, std::less<>>;

/// Takes an object of texts, event by event: nothing else is ever built, however deep it goes.
class text_fields final : public nlohmann::json_sax<nlohmann::json> {
 public:
  [[nodiscard]] texts& found() noexcept { return found_; }

  bool null() override { return refuse(); }
  bool boolean(bool /*value*/) override { return refuse(); }
  bool number_integer(number_integer_t /*value*/) override { return refuse(); }
  bool number_unsigned(number_unsigned_t /*value*/) override { return refuse(); }
  bool number_float(number_float_t /*value*/, string_t const& /*text*/) override {
    return refuse();
  }
  bool binary(binary_t& /*value*/) override { return refuse(); }
  bool start_array(std::size_t /*size*/) override { return refuse(); }
  bool end_array() override { return refuse(); }
  bool start_object(std::size_t /*size*/) override { return !std::exchange(inside_, true); }
  bool end_object() override { return true; }
  bool key(string_t& name) override {
    name_ = name;
    return !found_.contains(name);
  }
  bool string(string_t& value) override {
    if (!inside_) return false;
    found_.emplace(name_, value);
    return true;
  }
  bool parse_error(std::size_t /*at*/, std::string const& /*token*/,
                   nlohmann::detail::exception const& /*why*/) override {
    return false;
  }

 private:
  [[nodiscard]] static bool refuse() { return false; }

  bool inside_ = false;
  std::string name_;
  texts found_;
};

[[nodiscard]] bool needs_a_reason(order_kind what) noexcept {
  return what != order_kind::close && what != order_kind::reset;
}

/// Collects what is wrong.
class order_reader {
 public:
  order_reader(texts const& given, wall_time now) : given_{given}, now_{now} {}

  void refuse(std::string field, std::string what, std::string remedy) {
    found_.push_back({{std::move(field), 0, 0}, std::move(what), std::move(remedy)});
  }
  [[nodiscard]] std::string text(std::string_view field) {
    auto const found = given_.find(field);
    if (found == given_.end()) return {};
    std::string shown = redacted(found->second);
    if (shown.size() > most_text_bytes) {
      refuse(std::string{field}, "it has " + std::to_string(shown.size()) + " bytes",
             "say it in " + std::to_string(most_text_bytes) + " bytes");
    }
    return shown;
  }
  [[nodiscard]] std::optional<wall_time> end() {
    auto const found = given_.find("for");
    if (found == given_.end()) return std::nullopt;
    auto const length = parse_duration(found->second);
    if (!length || *length <= duration::zero()) {
      refuse("for", "'" + excerpt(found->second) + "' is no duration above zero",
             "write a number and a unit: 90s, 10m, 2h; or off");
      return std::nullopt;
    }
    if (is_off(*length)) return std::nullopt;
    return later(now_, *length);
  }
  void find_unknown() {
    for (auto const& [name, value] : given_) {
      if (std::ranges::find(known_fields, name) == known_fields.end()) {
        refuse(excerpt(name), "no such field", "why, for, author");
      }
    }
  }
  [[nodiscard]] problems take_problems() { return std::move(found_); }

 private:
  texts const& given_;
  wall_time now_;
  problems found_;
};

}  // namespace

expected<order_record, problems> understand_order(std::string_view operation, order_kind what,
                                                  std::string_view body, wall_time now) {
  text_fields fields;
  if (!body.empty() && !nlohmann::json::sax_parse(body, &fields)) {
    return unexpected{problems{{{"body"},
                                "it is no JSON object of texts, each named once",
                                R"(for example {"why": "maintenance", "for": "10m"})"}}};
  }
  order_reader reader{fields.found(), now};
  reader.find_unknown();
  std::string const why = reader.text("why");
  std::string const author = reader.text("author");
  if (why.empty() && needs_a_reason(what)) {
    reader.refuse("why", "why?", "it stands in the history, for who looks next");
  }
  order_record const order{
      .operation = operation,
      .what = what,
      .why = std::string_view{why},
      .author = author.empty() ? std::string_view{"by HTTP"} : std::string_view{author},
      .given_at = now,
      .until = reader.end()};
  problems found = reader.take_problems();
  if (!found.empty()) return unexpected{std::move(found)};
  return order;
}

}  // namespace holdfast
