#include "import_sources.hpp"

#include "holdfast/importer/file_source.hpp"
#include "holdfast/importer/import.hpp"

#include <array>
#include <string_view>
#include <utility>

namespace holdfast::cli {
namespace {

struct list_name {
  std::string_view resource;
  std::string_view list;
};

/// Lists in ChEMBL whose name is not that of their resource with an s.
/// Source: ChEMBL data web services, list of resources.
constexpr std::array unusual_lists{
    list_name{"activity", "activities"},  list_name{"assay_class", "assay_classes"},
    list_name{"atc_class", "atc"},        list_name{"protein_class", "protein_classes"},
    list_name{"similarity", "molecules"}, list_name{"substructure", "molecules"},
};

}  // namespace

bool is_url(std::string_view name) noexcept {
  return name.starts_with("http://") || name.starts_with("https://");
}

std::string table_named_after_url(std::string const& url) {
  std::string_view path = url;
  path = path.substr(0, path.find_first_of("?#"));
  path.remove_prefix(path.find("://") + 3);
  while (path.ends_with('/')) path.remove_suffix(1);
  auto const slash = path.rfind('/');
  if (slash == std::string_view::npos) return "records";
  std::string resource{path.substr(slash + 1)};
  resource = resource.substr(0, resource.find('.'));
  for (auto const& [name, list] : unusual_lists) {
    if (name == resource) return std::string{list};
  }
  return resource.ends_with('s') ? resource : resource + 's';
}

expected<opened_source, problem> open_source(std::string const& name, import_request const& request,
                                             page_surroundings const& around) {
  bool const url = is_url(name);
  std::string table = request.mapping.table;
  if (table.empty() && url) table = table_named_after_url(name);
  if (table.empty()) table = table_named_after(name);

  file_options file = request.file;
  file.stop = around.stop;
  auto source = url ? open_page_source(name, request.page, around) : open_file_source(name, file);
  if (!source) return unexpected{source.error()};
  return opened_source{std::move(*source), std::move(table)};
}

}  // namespace holdfast::cli
