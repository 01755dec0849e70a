#include "serve/order_text.hpp"

#include "holdfast/base/excerpt.hpp"
#include "holdfast/manage/order_reader.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include <nlohmann/json.hpp>

namespace holdfast {
namespace {

constexpr std::array<std::string_view, 3> known_fields{"why", "for", "author"};

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

[[nodiscard]] std::string_view value_of(texts const& given, std::string_view field) {
  auto const found = given.find(field);
  return found == given.end() ? std::string_view{} : found->second;
}

void refuse_unknown(texts const& given, order_reader& reader) {
  for (auto const& [name, value] : given) {
    if (std::ranges::find(known_fields, name) == known_fields.end()) {
      reader.refuse(excerpt(name), "no such field", "why, for, author");
    }
  }
}

}  // namespace

expected<order_record, problems> understand_order(std::string_view operation, order_kind what,
                                                  std::string_view body, wall_time now) {
  text_fields fields;
  if (!body.empty() && !nlohmann::json::sax_parse(body, &fields)) {
    return unexpected{problems{{{"body"},
                                "it is no JSON object of texts, each named once",
                                R"(for example {"why": "maintenance", "for": "10m"})"}}};
  }
  texts const& given = fields.found();
  order_reader reader{now};
  refuse_unknown(given, reader);
  std::string const why = reader.reason("why", what, value_of(given, "why"));
  std::string const author = reader.text("author", value_of(given, "author"));
  order_record order{.operation = operation,
                     .what = what,
                     .why = std::string_view{why},
                     .author = author.empty() ? std::string_view{"HTTP"} : std::string_view{author},
                     .given_at = now};
  if (given.contains("for") && !needs_a_reason(what)) {
    reader.refuse("for", "what closes a circuit has no end", "leave it out");
  } else if (given.contains("for")) {
    order.until = reader.end_after("for", value_of(given, "for"));
  }
  problems found = reader.take_problems();
  if (!found.empty()) return unexpected{std::move(found)};
  return order;
}

}  // namespace holdfast
