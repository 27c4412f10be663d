#include "sim/network/scalesim/scalesim_table.h"

#include <algorithm>
#include <cctype>

#include "sim/config/diagnostics.h"

namespace subvolt::network {
namespace {

using Column = TopologyColumn;

struct Heading {
  const char* name;  // in lower case, words with one blank between them
  Column column;
};

// As the published tables and the writers of such tables spell them; the first of each column is shown to people.
constexpr Heading kHeadings[] = {
    {"ifmap height", Column::kIfmapHeight},
    {"ifmap h", Column::kIfmapHeight},
    {"ifmap width", Column::kIfmapWidth},
    {"ifmap w", Column::kIfmapWidth},
    {"filter height", Column::kFilterHeight},
    {"filter h", Column::kFilterHeight},
    {"filter width", Column::kFilterWidth},
    {"filter w", Column::kFilterWidth},
    {"channels", Column::kChannels},
    {"channel", Column::kChannels},
    {"num channels", Column::kChannels},
    {"num filter", Column::kFilters},
    {"num filters", Column::kFilters},
    {"strides", Column::kStride},
    {"stride", Column::kStride},
    {"stride height", Column::kStride},
    {"stride h", Column::kStride},
    {"stride width", Column::kStrideWidth},
    {"stride w", Column::kStrideWidth},
    {"m", Column::kM},
    {"n", Column::kN},
    {"k", Column::kK},
    {"batch size", Column::kBatch},
    {"batch", Column::kBatch},
    {"sparsity", Column::kSparsity},
    {"sparsity ratio", Column::kSparsity},
};

std::string_view trimmed(std::string_view text) {
  const auto blank = [](char c) { return c == ' ' || c == '\t' || c == '\r'; };
  while (!text.empty() && blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && blank(text.back())) text.remove_suffix(1);
  if (text.size() >= 2 && text.front() == '"' && text.back() == '"') return trimmed(text.substr(1, text.size() - 2));
  return text;
}

// "Num  Filter" and "num_filter" are "num filter".
std::string words_of(std::string_view text) {
  std::string words;
  for (const char c : text) {
    const auto u = static_cast<unsigned char>(c);
    if (std::isalnum(u)) {
      words += static_cast<char>(std::tolower(u));
    } else if (!words.empty() && words.back() != ' ') {
      words += ' ';
    }
  }
  while (!words.empty() && words.back() == ' ') words.pop_back();
  return words;
}

std::optional<Column> column_of(const std::string& words) {
  for (const Heading& heading : kHeadings) {
    if (words == heading.name) return heading.column;
  }
  for (const char* operand : {"ifmap", "filter", "ofmap"}) {
    const std::string start = operand;
    for (const char* what : {" offset", " base addr", " base address", " base addr absolute"}) {
      if (words == start + what) return Column::kAddress;
    }
  }
  return std::nullopt;
}

std::vector<std::string> known_headings() {
  std::vector<std::string> names;
  std::optional<Column> last;
  for (const Heading& heading : kHeadings) {
    if (last != heading.column) names.emplace_back(heading.name);
    last = heading.column;
  }
  names.emplace_back("stride height");
  return names;
}

TopologyRow cells_of(std::string_view line, const std::string& file, int number) {
  const char* begin = line.data();
  char separator = ',';
  for (const char c : {',', '\t', ';'}) {
    if (line.find(c) == line.npos) continue;
    separator = c;
    break;
  }
  TopologyRow row;
  for (;;) {
    // A quoted cell may hold a separator.
    const std::size_t first = line.find_first_not_of(' ');
    const bool quoted = first != line.npos && line[first] == '"';
    const std::size_t closing = quoted ? line.find('"', first + 1) : line.npos;
    const std::size_t end = line.find(separator, closing == line.npos ? 0 : closing);
    const std::string_view text = trimmed(line.substr(0, end));
    if (!text.empty() && text.front() == '#') break;
    const int column = static_cast<int>((text.empty() ? line.data() : text.data()) - begin) + 1;
    row.push_back({text, config::Node::null({file, number, column}, "")});
    if (end == line.npos) break;
    line.remove_prefix(end + 1);
  }
  while (!row.empty() && row.back().text.empty()) row.pop_back();
  return row;
}

constexpr Column kOfConvolutions[] = {Column::kIfmapHeight, Column::kIfmapWidth, Column::kFilterHeight,
                                      Column::kFilterWidth, Column::kChannels,   Column::kFilters,
                                      Column::kStride};
constexpr Column kOfGemms[] = {Column::kM, Column::kN, Column::kK};

}  // namespace

std::vector<TopologyRow> topology_rows(std::string_view text, const std::string& file) {
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  if (text.substr(0, kByteOrderMark.size()) == kByteOrderMark) text.remove_prefix(kByteOrderMark.size());
  std::vector<TopologyRow> rows;
  for (int number = 1; !text.empty(); ++number) {
    const std::size_t end = text.find('\n');
    TopologyRow row = cells_of(text.substr(0, end), file, number);
    text.remove_prefix(end == text.npos ? text.size() : end + 1);
    if (!row.empty()) rows.push_back(std::move(row));
  }
  return rows;
}

TopologyHeadings::TopologyHeadings(const TopologyRow& row, config::Diagnostics& diagnostics) : row_(row) {
  places_.emplace(Column::kName, 0);
  for (std::size_t i = 1; i < row.size(); ++i) {
    if (row[i].text.empty()) continue;
    const auto column = column_of(words_of(row[i].text));
    if (!column) {
      unknown_.push_back(i);
    } else if (!places_.emplace(*column, i).second && *column != Column::kAddress) {
      diagnostics.error(row[i].origin, "expected each column once, got \"" + std::string(row[i].text) + "\" again");
    }
  }
  const auto has_all = [&](const auto& columns) {
    return std::all_of(std::begin(columns), std::end(columns), [&](Column column) { return has(column); });
  };
  if (has_all(kOfConvolutions) || (has_all(kOfGemms) && !has(Column::kIfmapHeight))) return;
  diagnostics.error(row.front().origin,
                    "expected the columns of a SCALE-Sim topology, \"Layer name, IFMAP Height, IFMAP Width, Filter "
                    "Height, Filter Width, Channels, Num Filter, Strides\" or \"Layer, M, N, K\"");
}

const TopologyCell* TopologyHeadings::cell(const TopologyRow& row, TopologyColumn column) const {
  const auto place = places_.find(column);
  if (place == places_.end() || place->second >= row.size() || row[place->second].text.empty()) return nullptr;
  return &row[place->second];
}

void TopologyHeadings::refuse_unknown(const TopologyRow& row, config::Diagnostics& diagnostics) {
  const auto says_something = [&](std::size_t i) { return i < row.size() && !row[i].text.empty(); };
  for (const std::size_t i : unknown_) {
    if (!says_something(i)) continue;
    const std::vector<std::string> known = known_headings();
    diagnostics.error(row_[i].origin, "no column \"" + std::string(row_[i].text) + "\" is known, expected any of " +
                                          config::listed(known) + config::did_you_mean(words_of(row_[i].text), known) +
                                          "; take it out of the table if it says nothing of the work");
  }
  unknown_.erase(std::remove_if(unknown_.begin(), unknown_.end(), says_something), unknown_.end());
}

}  // namespace subvolt::network
