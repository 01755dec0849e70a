#include "breakers_store.hpp"

#include "config_choice.hpp"
#include "holdfast/base/excerpt.hpp"
#include "holdfast/config/suggest.hpp"
#include "holdfast/connect/sqlite/state_store.hpp"
#include "holdfast/manage/resilience_file.hpp"
#include "holdfast/state/store_factories.hpp"
#include "telling.hpp"

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <optional>
#include <string_view>
#include <utility>

namespace holdfast::cli {
namespace {

constexpr std::size_t most_names_listed = 10;

/// The place of the state, and who names it.
struct named_place {
  std::string url;
  std::string by;
  std::optional<resilience_file> file{};
};

expected<named_place, problems> place_in(std::string const& config) {
  return resilience_file::read(config).and_then(
      [&](resilience_file const& file) -> expected<named_place, problems> {
        if (!file.state().store.empty()) return named_place{file.state().store, config, file};
        return unexpected{problems{{{config, 0, 0},
                                    "the file names no store",
                                    "state: {store: \"sqlite:PATH\"}, or give --store"}}};
      });
}

expected<named_place, problems> chosen_place(store_choice const& choice) {
  if (!choice.store.empty() && !choice.config.empty()) {
    return unexpected{problems{{{"--store", 0, 0}, "not together with --config", "one of them"}}};
  }
  if (!choice.store.empty()) return named_place{choice.store, "--store"};
  std::string const config = chosen_config(choice.config);
  if (!config.empty()) return place_in(config);
  return unexpected{problems{{{"--store", 0, 0},
                              "of which store?",
                              "--store file:PATH or sqlite:PATH, --config FILE, or the environment "
                              "variable HOLDFAST_CONFIG"}}};
}

/// The folder in which the files of a store would lie, where it is not there.
std::optional<std::string> missing_folder(std::string_view url) {
  std::filesystem::path const path{url.substr(url.find(':') + 1)};
  std::filesystem::path const folder = path.parent_path();
  std::error_code unknown;
  if (folder.empty() || std::filesystem::is_directory(folder, unknown)) return std::nullopt;
  return folder.string();
}

void tell_set_aside(std::vector<set_aside_note> const& notes) {
  for (set_aside_note const& each : notes) {
    tell(each.what + " was set aside as " + each.where + ": " + std::string{each.why.text.view()} +
         "; its circuits start closed");
  }
}

}  // namespace

problem store_problem(std::string const& url, failure const& seen) {
  return {{excerpt(url, 120), 0, 0}, "the store can't be used", std::string{seen.text.view()}};
}

expected<opened_store, problems> open_store(store_choice const& choice) {
  auto const place = chosen_place(choice);
  if (!place) return unexpected{place.error()};
  auto store = store_factories{sqlite_stores()}.open(place->url);
  if (!store) {
    problem found = std::move(store.error());
    found.where.source = place->by;
    return unexpected{problems{std::move(found)}};
  }
  if (auto const missing = missing_folder(place->url)) {
    return unexpected{
        problems{{{excerpt(place->url, 120), 0, 0},
                  "there is no folder " + excerpt(*missing),
                  "is the path right? The program whose circuits they are makes it"}}};
  }
  auto loaded = (*store)->load();
  if (!loaded) return unexpected{problems{store_problem(place->url, loaded.error())}};
  tell_set_aside(loaded->set_aside);
  opened_store opened{place->url, std::move(*store), std::move(loaded->operations), nullptr};
  if (place->file) {
    opened.is_required = [file = *place->file](std::string_view operation) {
      return file.settings_for(operation).required;
    };
  }
  return opened;
}

expected<operation_record, problem> find_operation_of(opened_store const& in,
                                                      std::string const& name) {
  std::vector<std::string_view> known;
  for (operation_record const& each : in.operations) {
    if (each.operation == std::string_view{name}) return each;
    known.push_back(each.operation.view());
  }
  std::string what = "'" + excerpt(name) + "' is no operation of this store";
  if (known.empty()) {
    return unexpected{problem{{excerpt(in.url, 120), 0, 0},
                              std::move(what),
                              "it has none yet: the first process that uses it brings them"}};
  }
  if (auto const near = nearest_word(name, known)) {
    what.append("; did you mean ").append(excerpt(*near)).append("?");
  }
  known.resize(std::min(known.size(), most_names_listed));
  std::vector<std::string> shown;
  std::ranges::transform(known, std::back_inserter(shown),
                         [](std::string_view each) { return excerpt(each); });
  std::string remedy =
      "known: " + list_of_words(std::vector<std::string_view>{shown.begin(), shown.end()});
  if (shown.size() < in.operations.size()) remedy += ", …; all: holdfast breakers list";
  return unexpected{problem{{excerpt(in.url, 120), 0, 0}, std::move(what), std::move(remedy)}};
}

}  // namespace holdfast::cli
