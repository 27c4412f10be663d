// The table of a SCALE-Sim topology file: lines of cells, and which column is which by its heading.
//
// Cells end with commas, tabs or semicolons, whichever the line has. Quotes around a cell and a byte order mark are
// left out, and so are empty cells at the end of a row. A cell that begins with # ends its row.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/config/diagnostics.h"

namespace subvolt::network {

struct TopologyCell {
  std::string_view text;  // without blanks and quotes around it
  config::Node origin;    // file, line, column
};
using TopologyRow = std::vector<TopologyCell>;

enum class TopologyColumn {
  kName,  // the first, whatever it is called
  kIfmapHeight,
  kIfmapWidth,
  kFilterHeight,
  kFilterWidth,
  kChannels,
  kFilters,
  kStride,  // of both directions, or of lines when there is another of columns
  kStrideWidth,
  kM,
  kN,
  kK,
  kBatch,
  kSparsity,
  kAddress,  // where SCALE-Sim puts an operand: it changes no work here
};

// `file` names the text in errors; both outlive the rows.
std::vector<TopologyRow> topology_rows(std::string_view text, const std::string& file);

// The columns that the headings name.
class TopologyHeadings {
 public:
  // Reports a heading that comes twice and columns that are missing.
  TopologyHeadings(const TopologyRow& row, config::Diagnostics& diagnostics);

  bool is_gemm() const { return !has(TopologyColumn::kIfmapHeight); }
  bool has(TopologyColumn column) const { return places_.count(column) > 0; }
  std::size_t size() const { return row_.size(); }
  // The cell of a row; nothing when the table has no such column, or the row leaves it empty.
  const TopologyCell* cell(const TopologyRow& row, TopologyColumn column) const;
  // 1-based, where a cell of this column should be; only for columns that are there.
  std::size_t number(TopologyColumn column) const { return places_.at(column) + 1; }
  // Reports headings that nobody knows above cells that say something, each once.
  void refuse_unknown(const TopologyRow& row, config::Diagnostics& diagnostics);

 private:
  TopologyRow row_;
  std::map<TopologyColumn, std::size_t> places_;
  std::vector<std::size_t> unknown_;
};

}  // namespace subvolt::network
