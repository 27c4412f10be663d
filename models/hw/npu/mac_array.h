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
// Events and hardware are those of its styles: an event or a part of one name is shared by those that have it. Facts of
// its own:
//   idle_macs       multipliers without work in the cycles of a tile that its style does not tell of as lost: steps x
//                   the largest style's multipliers - MACs - what the style says of idle ones itself
//   starved_cycles  cycles that a tile takes longer than its style says, because a buffer is too slow
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "models/hw/npu/sram_buffer.h"
#include "models/hw/npu/timed_unit.h"

namespace subvolt::hw {

struct MacArrayConfig {
  std::vector<std::string> dataflows;  // empty: every registered style whose size is stated
  // Not a key: what the names and the keys of the styles' geometries make.
  std::vector<std::shared_ptr<const mapping::ArrayStyle>> styles;
  static const config::Schema<MacArrayConfig>& schema();
};

class MacArray : public TimedUnit {
 public:
  MacArray(sc_core::sc_module_name name, const MacArrayConfig& config, kernel::Environment& environment,
           SramBuffer& input, SramBuffer& weight, SramBuffer& output);
  // Of an array with the systolic styles, for the reference.
  static std::vector<power::EventDeclaration> events();
  static std::vector<power::EventDeclaration> own_events();

  const std::vector<std::shared_ptr<const mapping::ArrayStyle>>& styles() const { return styles_; }

  void start(std::int32_t command, const mapping::Command& what, int task) override;
  void state(kernel::StateKey& key) const override {
    TimedUnit::state(key);
    key.add(static_cast<std::int64_t>(random_));
  }

 private:
  struct Counted {
    int event = 0;  // in order of the declarations
    std::int64_t (*count)(const mapping::TileActivity&) = nullptr;
    std::int64_t multipliers = 0;  // that a count keeps from multiplying, for a cycle
  };
  void finish() override;
  std::size_t index_of(const mapping::Compute& compute) const;
  mapping::TileActivity activity(std::size_t style, const mapping::Tile& tile);
  mapping::TileActivity reference_activity(const mapping::ArrayStyle& style, const mapping::Tile& tile);

  std::vector<std::shared_ptr<const mapping::ArrayStyle>> styles_;
  std::vector<std::vector<Counted>> counted_;  // by style
  int idle_macs_ = 0, starved_cycles_ = 0;     // events
  SramBuffer& input_;
  SramBuffer& weight_;
  SramBuffer& output_;
  std::int64_t multipliers_ = 0;
  std::map<std::pair<std::size_t, mapping::Tile>, mapping::TileActivity> known_;  // closed form by style and tile
  std::uint64_t random_ = 1;                                                      // operands of the reference
};

}  // namespace subvolt::hw
