// Any bytes as JSON Lines: read to the end, the same at any buffer size.

#include "holdfast/importer/json_lines_reader.hpp"
#include "records.hpp"
#include "target.hpp"

namespace {

using namespace holdfast;

std::string read_in_chunks(std::string const& bytes, std::size_t chunk) {
  text_limits const limits{.record = 1_KiB, .kept_of_bad = 1_KiB, .columns = 20};
  json_lines_reader reader{fuzzing::window_on(bytes, chunk), "fuzz", limits};
  return fuzzing::transcript(reader);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  std::string const bytes{reinterpret_cast<char const*>(data), size};
  expects(read_in_chunks(bytes, 1) == read_in_chunks(bytes, 1 << 20),
          "the records do not hang on the buffer sizes");
  return 0;
}
