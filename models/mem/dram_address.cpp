#include "models/mem/dram_address.h"

namespace subvolt::mem {

DramAddressMap::DramAddressMap(const DramDeviceConfig& device, DramMapping mapping)
    : mapping_(mapping),
      burst_bytes_(device.burst_bytes()),
      columns_(device.organisation.page.value.value() / device.burst_bytes()),
      banks_(device.organisation.banks.value),
      rows_(device.organisation.rows.value) {}

DramLocation DramAddressMap::locate(std::int64_t burst) const {
  switch (mapping_) {
    case DramMapping::kRowBankColumn: {
      const std::int64_t page = burst / columns_;
      return {static_cast<int>(page % banks_), page / banks_};
    }
    case DramMapping::kBankRowColumn: {
      const std::int64_t page = burst / columns_;
      return {static_cast<int>(page / rows_), page % rows_};
    }
    case DramMapping::kRowColumnBank:
      return {static_cast<int>(burst % banks_), burst / banks_ / columns_};
  }
  return {};
}

}  // namespace subvolt::mem
