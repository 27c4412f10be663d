#include "sim/report/tables/text_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <sstream>

namespace subvolt::report {
namespace {

constexpr std::size_t kLeastWidth = 12;

bool begins_character(char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }

// The character that begins at `at`; what is no UTF-8 counts byte by byte.
char32_t character_at(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned lead = byte(at);
  const std::size_t more = lead >= 0xF0U ? 3 : lead >= 0xE0U ? 2 : lead >= 0xC0U ? 1 : 0;
  if (at + more >= text.size()) return lead;
  char32_t c = more == 0 ? lead : lead & (0x3FU >> more);
  for (std::size_t i = 1; i <= more; ++i) c = (c << 6U) | (byte(at + i) & 0x3FU);
  return c;
}

// Unicode 15, EastAsianWidth.txt (W and F) as terminals show it, and the marks that stand on the character before.
struct Range {
  char32_t first, last;
};
constexpr Range kWide[] = {{0x1100, 0x115F},   {0x231A, 0x231B},   {0x2329, 0x232A},   {0x23E9, 0x23EC},
                           {0x2E80, 0x303E},   {0x3041, 0x33FF},   {0x3400, 0x4DBF},   {0x4E00, 0xA4CF},
                           {0xA960, 0xA97F},   {0xAC00, 0xD7A3},   {0xF900, 0xFAFF},   {0xFE10, 0xFE19},
                           {0xFE30, 0xFE6F},   {0xFF00, 0xFF60},   {0xFFE0, 0xFFE6},   {0x16FE0, 0x18DFF},
                           {0x1AFF0, 0x1B2FF}, {0x1F300, 0x1F64F}, {0x1F680, 0x1F6FF}, {0x1F900, 0x1F9FF},
                           {0x20000, 0x3FFFD}};
constexpr Range kNone[] = {{0x0300, 0x036F}, {0x1AB0, 0x1AFF}, {0x1DC0, 0x1DFF}, {0x200B, 0x200F},
                           {0x20D0, 0x20FF}, {0xFE00, 0xFE0F}, {0xFE20, 0xFE2F}};

template <std::size_t N>
bool in(const Range (&ranges)[N], char32_t c) {
  return std::any_of(std::begin(ranges), std::end(ranges), [c](const Range& r) { return r.first <= c && c <= r.last; });
}

// Of the character that begins at `at`.
std::size_t columns_at(std::string_view text, std::size_t at) {
  if (static_cast<unsigned char>(text[at]) < 0x80U) return 1;
  const char32_t c = character_at(text, at);
  return in(kNone, c) ? 0 : in(kWide, c) ? 2 : 1;
}

std::size_t width_of(const TextColumn& column) {
  std::size_t width = columns(column.heading);
  for (const std::string& cell : column.cells) {
    const std::size_t wide = columns(cell);
    width = std::max(width, column.widest > 0 ? std::min(wide, column.widest) : wide);
  }
  return width;
}

void put(std::string& line, const std::string& text, std::size_t width, TextColumn::Align align) {
  const std::size_t used = columns(text);
  const std::string blanks(width > used ? width - used : 0, ' ');
  line += align == TextColumn::Align::kRight ? blanks + text : text + blanks;
}

}  // namespace

std::size_t columns(std::string_view text) {
  std::size_t sum = 0;
  for (std::size_t i = 0; i < text.size(); ++i) sum += begins_character(text[i]) ? columns_at(text, i) : 0;
  return sum;
}

std::string tail(std::string_view text, std::size_t width) {
  std::size_t left = columns(text);
  if (left <= width) return std::string(text);
  const std::size_t kept = width > 3 ? width - 3 : 0;
  std::size_t begin = 0;
  while (begin < text.size() && (left > kept || !begins_character(text[begin]))) {
    if (begins_character(text[begin])) left -= columns_at(text, begin);
    ++begin;
    while (begin < text.size() && !begins_character(text[begin])) ++begin;
  }
  return "..." + std::string(text.substr(begin));
}

namespace {

std::size_t common_suffix(const std::string& a, const std::string& b) {
  const auto [at, other] = std::mismatch(a.rbegin(), a.rend(), b.rbegin(), b.rend());
  static_cast<void>(other);
  return static_cast<std::size_t>(at - a.rbegin());
}

// Texts that are the same: by text, their places.
std::map<std::string, std::vector<std::size_t>> same(const std::vector<std::string>& texts) {
  std::map<std::string, std::vector<std::size_t>> groups;
  for (std::size_t i = 0; i < texts.size(); ++i) groups[texts[i]].push_back(i);
  return groups;
}

}  // namespace

std::vector<std::string> distinct_cuts(const std::vector<std::string>& texts, std::size_t width) {
  constexpr std::string_view kCut = "...";
  constexpr std::size_t kShownOfSuffix = 2;
  std::vector<std::string> cuts;
  for (const std::string& text : texts) cuts.push_back(tail(text, width));
  for (const auto& [cut, places] : same(cuts)) {
    const std::string& first = texts[places.front()];
    std::size_t alike = first.size();
    for (const std::size_t i : places) alike = std::min(alike, common_suffix(texts[i], first));
    if (places.size() == 1 || alike <= kShownOfSuffix) continue;
    for (const std::size_t i : places) {
      std::size_t end = texts[i].size() - alike + kShownOfSuffix;
      while (end < texts[i].size() && !begins_character(texts[i][end])) ++end;
      cuts[i] = tail(texts[i].substr(0, end), width - kCut.size()) + std::string(kCut);
    }
  }
  for (const auto& [cut, places] : same(cuts)) {
    if (places.size() == 1) continue;
    for (const std::size_t i : places) {
      const std::string number = "#" + std::to_string(i + 1) + " ";
      cuts[i] = number + tail(texts[i], width - std::min(width, number.size()));
    }
  }
  return cuts;
}

std::string printable(std::string text) {
  for (char& c : text) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = '?';
  }
  // U+202A to U+202E and U+2066 to U+2069 turn the direction of writing, of what follows them, too.
  for (std::size_t i = 0; i + 2 < text.size(); ++i) {
    const bool turns = (text.compare(i, 2, "\xE2\x80") == 0 && text[i + 2] >= '\xAA' && text[i + 2] <= '\xAE') ||
                       (text.compare(i, 2, "\xE2\x81") == 0 && text[i + 2] >= '\xA6' && text[i + 2] <= '\xA9');
    if (turns) text.replace(i, 3, "?");
  }
  return text;
}

std::string text_table(std::vector<TextColumn> columns, std::size_t width) {
  std::size_t rows = 0;
  std::size_t total = 0;
  std::vector<std::size_t> widths;
  for (const TextColumn& column : columns) {
    rows = std::max(rows, column.cells.size());
    widths.push_back(width_of(column));
    total += widths.back() + (widths.size() > 1 ? 2 : 0);
  }
  for (std::size_t c = 0; c < columns.size() && width > 0 && total > width; ++c) {
    if (columns[c].widest == 0) continue;
    const std::size_t least = std::min(widths[c], kLeastWidth);
    widths[c] = std::max(least, widths[c] - std::min(widths[c], total - width));
    break;
  }
  std::string out;
  const auto add_line = [&](const auto& cell_of) {
    std::string line;
    for (std::size_t c = 0; c < columns.size(); ++c) {
      if (c > 0) line += "  ";
      put(line, tail(cell_of(columns[c]), widths[c]), widths[c], columns[c].align);
    }
    line.erase(line.find_last_not_of(' ') + 1);
    out += line + "\n";
  };
  add_line([](const TextColumn& column) { return column.heading; });
  for (std::size_t r = 0; r < rows; ++r) {
    add_line([r](const TextColumn& column) { return r < column.cells.size() ? column.cells[r] : std::string(); });
  }
  return out;
}

std::string card_heading(const std::string& left, const std::string& right) {
  const std::string title = tail(left, kCardWidth);
  const std::string rule = "\n" + std::string(kCardWidth, '-') + "\n";
  const std::size_t used = columns(title) + columns(right);
  if (used + 2 <= kCardWidth) return title + std::string(kCardWidth - used, ' ') + right + rule;
  std::string out = title;
  std::string line;
  const auto flush = [&] {
    if (!line.empty() && line.back() == ' ') line.pop_back();
    const std::string shown = tail(line, kCardWidth);
    out += "\n" + std::string(kCardWidth - columns(shown), ' ') + shown;
    line.clear();
  };
  for (std::size_t begin = 0; begin < right.size();) {
    const std::size_t end = std::min(right.find_first_of(", ", begin), right.size() - 1) + 1;
    const std::string piece = right.substr(begin, end - begin);
    if (!line.empty() && columns(line) + columns(piece) > kCardWidth) flush();
    line += piece;
    begin = end;
  }
  flush();
  return out + rule;
}

std::string wrapped(const std::vector<std::string>& words, std::size_t indent, std::size_t width) {
  std::string out;
  std::size_t used = indent;
  for (const std::string& word : words) {
    const std::size_t wide = columns(word);
    if (used > indent && used + 1 + wide > width) {
      out += "\n" + std::string(indent, ' ');
      used = indent;
    }
    out += (used > indent ? " " : "") + word;
    used += (used > indent ? 1 : 0) + wide;
  }
  return out;
}

std::vector<std::string> words_of(const std::string& text) {
  std::vector<std::string> words;
  std::istringstream stream(text);
  for (std::string word; stream >> word;) words.push_back(word);
  return words;
}

std::string labelled(const std::string& label, const std::vector<std::string>& words, std::size_t indent) {
  return fmt::format("{:<{}}", label, indent) + wrapped(words, indent, kCardWidth) + "\n";
}

}  // namespace subvolt::report
