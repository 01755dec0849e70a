#include "gzip_bytes.hpp"

#include "holdfast/base/contract.hpp"

#include <limits>
#include <optional>
#include <utility>
#include <vector>

#include <zlib.h>

namespace holdfast {
namespace {

constexpr std::size_t packed_buffer_size = 256 * 1024;
constexpr int gzip_only = 16 + MAX_WBITS;  // zlib's way to ask for the gzip format

class gzip_bytes final : public byte_source {
 public:
  gzip_bytes(std::unique_ptr<byte_source> packed, std::string shown_name)
      : packed_{std::move(packed)},
        shown_name_{std::move(shown_name)},
        buffer_(packed_buffer_size) {
    expects(inflateInit2(&stream_, gzip_only) == Z_OK, "zlib can be initialised");
  }
  ~gzip_bytes() override { inflateEnd(&stream_); }
  gzip_bytes(gzip_bytes const&) = delete;
  gzip_bytes& operator=(gzip_bytes const&) = delete;

  expected<std::size_t, problem> read(std::span<char> room) override {
    std::size_t written = 0;
    while (written == 0 && !failed_) {
      if (stream_.avail_in == 0 && !input_ended_) refill();
      if (failed_) break;
      if (!in_member_ && !begin_member()) break;
      written = inflate_into(room);
    }
    if (written == 0 && failed_) return unexpected{*failed_};
    return written;
  }

  std::uint64_t bytes_read() const noexcept override { return packed_->bytes_read(); }
  std::uint64_t bytes_total() const noexcept override { return packed_->bytes_total(); }
  std::string packing() const override { return "gzip"; }

 private:
  void refill() {
    auto const got = packed_->read(buffer_);
    if (!got) {
      failed_ = got.error();
      return;
    }
    input_ended_ = *got == 0;
    stream_.next_in = reinterpret_cast<Bytef*>(buffer_.data());
    stream_.avail_in = static_cast<uInt>(*got);
  }

  // Stands between two members, or before the first. False at the end of the input, and where
  // what follows is no member.
  bool begin_member() {
    if (members_ != 0) skip_padding();
    if (failed_ || stream_.avail_in == 0) return false;
    inflateReset(&stream_);
    in_member_ = true;
    ++members_;
    return true;
  }

  void skip_padding() {
    for (;;) {
      while (stream_.avail_in != 0 && *stream_.next_in == 0) {
        ++stream_.next_in;
        --stream_.avail_in;
        padded_ = true;
      }
      if (stream_.avail_in != 0 || input_ended_ || failed_) break;
      refill();
    }
    bool const more = !failed_ && stream_.avail_in != 0;
    if (more && (padded_ || *stream_.next_in != 0x1f)) {
      fail("what follows the end of the gzip data is no gzip data");
    }
  }

  std::size_t inflate_into(std::span<char> room) {
    auto const size = std::min<std::size_t>(room.size(), std::numeric_limits<uInt>::max());
    stream_.next_out = reinterpret_cast<Bytef*>(room.data());
    stream_.avail_out = static_cast<uInt>(size);
    bool const starved = stream_.avail_in == 0 && input_ended_;
    int const result = inflate(&stream_, Z_NO_FLUSH);
    std::size_t const written = size - stream_.avail_out;
    if (result == Z_STREAM_END) {
      in_member_ = false;
    } else if (result != Z_OK && result != Z_BUF_ERROR) {
      fail(std::string{"the gzip data is damaged ("} +
               (stream_.msg != nullptr ? stream_.msg : "no reason given") + ")",
           "what was read of it may be wrong: fetch the file again, and import it into an empty "
           "table");
    } else if (starved && written == 0) {
      fail("the gzip data ends too early: the file was cut");
    }
    return written;
  }

  void fail(std::string what, std::string remedy = {}) {
    std::uint64_t const at = packed_->bytes_read() - stream_.avail_in;
    failed_ = problem{
        {shown_name_}, std::move(what) + ", at byte " + std::to_string(at), std::move(remedy)};
  }

  std::unique_ptr<byte_source> packed_;
  std::string shown_name_;
  std::vector<char> buffer_;
  z_stream stream_{};
  std::uint64_t members_ = 0;
  bool in_member_ = false;
  bool padded_ = false;
  bool input_ended_ = false;
  std::optional<problem> failed_;
};

}  // namespace

std::unique_ptr<byte_source> unpack_gzip(std::unique_ptr<byte_source> packed,
                                         std::string shown_name) {
  return std::make_unique<gzip_bytes>(std::move(packed), std::move(shown_name));
}

}  // namespace holdfast
