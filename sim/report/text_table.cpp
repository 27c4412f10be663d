#include "sim/report/text_table.h"

#include <algorithm>
#include <map>

namespace subvolt::report {
namespace {

constexpr std::size_t kLeastWidth = 12;

bool begins_character(char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }

std::size_t characters(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), begins_character));
}

std::size_t width_of(const TextColumn& column) {
  std::size_t width = characters(column.heading);
  for (const std::string& cell : column.cells) {
    const std::size_t wide = characters(cell);
    width = std::max(width, column.widest > 0 ? std::min(wide, column.widest) : wide);
  }
  return width;
}

void put(std::string& line, const std::string& text, std::size_t width, TextColumn::Align align) {
  const std::size_t used = characters(text);
  const std::string blanks(width > used ? width - used : 0, ' ');
  line += align == TextColumn::Align::kRight ? blanks + text : text + blanks;
}

}  // namespace

std::string tail(std::string_view text, std::size_t width) {
  std::size_t left = characters(text);
  if (left <= width) return std::string(text);
  const std::size_t kept = width > 3 ? width - 3 : 0;
  std::size_t begin = 0;
  while (begin < text.size() && (left > kept || !begins_character(text[begin]))) {
    if (begins_character(text[begin])) --left;
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

std::string wrapped(const std::vector<std::string>& words, std::size_t indent, std::size_t width) {
  std::string out;
  std::size_t used = indent;
  for (const std::string& word : words) {
    const std::size_t wide = characters(word);
    if (used > indent && used + 1 + wide > width) {
      out += "\n" + std::string(indent, ' ');
      used = indent;
    }
    out += (used > indent ? " " : "") + word;
    used += (used > indent ? 1 : 0) + wide;
  }
  return out;
}

}  // namespace subvolt::report
