#include "sim/scenario/value/csv.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstring>
#include <filesystem>

#include "sim/config/diagnostics.h"
#include "sim/config/error.h"
#include "sim/config/text.h"

namespace subvolt::scenario {
namespace {

constexpr std::size_t kPiece = 1 << 16;
constexpr std::size_t kLongestLine = 1 << 20;

std::string_view trimmed(std::string_view s) {
  while (!s.empty() && (s.front() == ' ' || s.front() == '\t')) s.remove_prefix(1);
  while (!s.empty() && (s.back() == ' ' || s.back() == '\t' || s.back() == '\r')) s.remove_suffix(1);
  return s;
}

}  // namespace

Csv::Csv(const std::string& file, const std::vector<std::string>& wanted, const config::SourceLocation& mention)
    : file_(file), in_(config::open_file(file, mention)), buffer_(kPiece) {
  if (!read_line()) refuse("expected a line of headings, got an empty file");
  for (const std::string_view cell : cells_) headings_.emplace_back(cell);
  for (const std::string& name : wanted) {
    if (column(name) < 0) {
      refuse("expected a column " + name + ", got " + config::excerpt(config::listed(headings_)));
    }
  }
}

int Csv::column(std::string_view name) const {
  const auto at = std::find(headings_.begin(), headings_.end(), name);
  return at == headings_.end() ? -1 : static_cast<int>(at - headings_.begin());
}

bool Csv::next() {
  if (!read_line()) return false;
  if (cells_.size() != headings_.size()) {
    refuse("expected " + std::to_string(headings_.size()) + " columns, got " + std::to_string(cells_.size()));
  }
  return true;
}

std::string_view Csv::word(int column) const { return cells_[static_cast<std::size_t>(column)]; }

double Csv::number(int column) const {
  const std::string_view text = word(column);
  double value = 0.0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (code != std::errc() || end != text.data() + text.size() || !std::isfinite(value)) {
    refuse("expected a number in column " + headings_[static_cast<std::size_t>(column)] + ", got \"" +
           config::excerpt(std::string(text)) + "\"");
  }
  return value;
}

void Csv::refuse(const std::string& why) const {
  throw_configuration(file_ + ":" + std::to_string(line_) + ": " + why);
}

// Blank lines and those that begin with # are none.
bool Csv::read_line() {
  while (true) {
    text_.clear();
    bool ended = false;
    while (!ended) {
      if (begin_ == end_) {
        begin_ = 0;
        end_ = std::fread(buffer_.data(), 1, buffer_.size(), in_.get());
        if (end_ == 0) break;
      }
      const char* const from = buffer_.data() + begin_;
      const char* const to = static_cast<const char*>(std::memchr(from, '\n', end_ - begin_));
      ended = to != nullptr;
      const std::size_t n = ended ? static_cast<std::size_t>(to - from) : end_ - begin_;
      text_.append(from, n);
      begin_ += n + (ended ? 1 : 0);
      if (text_.size() > kLongestLine) refuse("the line is longer than 1 MiB");
    }
    if (!ended && text_.empty()) return false;
    ++line_;
    const std::string_view line = trimmed(text_);
    if (line.empty() || line.front() == '#') continue;
    cells_.clear();
    std::size_t at = 0;
    while (true) {
      const std::size_t comma = std::min(line.find(',', at), line.size());
      cells_.push_back(trimmed(line.substr(at, comma - at)));
      if (comma == line.size()) return true;
      at = comma + 1;
    }
  }
}

std::string beside(const std::string& file, const config::SourceLocation& mention) {
  const std::filesystem::path path(file);
  if (path.is_absolute()) return file;
  const std::filesystem::path folder = std::filesystem::path(mention.file.str()).parent_path();
  return (folder / path).lexically_normal().string();
}

}  // namespace subvolt::scenario
