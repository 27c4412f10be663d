// The MAC array: executes compute commands in one of its dataflows.
//
// Parameters: see MacArrayConfig. Reads input and weight buffer, reads and writes partial sums in the output
// buffer.
//
// Timing. A tile takes the cycles of its array style (sim/mapping/tile/array_style.h), or the cycles in which the
// buffers can stream the tile's bytes at banks x word per cycle, whichever is more: an array that is starved
// on average stops. With --fidelity cycle the style's clock-by-clock reference runs on pseudo-random operands
// and its own counts are used; they must be the same.
//
// Events: mac_int8 (price mac.int8), register_byte (price pe.register_byte; bytes latched in operand and
// partial-sum registers).
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "models/hw/npu/sram_buffer.h"
#include "models/hw/npu/timed_unit.h"

namespace subvolt::hw {

struct MacArrayConfig {
  std::int64_t rows = 16;
  std::int64_t columns = 16;
  bool overlap_folds = true;
  std::vector<std::string> dataflows;  // empty: every registered style
  static const config::Schema<MacArrayConfig>& schema();
};

class MacArray : public TimedUnit {
 public:
  MacArray(sc_core::sc_module_name name, const MacArrayConfig& config, kernel::Environment& environment,
           SramBuffer& input, SramBuffer& weight, SramBuffer& output);
  static std::vector<power::EventDeclaration> events();

  const mapping::ArrayGeometry& geometry() const { return geometry_; }
  const std::vector<const mapping::ArrayStyle*>& styles() const { return styles_; }

  void start(std::int32_t command, const mapping::Command& what) override;

 private:
  using Key = std::tuple<std::size_t, std::int64_t, std::int64_t, std::int64_t, std::int64_t, bool>;
  void finish() override;
  mapping::TileActivity activity(const mapping::Compute& compute);
  mapping::TileActivity reference_activity(const mapping::Compute& compute);
  Cycles streaming(const mapping::TileActivity& a) const;

  mapping::ArrayGeometry geometry_;
  std::vector<const mapping::ArrayStyle*> styles_;
  SramBuffer& input_;
  SramBuffer& weight_;
  SramBuffer& output_;
  std::map<Key, mapping::TileActivity> known_;  // closed form by style and tile
  std::uint64_t random_ = 1;                    // operands of the reference
};

}  // namespace subvolt::hw
