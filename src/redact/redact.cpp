#include "holdfast/redact/redact.hpp"

#include "holdfast/redact/redactor.hpp"
#include "redact/replacing.hpp"
#include "redact/secret_forms.hpp"

#include <algorithm>
#include <atomic>
#include <memory>

namespace holdfast {
namespace {

using redact_detail::known_values;

/// The secrets of the process, as they were at one moment.
struct kept_secrets {
  std::vector<std::string> texts;
  known_values known;
  kept_secrets* next = nullptr;  ///< in the list of those that were replaced

  explicit kept_secrets(std::vector<std::string> all)
      : texts{std::move(all)}, known{forms_of_all(texts)} {}

  static std::vector<std::string> forms_of_all(std::vector<std::string> const& texts) {
    std::vector<std::string_view> const views{texts.begin(), texts.end()};
    return redact_detail::admit(views).forms;
  }
};

// What was replaced is freed once nobody reads: a reader counts itself in before it loads
// `current`, so whoever has replaced `current` and then sees no reader may free what it was. In the
// child of a fork the readers of other threads stay counted, and nothing is freed any more; nobody
// waits for anybody. All orders are sequentially consistent, which the argument needs.
// NOLINTBEGIN(cppcoreguidelines-avoid-non-const-global-variables)
constinit std::atomic<kept_secrets*> current{nullptr};
constinit std::atomic<kept_secrets*> replaced{nullptr};
constinit std::atomic<int> readers{0};
// NOLINTEND(cppcoreguidelines-avoid-non-const-global-variables)

class reading {
 public:
  reading() noexcept { ++readers; }
  reading(reading const&) = delete;
  reading& operator=(reading const&) = delete;
  ~reading() { --readers; }
};

void hand_back(kept_secrets* first) noexcept {
  while (first != nullptr) {
    kept_secrets* const next = first->next;
    first->next = replaced.load();
    while (!replaced.compare_exchange_weak(first->next, first)) {
    }
    first = next;
  }
}

void free_unread() noexcept {
  kept_secrets* first = replaced.exchange(nullptr);
  if (readers.load() != 0) return hand_back(first);
  while (first != nullptr) {
    std::unique_ptr<kept_secrets> const ended{first};
    first = first->next;
  }
}

bool has_room(std::vector<std::string> const& texts, std::string_view text) {
  std::size_t bytes = text.size();
  for (std::string const& each : texts) bytes += each.size();
  return texts.size() < redactor::most_secrets && bytes <= redactor::most_secret_bytes;
}

/// Puts the secrets with `text` among them in the place of those without; false where another
/// thread was faster.
bool replace_current(std::string_view text, bool& kept) {
  reading const now;
  kept_secrets* before = current.load();
  std::vector<std::string> texts;
  if (before != nullptr) texts = before->texts;
  kept = std::ranges::find(texts, text) != texts.end();
  if (kept || !has_room(texts, text)) return true;
  texts.emplace_back(text);
  auto after = std::make_unique<kept_secrets>(std::move(texts));
  if (!current.compare_exchange_strong(before, after.get())) return false;
  static_cast<void>(after.release());
  hand_back(before);
  kept = true;
  return true;
}

}  // namespace

bool keep_secret(std::string_view text) {
  if (text.size() < redact_detail::least_secret) return false;
  bool kept = false;
  while (!replace_current(text, kept)) {
  }
  free_unread();
  return kept;
}

void forget_secrets() {
  hand_back(current.exchange(nullptr));
  free_unread();
}

std::string_view redact(std::string_view text, std::string& into, text_end end) {
  constexpr redaction rules;
  if (current.load() == nullptr) {
    return redact_detail::redact_with(text, into, rules, nullptr, end);
  }
  reading const now;
  kept_secrets const* const kept = current.load();
  known_values const* const known = kept == nullptr ? nullptr : &kept->known;
  return redact_detail::redact_with(text, into, rules, known, end);
}

std::string redacted(std::string_view text, text_end end) {
  std::string changed;
  return std::string{redact(text, changed, end)};
}

}  // namespace holdfast
