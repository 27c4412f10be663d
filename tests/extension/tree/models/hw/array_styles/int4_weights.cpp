// The weight-stationary array with weights of four bits: the same clock for clock, two weights in a byte of the buffer.
//
// Own event: mac_int4xint8 (price mac.int4xint8). It multiplies int4 weights and no others.
#include <utility>

#include "models/hw/array_styles/weight_stationary.h"

namespace subvolt::hw {
namespace {

using mapping::Tile;
using mapping::TileActivity;

// Of the array of bytes.
TileActivity packed(TileActivity a, const Tile& tile) {
  a.weight_bytes_read = tile.weight.bytes(a.weight_bytes_read);
  return a;
}

class Reference : public mapping::ArrayReference {
 public:
  Reference(std::unique_ptr<mapping::ArrayReference> bytes, const Tile& tile) : bytes_(std::move(bytes)), tile_(tile) {}
  bool done() const override { return bytes_->done(); }
  void tick() override { bytes_->tick(); }
  TileActivity activity() const override { return packed(bytes_->activity(), tile_); }
  std::vector<std::int32_t> outputs() const override { return bytes_->outputs(); }

 private:
  std::unique_ptr<mapping::ArrayReference> bytes_;
  Tile tile_;
};

class Int4Weights : public WeightStationary {
 public:
  using WeightStationary::WeightStationary;
  std::string name() const override { return "int4_weights"; }
  std::vector<mapping::ArrayEvent> events() const override {
    std::vector<mapping::ArrayEvent> all = int8_events();
    all[0].declaration.name = "mac_int4xint8";
    all[0].declaration.price = "mac.int4xint8";
    all[0].declaration.meaning = "One multiplication of int4 by int8 and int32 accumulation.";
    return all;
  }
  std::vector<mapping::ArrayPart> parts() const override {
    power::Inventory inventory;
    const std::int64_t elements = most_macs_per_cycle();
    inventory.flip_flops = elements * (8 + 32 + 4 * (geometry().second_set() ? 2 : 1));
    inventory.logic_gates = elements * (353 / 2 + 172) + 6 * inventory.flip_flops;
    inventory.basis = "estimate: per PE, half an int8 multiplier of 353 gates, an adder of 172 and its registers";
    return {{"int4 processing elements", inventory}};
  }
  std::string obstacle(const Tile& tile) const override {
    if (tile.weight.type == network::ElementType::kInt4 && tile.input.is_byte()) return "";
    return "multiplies int4 weights by int8 inputs and these are " + to_text(tile.weight.type) + " and " +
           to_text(tile.input.type);
  }
  TileActivity timing(const Tile& tile) const override { return packed(WeightStationary::timing(tile), tile); }
  std::unique_ptr<mapping::ArrayReference> reference(const Tile& tile, mapping::TileOperands operands) const override {
    return std::make_unique<Reference>(WeightStationary::reference(tile, std::move(operands)), tile);
  }
};

const bool registered = mapping::register_array_style(
    mapping::array_style_kind<Int4Weights>("int4_weights", "weight_stationary with weights of four bits"));

}  // namespace
}  // namespace subvolt::hw
