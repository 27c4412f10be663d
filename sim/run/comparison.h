// Design points to be held side by side, as `schema: comparison/1` says them: a design and, row by row, what is
// different.
//
//   comparison:
//     design: edge_npu
//     networks: [mobilenet_v1_1.0_224]
//     rows:
//       output_stationary:
//         set: ["soc.npu.array.dataflows=[output_stationary]"]
//       two_npus: {design: dual_npu}
#pragma once

#include <string>
#include <vector>

#include "sim/config/loader.h"
#include "sim/config/schema.h"

namespace subvolt::run {

struct ComparisonRow {
  std::string design;             // a shipped name or a file; empty: the comparison's
  std::vector<std::string> sets;  // PATH=VALUE, as --set takes them
  std::string location;           // "file:line:column", for errors; not read
  static const config::Schema<ComparisonRow>& schema();
};

struct Comparison {
  std::string title;
  std::string design;  // of the rows that name none
  std::vector<std::string> networks;
  config::NamedList<ComparisonRow> rows;  // designs and networks: as config::find() found them
  static const config::Schema<Comparison>& schema();
};

// Throws Error(kConfiguration), located: also for designs and networks that there are not.
Comparison read_comparison(const std::string& file);

}  // namespace subvolt::run
