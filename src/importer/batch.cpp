#include "holdfast/importer/batch.hpp"

#include "holdfast/base/contract.hpp"

#include <utility>

namespace holdfast {

void batch::add_mark(std::uint64_t position, ledger_mark mark) {
  if (marks_.empty()) first_ = position;
  expects(position == end(), "records of a batch have consecutive positions");
  marks_.push_back(mark);
}

void batch::add_known(std::uint64_t position, ledger_mark mark) {
  add_mark(position, mark);
  bool const was_rejected = mark.what() == fate::rejected;
  known_.count(was_rejected ? fate::rejected : fate::duplicate, mark.why());
}

void batch::add_new(record const& of, std::uint64_t fingerprint, rejection why, std::string detail,
                    std::optional<ledger_mark> earlier) {
  add_mark(of.position, {fingerprint, fate::stored, rejection::none});
  entries_.push_back({.position = of.position,
                      .line = of.line,
                      .fingerprint = fingerprint,
                      .bytes_at = bytes_.size(),
                      .bytes = of.bytes.size(),
                      .raw_bytes = of.raw_size,
                      .cells_at = cells_.size(),
                      .cells = of.cells.size(),
                      .rejected = why,
                      .detail = std::move(detail),
                      .earlier = earlier});
  bytes_.append(of.bytes);
  cells_.insert(cells_.end(), of.cells.begin(), of.cells.end());
}

void batch::clear(std::uint64_t keep) {
  first_ = 0;
  marks_.clear();
  entries_.clear();
  cells_.clear();
  bytes_.clear();
  if (bytes_.capacity() > keep) bytes_.shrink_to_fit();
  known_ = {};
}

}  // namespace holdfast
