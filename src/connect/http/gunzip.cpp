#include "connect/http/gunzip.hpp"

#include <new>

#include <zlib.h>

namespace holdfast::http {

struct gunzip::state {
  z_stream stream{};
};

gunzip::gunzip() : state_{std::make_unique<state>()} {
  constexpr int gzip_of_the_largest_window = 16 + MAX_WBITS;
  if (inflateInit2(&state_->stream, gzip_of_the_largest_window) != Z_OK) throw std::bad_alloc{};
}

gunzip::~gunzip() { inflateEnd(&state_->stream); }

void gunzip::feed(std::string_view packed) {
  // zlib reads through a pointer that it does not promise to leave alone in its type.
  state_->stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
  state_->stream.avail_in = static_cast<uInt>(packed.size());
}

std::optional<std::string_view> gunzip::next() {
  z_stream& stream = state_->stream;
  for (;;) {
    if (at_end_ && stream.avail_in == 0) return std::string_view{};
    if (at_end_ && inflateReset(&stream) != Z_OK) return std::nullopt;
    stream.next_out = reinterpret_cast<Bytef*>(text_.data());
    stream.avail_out = static_cast<uInt>(text_.size());
    int const told = inflate(&stream, Z_NO_FLUSH);
    at_end_ = told == Z_STREAM_END;
    if (told == Z_BUF_ERROR) return std::string_view{};  // it has seen all there is
    if (told != Z_OK && !at_end_) return std::nullopt;
    std::size_t const made = text_.size() - stream.avail_out;
    if (made > 0) return std::string_view{text_.data(), made};
    if (!at_end_ && stream.avail_in == 0) return std::string_view{};
  }
}

}  // namespace holdfast::http
