#include "sim/run/memory_trace.h"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <filesystem>
#include <string_view>

#include "sim/config/diagnostics.h"
#include "sim/config/read_file.h"

namespace subvolt::run {
namespace {

constexpr std::size_t kBufferBytes = 1u << 20;

[[noreturn]] void fail_at(const config::SourceLocation& location, const std::string& message) {
  config::Diagnostics diagnostics;
  diagnostics.error(location, "", message);
  diagnostics.throw_if_any();
  throw Error(ErrorKind::kInternal, message);  // not reached: there was one
}

}  // namespace

MemoryTraceFile::MemoryTraceFile(const std::string& file) : file_(file), in_(nullptr, &std::fclose) {
  in_ = config::open_file(file);
  std::error_code code;
  const auto size = std::filesystem::file_size(file, code);
  if (!code) size_ = static_cast<std::int64_t>(size);
  buffer_.resize(kBufferBytes);
  begin_ = end_ = buffer_.data();
  check_header();
}

std::string MemoryTraceFile::where() const { return file_ + ":" + std::to_string(line_number_) + ":1"; }

double MemoryTraceFile::share() const {
  if (size_ == 0) return 0.0;
  return std::min(1.0, static_cast<double>(bytes_ - (end_ - begin_)) / static_cast<double>(size_));
}

void MemoryTraceFile::fail(const char* at, const std::string& message) const {
  fail_at({file_, static_cast<int>(line_number_), static_cast<int>(at - line_) + 1}, message);
}

void MemoryTraceFile::read_more() {
  char* const start = buffer_.data();
  const auto kept = static_cast<std::size_t>(end_ - begin_);
  if (kept == buffer_.size()) fail_at({file_, static_cast<int>(line_number_) + 1, 1}, "this line has no end");
  std::memmove(start, begin_, kept);
  const std::size_t got = std::fread(start + kept, 1, buffer_.size() - kept, in_.get());
  if (got == 0 && std::ferror(in_.get()) != 0) throw Error(ErrorKind::kConfiguration, "cannot read " + file_ + ": " + std::strerror(errno));
  bytes_ += static_cast<std::int64_t>(got);
  begin_ = start;
  end_ = start + kept + got;
}

bool MemoryTraceFile::next_line() {
  const void* newline = std::memchr(begin_, '\n', static_cast<std::size_t>(end_ - begin_));
  while (newline == nullptr) {
    const auto before = end_ - begin_;
    read_more();
    if (end_ - begin_ == before) break;
    newline = std::memchr(begin_ + before, '\n', static_cast<std::size_t>(end_ - begin_ - before));
  }
  if (newline == nullptr && begin_ == end_) return false;
  line_ = begin_;
  line_end_ = newline == nullptr ? end_ : static_cast<const char*>(newline);
  begin_ = newline == nullptr ? end_ : line_end_ + 1;
  if (line_end_ > line_ && line_end_[-1] == '\r') --line_end_;
  ++line_number_;
  return true;
}

void MemoryTraceFile::check_header() {
  const bool any = next_line();
  if (!any) line_ = line_end_ = begin_, line_number_ = 1;
  const std::string_view line(line_, static_cast<std::size_t>(line_end_ - line_));
  if (line != kHeader) fail(line_, "expected the header " + std::string(kHeader) + ", got " + quote(line_));
}

// The rest of the field at `at`, for messages.
std::string MemoryTraceFile::quote(const char* at) const {
  constexpr std::ptrdiff_t kMost = 40;
  const bool header = line_number_ == 1;
  const char* end = header ? line_end_ : std::find(at, line_end_, ',');
  std::string text(at, std::min(end, at + kMost));
  for (char& c : text) {
    if (static_cast<unsigned char>(c) < ' ' || c == 0x7f) c = '?';
  }
  return text.empty() ? "nothing" : "\"" + text + (end - at > kMost ? "..." : "") + "\"";
}

std::int64_t MemoryTraceFile::number(const char*& at, char end, const char* what) const {
  std::int64_t value = 0;
  const auto [stop, error] = std::from_chars(at, line_end_, value);
  const bool ended = end == '\0' ? stop == line_end_ : stop != line_end_ && *stop == end;
  if (error != std::errc() || !ended || value < 0 || value > kLargest || *at == '-') {
    // Columns are missing where the line ends after a good number.
    if (error == std::errc() && stop == line_end_ && end != '\0') {
      fail(stop, std::string("expected five columns, ") + kHeader);
    }
    if (error == std::errc() && stop != line_end_ && *stop == ',' && end == '\0') {
      fail(stop, std::string("expected nothing after the ") + what + ": five columns, " + kHeader);
    }
    fail(at, std::string("expected the ") + what + ", an integer from 0 to 10^15, got " + quote(at));
  }
  at = end == '\0' ? stop : stop + 1;
  return value;
}

bool MemoryTraceFile::operation(const char*& at) const {
  const bool good = line_end_ - at >= 2 && (*at == 'R' || *at == 'W') && at[1] == ',';
  if (!good) fail(at, "expected the op, R or W, got " + quote(at));
  const bool write = *at == 'W';
  at += 2;
  return write;
}

bool MemoryTraceFile::next(MemoryRequest& request) {
  do {
    if (!next_line()) return false;
  } while (line_ == line_end_);
  const char* at = line_;
  request.arrival_cycle = number(at, ',', "arrival_cycle");
  request.write = operation(at);
  request.bank = number(at, ',', "bank");
  request.row = number(at, ',', "row");
  request.burst = number(at, '\0', "burst");
  return true;
}

}  // namespace subvolt::run
