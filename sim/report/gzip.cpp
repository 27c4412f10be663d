#include "sim/report/gzip.h"

#include <zlib.h>

#include "sim/config/error.h"
#include "sim/config/read_file.h"

namespace subvolt::report {
namespace {

constexpr int kGzip = 16 + MAX_WBITS;  // zlib: the largest window, with gzip's header and trailer
constexpr std::size_t kPiece = std::size_t{1} << 16;

Bytef* bytes_of(const std::string& text) {
  return reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));  // zlib reads them only
}

}  // namespace

std::string gzip(const std::string& text) {
  constexpr int kMemory = 8;  // zlib's own default
  z_stream stream{};
  if (deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, kGzip, kMemory, Z_DEFAULT_STRATEGY) != Z_OK) {
    throw Error(ErrorKind::kInternal, "zlib has no memory to compress with");
  }
  std::string packed(deflateBound(&stream, text.size()), '\0');
  stream.next_in = bytes_of(text);
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = bytes_of(packed);
  stream.avail_out = static_cast<uInt>(packed.size());
  deflate(&stream, Z_FINISH);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  return packed;
}

std::string gunzip(const std::string& packed, const std::string& file) {
  z_stream stream{};
  if (inflateInit2(&stream, kGzip) != Z_OK) throw Error(ErrorKind::kInternal, "zlib has no memory to unpack with");
  stream.next_in = bytes_of(packed);
  stream.avail_in = static_cast<uInt>(packed.size());
  std::string text;
  int state = Z_OK;
  while (state == Z_OK && text.size() <= config::kMaxTableBytes) {
    const std::size_t had = text.size();
    text.resize(had + kPiece);
    stream.next_out = bytes_of(text) + had;
    stream.avail_out = static_cast<uInt>(kPiece);
    state = inflate(&stream, Z_NO_FLUSH);
    text.resize(had + kPiece - stream.avail_out);
  }
  inflateEnd(&stream);
  if (state == Z_OK) throw Error(ErrorKind::kConfiguration, file + ": larger than 256 MiB when unpacked");
  if (state != Z_STREAM_END || stream.avail_in > 0) {
    throw Error(ErrorKind::kConfiguration, file + ": expected a gzip file, and it is none, or damaged");
  }
  return text;
}

}  // namespace subvolt::report
