#include "sim/config/read_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "sim/config/error.h"
#include "sim/config/library.h"
#include "sim/units/text.h"

namespace subvolt::config {
namespace {

constexpr std::size_t kPieceBytes = std::size_t{1} << 16;

std::string reason(int error) {
  switch (error) {
    case ENOENT:
      return "no such file";
    case EACCES:
      return "permission denied";
    case ELOOP:
      return "a loop of links";
    case ENOTDIR:
      return "a part of its path is no directory";
    case ENAMETOOLONG:
      return "its name is too long";
    default:
      return std::strerror(error);
  }
}

std::string why_no_file(const struct stat& is) {
  if (S_ISREG(is.st_mode)) return "";
  if (S_ISDIR(is.st_mode)) return "is a directory";
  if (S_ISFIFO(is.st_mode)) return "is no regular file but a pipe";
  if (S_ISCHR(is.st_mode) || S_ISBLK(is.st_mode)) return "is no regular file but a device";
  return "is no regular file";
}

[[noreturn]] void fail(const std::string& file, const SourceLocation& mention, const std::string& why) {
  const std::string place = mention.text();
  throw Error(ErrorKind::kConfiguration,
              (place.empty() ? "" : place + ": ") + "cannot read " + display_path(file) + ": " + why);
}

struct Opened {
  int descriptor = -1;
  std::string why_not;
};

// Looks before it opens, for opening a device or a pipe may already wait or do something; and once more at what it got.
Opened open_regular(const std::string& file) {
  struct stat is {};
  if (stat(file.c_str(), &is) != 0) {
    const int error = errno;
    const bool leads_nowhere = error == ENOENT && lstat(file.c_str(), &is) == 0;
    return {-1, leads_nowhere ? "a link to a file that does not exist" : reason(error)};
  }
  if (std::string why = why_no_file(is); !why.empty()) return {-1, why};
  const int descriptor = open(file.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  if (descriptor < 0) return {-1, reason(errno)};
  if (fstat(descriptor, &is) != 0 || !S_ISREG(is.st_mode)) {
    close(descriptor);
    return {-1, "is no regular file"};
  }
  return {descriptor, ""};
}

}  // namespace

OpenFile open_file(const std::string& file, const SourceLocation& mention) {
  const Opened opened = open_regular(file);
  if (opened.descriptor < 0) fail(file, mention, opened.why_not);
  OpenFile stream(fdopen(opened.descriptor, "rb"), &std::fclose);
  if (!stream) {
    const int error = errno;
    close(opened.descriptor);
    fail(file, mention, reason(error));
  }
  return stream;
}

std::string read_file(const std::string& file, std::uintmax_t most, const SourceLocation& mention) {
  const OpenFile stream = open_file(file, mention);
  std::string text;
  struct stat is {};
  if (fstat(fileno(stream.get()), &is) == 0 && is.st_size > 0) {
    text.reserve(static_cast<std::size_t>(std::min<std::uintmax_t>(static_cast<std::uintmax_t>(is.st_size), most)) + 1);
  }
  char piece[kPieceBytes];
  for (;;) {
    const std::size_t got = std::fread(piece, 1, sizeof piece, stream.get());
    if (got == 0) break;
    // Counted while reading: a file may grow, and some say nothing of their size.
    if (text.size() + got > most) {
      fail(file, mention, "larger than " + brief(Bytes(static_cast<std::int64_t>(most))));
    }
    text.append(piece, got);
  }
  if (std::ferror(stream.get()) != 0) fail(file, mention, reason(errno));
  return text;
}

std::string why_unreadable(const std::string& file) {
  const Opened opened = open_regular(file);
  if (opened.descriptor >= 0) close(opened.descriptor);
  return opened.why_not;
}

}  // namespace subvolt::config
