#include "sim/run/bench/trace_lines.h"

#include <algorithm>
#include <cstring>
#include <filesystem>

#include "sim/config/diagnostics.h"

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

TraceLines::TraceLines(const std::string& file) : file_(file), in_(config::open_file(file)) {
  std::error_code code;
  const auto size = std::filesystem::file_size(file, code);
  if (!code) size_ = static_cast<std::int64_t>(size);
  buffer_.resize(kBufferBytes);
  begin_ = end_ = line_ = line_end_ = buffer_.data();
}

double TraceLines::share() const {
  if (size_ == 0) return 0.0;
  return std::min(1.0, static_cast<double>(bytes_ - (end_ - begin_)) / static_cast<double>(size_));
}

void TraceLines::fail(const char* at, const std::string& message) const {
  const int line = static_cast<int>(std::max<std::int64_t>(line_number_, 1));
  fail_at({file_, line, static_cast<int>(at - line_) + 1}, message);
}

std::string TraceLines::quote(const char* at, const char* ends) const {
  constexpr std::ptrdiff_t kMost = 40;
  const char* end = std::find_first_of(at, line_end_, ends, ends + std::strlen(ends));
  std::string text(at, std::min(end, at + kMost));
  for (char& c : text) {
    if (static_cast<unsigned char>(c) < ' ' || c == 0x7f) c = '?';
  }
  return text.empty() ? "nothing" : "\"" + text + (end - at > kMost ? "..." : "") + "\"";
}

void TraceLines::read_more() {
  char* const start = buffer_.data();
  const auto kept = static_cast<std::size_t>(end_ - begin_);
  if (kept == buffer_.size()) fail_at({file_, static_cast<int>(line_number_) + 1, 1}, "this line has no end");
  std::memmove(start, begin_, kept);
  const std::size_t got = std::fread(start + kept, 1, buffer_.size() - kept, in_.get());
  if (got == 0 && std::ferror(in_.get()) != 0) throw Error(ErrorKind::kConfiguration, "cannot read the trace " + file_);
  bytes_ += static_cast<std::int64_t>(got);
  begin_ = start;
  end_ = start + kept + got;
}

bool TraceLines::next() {
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

}  // namespace subvolt::run
