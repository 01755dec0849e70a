#pragma once

#include <array>
#include <string_view>

namespace holdfast::redact_detail {

/// Services that hand out keys. A field named after one holds a secret where its value looks made
/// by chance: `SNYK_KEY = "..."`. At least 4 letters each, since shorter ones are parts of words.
inline constexpr auto vendors = std::to_array<std::string_view>({
    "adafruit", "adobe", "airtable", "algolia", "alibaba", "amplitude", "anthropic",
    "artifactory", "asana", "atlassian", "auth0", "authress", "azure", "beamer", "binance",
    "bitbucket", "bitfinex", "bitly", "bittrex", "bugsnag", "buildkite", "circleci", "cisco",
    "clickhouse", "clojars", "cloud_iam", "cloudant", "cloudflare", "cloudinary", "codecov",
    "cohere", "coinbase", "confluent", "contentful", "cosmos", "databricks", "datadog",
    "deepseek", "digitalocean", "discord", "docker", "doppler", "droneci", "dropbox", "duffel",
    "dynatrace", "easypost", "elastic", "etherscan", "etsy", "eventbrite", "facebook", "fastly",
    "figma", "finicity", "finnhub", "flickr", "flutterwave", "frameio", "freshbooks",
    "github", "gitlab", "gitter", "gocardless", "google", "grafana", "groq", "hashicorp",
    "heroku", "hubspot", "hugging", "infracost", "infura", "instagram", "intercom", "intra42",
    "jfrog", "jira", "jotform", "kraken", "kucoin", "launchdarkly", "linear", "linkedin",
    "looker", "mailchimp", "mailgun", "mapbox", "mattermost", "maxmind", "meraki", "messagebird",
    "mixpanel", "netlify", "new-relic", "new_relic", "newrelic", "notion", "npmjs", "nytimes",
    "octopus", "okta", "openai", "openweather", "opsgenie", "pagerduty", "paypal", "perplexity",
    "plaid", "planetscale", "postman", "postmark", "prefect", "pulumi", "rapidapi", "readme",
    "rollbar", "rubygems", "salesforce", "scalingo", "segment", "sendbird", "sendgrid",
    "sendinblue", "sentry", "shippo", "shodan", "shopify", "sidekiq", "slack", "snowflake",
    "snyk", "softlayer", "sonar", "sourcegraph", "spotify", "square", "squarespace", "stripe",
    "sumologic", "supabase", "telegram", "travis", "trello", "twilio", "twitch", "twitter",
    "typeform", "vault", "vercel", "virustotal", "weatherapi", "yandex", "youtube", "zapier",
    "zendesk", "zoho"});

}  // namespace holdfast::redact_detail
