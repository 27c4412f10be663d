#include "sim/config/byte_source.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <vector>

#include "sim/config/error.h"
#include "sim/config/library.h"
#include "sim/units/text.h"

namespace subvolt::config {
namespace {

[[noreturn]] void fail(const std::string& file, const std::string& why) {
  throw Error(ErrorKind::kConfiguration, "cannot read " + display_path(file) + ": " + why);
}

}  // namespace

ByteSource::ByteSource(const std::string& file, std::uintmax_t most) : file_(file), stream_(open_file(file)) {
  struct stat is {};
  if (fstat(fileno(stream_.get()), &is) != 0) fail(file, std::strerror(errno));
  size_ = static_cast<std::uintmax_t>(is.st_size);
  if (size_ > most) fail(file, "larger than " + brief(Bytes(static_cast<std::int64_t>(most))));
}

void ByteSource::copy(std::uintmax_t at, std::size_t count, void* to) const {
  if (at > size_ || count > size_ - at) throw Error(ErrorKind::kInternal, "bytes outside of their source are read");
  if (count == 0) return;
  if (!stream_) {
    std::memcpy(to, data_ + at, count);
    return;
  }
  char* next = static_cast<char*>(to);
  while (count > 0) {
    const ssize_t got = pread(fileno(stream_.get()), next, count, static_cast<off_t>(at));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) fail(file_, std::strerror(errno));
    if (got == 0) fail(file_, "became shorter while it was read");
    next += got;
    at += static_cast<std::uintmax_t>(got);
    count -= static_cast<std::size_t>(got);
  }
}

void ByteSource::each_piece(std::uintmax_t at, std::uintmax_t count, const Take& take) const {
  std::vector<std::uint8_t> held(stream_ ? static_cast<std::size_t>(std::min<std::uintmax_t>(count, kPieceBytes)) : 0);
  while (count > 0) {
    const auto piece = static_cast<std::size_t>(std::min<std::uintmax_t>(count, kPieceBytes));
    if (stream_) {
      copy(at, piece, held.data());
      take(held.data(), piece);
    } else {
      take(data_ + at, piece);
    }
    at += piece;
    count -= piece;
  }
}

}  // namespace subvolt::config
