#pragma once

#include <array>
#include <string_view>

namespace holdfast::redact_detail {

/// Services that hand out keys. A field named after one holds a secret where its value looks made
/// by chance: `SNYK_KEY = "..."`. At least 4 letters each, since shorter ones are parts of words.
inline constexpr auto vendors = std::to_array<std::string_view>(
    {"adafruit",     "adobe",       "adyen",      "airtable",     "algolia",      "alibaba",
     "amplitude",    "anthropic",   "appveyor",   "artifactory",  "asana",        "assemblyai",
     "atlassian",    "auth0",       "authress",   "azure",        "beamer",       "binance",
     "bitbucket",    "bitfinex",    "bitly",      "bitrise",      "bittrex",      "braintree",
     "browserstack", "bugsnag",     "buildkite",  "circleci",     "cisco",        "clickhouse",
     "clojars",      "cloud_iam",   "cloudant",   "cloudflare",   "cloudinary",   "codecov",
     "cohere",       "coinbase",    "confluent",  "contentful",   "contribsys",   "cosmos",
     "databricks",   "datadog",     "deepgram",   "deepseek",     "digitalocean", "discord",
     "docker",       "doppler",     "droneci",    "dropbox",      "duffel",       "dynatrace",
     "easypost",     "elastic",     "elevenlabs", "etherscan",    "etsy",         "eventbrite",
     "facebook",     "fastly",      "figma",      "finicity",     "finnhub",      "firebase",
     "flickr",       "flutterwave", "foursquare", "frameio",      "freemius",     "freshbooks",
     "giphy",        "github",      "gitlab",     "gitter",       "gocardless",   "google",
     "grafana",      "groq",        "harness",    "hashicorp",    "heroku",       "hetzner",
     "hubspot",      "hugging",     "infracost",  "infura",       "instagram",    "intercom",
     "intra42",      "ipinfo",      "jfrog",      "jira",         "jotform",      "kibana",
     "klarna",       "kraken",      "kucoin",     "langsmith",    "launchdarkly", "linear",
     "linkedin",     "linode",      "looker",     "mailchimp",    "mailgun",      "mailjet",
     "mandrill",     "mapbox",      "mattermost", "maxmind",      "meraki",       "messagebird",
     "mistral",      "mixpanel",    "mongodb",    "netlify",      "new-relic",    "new-york-times",
     "new_relic",    "newrelic",    "newsapi",    "newyorktimes", "nexmo",        "notion",
     "npmjs",        "nytimes",     "octopus",    "okta",         "onesignal",    "openai",
     "openweather",  "opsgenie",    "pagerduty",  "paypal",       "perplexity",   "pinecone",
     "plaid",        "planetscale", "plivo",      "portainer",    "postman",      "postmark",
     "prefect",      "private_ai",  "privateai",  "pulumi",       "pusher",       "qdrant",
     "rancher",      "rapidapi",    "razorpay",   "readme",       "replicate",    "rollbar",
     "rubygems",     "salesforce",  "scaleway",   "scalingo",     "segment",      "sendbird",
     "sendgrid",     "sendinblue",  "sentry",     "settlemint",   "shippo",       "shodan",
     "shopify",      "sidekiq",     "slack",      "snowflake",    "snyk",         "softlayer",
     "sonar",        "sourcegraph", "splunk",     "spotify",      "square",       "squarespace",
     "strava",       "stripe",      "sumo_logic", "sumologic",    "supabase",     "telegram",
     "travis",       "trello",      "twilio",     "twitch",       "twitter",      "typeform",
     "unsplash",     "vault",       "vercel",     "virustotal",   "vonage",       "vultr",
     "wakatime",     "weatherapi",  "weaviate",   "yandex",       "youtube",      "zapier",
     "zendesk",      "zoho"});

}  // namespace holdfast::redact_detail
