// Where a byte of a DRAM lies. Units of a burst; the names give the order from the most significant part:
//   row_bank_column  consecutive bursts fill a row, consecutive rows lie in consecutive banks: streams hit open
//                    rows and the next row opens while this one still delivers. The default.
//   bank_row_column  each bank is one contiguous piece of memory: separate buffers in separate banks never
//                    disturb each other's rows, but a stream waits at every end of a row.
//   row_column_bank  consecutive bursts lie in consecutive banks: spreads scattered traffic, at the price of as
//                    many open rows as banks.
#pragma once

#include <cstdint>

#include "models/mem/dram_config.h"

namespace subvolt::mem {

struct DramLocation {
  int bank = 0;
  std::int64_t row = 0;
  friend bool operator==(const DramLocation& a, const DramLocation& b) { return a.bank == b.bank && a.row == b.row; }
};

class DramAddressMap {
 public:
  DramAddressMap(const DramDeviceConfig& device, DramMapping mapping);
  std::int64_t burst_bytes() const { return burst_bytes_; }
  // Of burst number address / burst_bytes.
  DramLocation locate(std::int64_t burst) const;

 private:
  DramMapping mapping_;
  std::int64_t burst_bytes_, columns_, banks_, rows_;  // columns: bursts per row
};

}  // namespace subvolt::mem
