#pragma once

#include "holdfast/base/expected.hpp"
#include "holdfast/importer/source.hpp"
#include "import_request.hpp"

#include <memory>
#include <string>
#include <string_view>

namespace holdfast::cli {

/// One source of the command line, opened, and the table that it goes to.
struct opened_source {
  std::unique_ptr<record_source> source;
  std::string table;
};

/// Whether a source is a web API, and no file.
[[nodiscard]] bool is_url(std::string_view name) noexcept;

/// Opens a file, standard input or a web API. For an API nothing is requested yet.
[[nodiscard]] expected<opened_source, problem> open_source(std::string const& name,
                                                           import_request const& request,
                                                           page_surroundings const& around);

/// The table for a URL: the name of its list of records, where the shape tells it.
[[nodiscard]] std::string table_named_after_url(std::string const& url);

}  // namespace holdfast::cli
