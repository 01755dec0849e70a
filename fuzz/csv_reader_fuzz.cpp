// Any bytes as CSV: read to the end, the same at any buffer size, in time linear in their number.

#include "holdfast/importer/csv_reader.hpp"
#include "records.hpp"
#include "target.hpp"

namespace {

using namespace holdfast;

std::string read_in_chunks(std::string const& bytes, std::size_t chunk) {
  csv_options const options{.limits = {.record = 1_KiB, .kept_of_bad = 1_KiB}};
  auto opened = csv_reader::open(fuzzing::window_on(bytes, chunk), "fuzz", options);
  if (!opened) return describe(opened.error());
  std::string all = fuzzing::transcript(**opened);
  expects((*opened)->looked_at() <= 8 * bytes.size() + 64, "the search for records is linear");
  return all;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  std::string const bytes{reinterpret_cast<char const*>(data), size};
  expects(read_in_chunks(bytes, 1) == read_in_chunks(bytes, 1 << 20),
          "the records do not hang on the buffer sizes");
  return 0;
}
