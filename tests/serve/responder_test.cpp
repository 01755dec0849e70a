#include "serve/responder.hpp"

#include "holdfast/drive/manual_time.hpp"
#include "holdfast/serve/monitor.hpp"

#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace holdfast {
namespace {

using namespace std::chrono_literals;
using json = nlohmann::json;

constexpr char const* token = "0123456789abcdef";
constexpr char const* authorized = "Bearer 0123456789abcdef";

expected<int, failure> fails() {
  return unexpected{failure{.category = category::connection,
                            .advice = advice::after_backoff,
                            .text = "password=hunter2secret refused"}};
}

/// A monitor with one guard, and what answers for it.
struct bench {
  bench() { seen.watch(page); }

  web_answer get(std::string_view target) { return ask({.method = "GET", .target = target}); }
  web_answer post(std::string_view target, std::string_view body,
                  std::string_view authorization = authorized) {
    return ask({.method = "POST",
                .target = target,
                .authorization = authorization,
                .content_type = "application/json",
                .body = body});
  }
  web_answer ask(web_request asked) {
    if (asked.host.empty()) asked.host = "localhost";
    return answers.answer(asked);
  }

  manual_time time;
  guard page{"import.page", breaker{.failure_threshold = 1, .recovery_timeout = 1min},
             surroundings{.time = &time, .seed = 1}};
  monitor seen;
  server_options options{.token = token};
  responder answers{seen, options, [] { return wall_time{12h}; }};
};

TEST(Responder, ACircuitIsShownWithWhyItIsAsItIs) {
  bench b;
  static_cast<void>(b.page(fails));

  json const shown = json::parse(b.get("/breakers/import.page").body);

  EXPECT_EQ(shown["state"], "open");
  EXPECT_EQ(shown["reason"], "1 failure in a row (limit 1)");
  EXPECT_EQ(shown["times_opened"], 1);
  EXPECT_FALSE(shown["open_until"].is_null());
}

TEST(Responder, CircuitsAreListedByStateAndInParts) {
  bench b;
  guard const other{"z.other"};
  b.seen.watch(other);
  static_cast<void>(b.page(fails));

  EXPECT_EQ(json::parse(b.get("/breakers").body)["breakers"].size(), 2U);
  json const open = json::parse(b.get("/breakers?state=open").body)["breakers"];
  ASSERT_EQ(open.size(), 1U);
  EXPECT_EQ(open[0]["operation"], "import.page");
  EXPECT_EQ(json::parse(b.get("/breakers?limit=1").body)["breakers"].size(), 1U);
  json const rest = json::parse(b.get("/breakers?after=import.page").body)["breakers"];
  ASSERT_EQ(rest.size(), 1U);
  EXPECT_EQ(rest[0]["operation"], "z.other");
  EXPECT_EQ(b.get("/breakers?limit=none").status, 400U);
  EXPECT_EQ(b.get("/breakers?state=opened").status, 400U) << "nothing open is no answer to a typo";
}

TEST(Responder, EventsTellWhatHappenedWithoutSecrets) {
  bench b;
  static_cast<void>(b.page(fails));

  web_answer const answer = b.get("/breakers/import.page/events?limit=5");

  json const events = json::parse(answer.body)["events"];
  ASSERT_EQ(events.size(), 2U);
  EXPECT_EQ(events[0]["event"], "call_failed");
  EXPECT_EQ(events[0]["failure"]["category"], "connection");
  EXPECT_EQ(events[1]["change"]["to"], "open");
  EXPECT_EQ(answer.body.find("hunter2secret"), std::string::npos);
}

TEST(Responder, AnOrderIsCarriedOutAndShown) {
  bench b;

  web_answer const answer =
      b.post("/breakers/import.page/open", R"({"why": "maintenance", "for": "10m"})");

  EXPECT_EQ(answer.status, 200U) << answer.body;
  EXPECT_EQ(json::parse(answer.body)["state"], "forced_open");
  EXPECT_EQ(b.page.state(), breaker_state::forced_open);
  EXPECT_EQ(b.post("/breakers/import.page/close", "").status, 200U);
  EXPECT_EQ(b.page.state(), breaker_state::closed);
  EXPECT_NE(b.get("/metrics").body.find("holdfast_audit_records_total{kind=\"ordered\"} 2"),
            std::string::npos);
}

TEST(Responder, AnOrderNeedsTheToken) {
  bench b;
  std::string_view const path = "/breakers/import.page/open";
  std::string_view const body = R"({"why": "x"})";

  for (char const* wrong : {"", "Bearer", "Bearer ", "Bearer wrong", "Basic 0123456789abcdef",
                            "0123456789abcdef", "Bearer 0123456789abcdefg"}) {
    web_answer const answer = b.post(path, body, wrong);
    EXPECT_EQ(answer.status, 401U) << wrong;
    EXPECT_TRUE(answer.challenges);
  }
  EXPECT_EQ(b.page.state(), breaker_state::closed);
  EXPECT_EQ(b.post(path, body, "bearer 0123456789abcdef").status, 200U);
}

TEST(Responder, WithoutATokenThereAreNoOrders) {
  bench b;
  responder without{b.seen, {}, [] { return wall_time{}; }};

  EXPECT_EQ(without
                .answer({.method = "POST",
                         .target = "/breakers/import.page/open",
                         .host = "localhost",
                         .authorization = "Bearer "})
                .status,
            403U);
}

TEST(Responder, AnOrderFromAStrangersPageIsRefused) {
  bench b;

  EXPECT_EQ(b.ask({.method = "POST",
                   .target = "/breakers/import.page/open",
                   .origin = "https://evil.example",
                   .authorization = authorized,
                   .content_type = "application/json",
                   .body = R"({"why": "x"})"})
                .status,
            403U);
  EXPECT_EQ(b.page.state(), breaker_state::closed);
}

TEST(Responder, ThereIsARightCodeForEveryMistake) {
  bench b;

  EXPECT_EQ(b.ask({.method = "GET", .target = "/health", .host = "evil.example"}).status, 421U);
  EXPECT_EQ(b.ask({.method = "GET", .target = "/health", .has_one_host = false}).status, 421U);
  EXPECT_EQ(b.get("/../etc/passwd").status, 400U);
  EXPECT_EQ(b.get("/nothing").status, 404U);
  EXPECT_EQ(b.get("/health/x").status, 404U);
  EXPECT_EQ(b.get("/breakers/none").status, 404U);
  EXPECT_EQ(b.get("/breakers/none/events").status, 404U);
  EXPECT_EQ(b.get("/breakers/import.page/open").status, 405U);
  EXPECT_EQ(b.ask({.method = "DELETE", .target = "/breakers"}).allow, "GET, HEAD");
  EXPECT_EQ(b.post("/breakers/import.page/explode", "{}").status, 404U);
  EXPECT_EQ(b.post("/breakers/none/open", R"({"why": "x"})").status, 404U);
  EXPECT_EQ(b.post("/breakers/import.page/open", "{").status, 400U);
  EXPECT_EQ(b.post("/metrics", "").status, 405U);
  EXPECT_EQ(b.ask({.method = "POST",
                   .target = "/breakers/import.page/open",
                   .authorization = authorized,
                   .content_type = "text/plain",
                   .body = R"({"why": "x"})"})
                .status,
            415U);
}

TEST(Responder, AnOpenCircuitWarnsAndTakesNoReadinessAway) {
  bench b;
  static_cast<void>(b.page(fails));

  web_answer const health = b.get("/health");

  EXPECT_EQ(health.status, 200U);
  EXPECT_EQ(health.content_type, "application/health+json");
  json const shown = json::parse(health.body);
  EXPECT_EQ(shown["status"], "warn");
  EXPECT_EQ(shown["checks"]["import.page:circuit"][0]["observedValue"], "open");
  EXPECT_EQ(b.get("/readyz").status, 200U);
  EXPECT_NE(b.get("/readyz?verbose").body.find("import.page: warn"), std::string::npos);
  EXPECT_EQ(b.get("/livez").body, "ok\n");
}

TEST(Responder, OneThatDrainsIsNotReady) {
  bench b;

  b.answers.drain();

  EXPECT_EQ(b.get("/readyz").status, 503U);
  EXPECT_EQ(b.get("/health").status, 503U);
  EXPECT_EQ(json::parse(b.get("/health").body)["status"], "fail");
  EXPECT_EQ(b.get("/livez").status, 200U);
}

/// One required operation that is down.
class unwell final : public served {
 public:
  health_report health() override {
    return {.live = true,
            .ready = false,
            .status = health_status::fail,
            .reasons = {},
            .operations = {{.operation = "db",
                            .status = health_status::fail,
                            .state = breaker_state::open,
                            .reason = "its circuit is open"}}};
  }
  expected<std::vector<circuit_view>, failure> circuits() override {
    return unexpected{failure{.category = category::resource, .text = "the store is locked"}};
  }
  expected<circuit_view, failure> circuit(std::string_view) override {
    return unexpected{failure{.category = category::resource, .text = "the store is locked"}};
  }
  expected<std::vector<noted_event>, failure> events(std::string_view, std::size_t) override {
    return std::vector<noted_event>{};
  }
  expected<void, failure> obey(order_record const&) override { return {}; }
  void write_metrics(metric_writer&) override {}
};

TEST(Responder, ARequiredOperationThatFailsTakesReadinessAwayUnlessExcluded) {
  unwell down;
  responder answers{down, {}, [] { return wall_time{}; }};
  auto const get = [&](std::string_view target) {
    return answers.answer({.method = "GET", .target = target, .host = "localhost"});
  };

  EXPECT_EQ(get("/readyz").status, 503U);
  EXPECT_NE(get("/readyz").body.find("[-] db: fail: its circuit is open"), std::string::npos);
  EXPECT_EQ(get("/readyz?exclude=db").status, 200U);
  EXPECT_EQ(get("/readyz?exclude=other").status, 503U);
  EXPECT_EQ(get("/health").status, 503U);
  EXPECT_EQ(get("/breakers").status, 503U);
  EXPECT_NE(get("/breakers").body.find("the store is locked"), std::string::npos);
}

}  // namespace
}  // namespace holdfast
