#include "holdfast/redact/secret.hpp"

#include <atomic>

namespace holdfast {

secret::secret(secret&& other) noexcept : text_{std::move(other.text_)} {
  other.wipe();  // a short text was copied, not moved
}

secret& secret::operator=(secret const& other) {
  if (this == &other) return *this;
  secret copy{other};
  text_.swap(copy.text_);
  return *this;
}

secret& secret::operator=(secret&& other) noexcept {
  if (this == &other) return *this;
  wipe();
  text_.swap(other.text_);
  other.wipe();
  return *this;
}

secret::~secret() { wipe(); }

bool secret::equals(std::string_view other) const noexcept {
  if (text_.size() != other.size()) return false;
  unsigned differences = 0;
  for (std::size_t i = 0; i < other.size(); ++i) {
    differences |= static_cast<unsigned>(static_cast<unsigned char>(text_[i] ^ other[i]));
  }
  return differences == 0;
}

void secret::wipe() noexcept {
  // Through volatile, since a compiler may drop stores to memory that nobody reads again.
  text_.resize(text_.capacity());
  char volatile* const bytes = text_.data();
  for (std::size_t i = 0; i < text_.size(); ++i) bytes[i] = 0;
  std::atomic_signal_fence(std::memory_order_seq_cst);
  text_.clear();
}

}  // namespace holdfast
