#include "models/hw/near_memory/near_memory_config.h"

#include <cmath>

namespace subvolt::hw {
const config::Schema<NearMemoryConfig>& NearMemoryConfig::schema() {
  using C = NearMemoryConfig;
  static const auto schema =
      config::Schema<C>("near_memory", "Convolution engine whose processors have weight memories of their own.")
          .optional("quadrants", &C::quadrants, "Groups of 16 processors with 9 multipliers each.",
                    config::between(1, 4))
          .optional("weight_words", &C::weight_words, "Words of 72 bits of each weight memory.",
                    config::between<std::int64_t>(1, 65536))
          .optional("extra_weight_words", &C::extra_weight_words, "More words of the first of each quadrant.",
                    config::between<std::int64_t>(0, 65536))
          .optional("data_memory", &C::data_memory, "The memory of the SoC that its data memories are, side by side.")
          .optional("data_words", &C::data_words, "Words of 32 bits of a data memory, which four processors share.",
                    config::between<std::int64_t>(1, 1 << 24))
          .optional("passes", &C::passes, "Passes over channels that are more than processors, at most.",
                    config::between(1, 64))
          .optional("longest_side", &C::longest_side, "Rows and columns of an image, at most.",
                    config::between<std::int64_t>(1, 65535))
          .optional("depthwise", &C::depthwise, "Whether each processor can make a channel of its own.")
          .optional("pipeline", &C::pipeline, "Whether its pipeline is on, which clocks above 50 MHz need.")
          .optional("pipeline_stall", &C::pipeline_stall, "Clocks that it stands still per output position, with it.",
                    config::between(0.0, 1000.0))
          .optional("weight_load_time", &C::weight_load_time, "Of the host's, per byte of weights.",
                    config::between(Time(), Time::from_si(1e-3)))
          .optional("weight_load_cycles", &C::weight_load_cycles, "Clocks while loading, per byte of weights.",
                    config::between(0.0, 1000.0))
          .optional("input_load_time", &C::input_load_time, "Of the host's, per word of 4 B of input or output.",
                    config::between(Time(), Time::from_si(1e-3)))
          .optional("load_clock", &C::load_clock,
                    "Loads are at the highest clock up to this: its own over 1, 2, 4, 8 or 16.",
                    config::between(Frequency::from_si(1.0), Frequency::from_si(1e10)))
          .optional("burst", &C::burst, "Bytes that the loader asks for at a time.",
                    config::between(Bytes(4), Bytes(4096)))
          .settle([](C& c, const config::Node& node) { c.origin = node; });
  return schema;
}

mapping::NearMemoryMachine NearMemoryConfig::machine() const {
  mapping::NearMemoryMachine m;
  m.data_memory = data_memory;
  m.quadrants = quadrants;
  m.weight_words = weight_words;
  m.extra_weight_words = extra_weight_words;
  m.passes = passes;
  m.longest_side = longest_side;
  m.depthwise = depthwise;
  m.pipeline = pipeline;
  m.stall_tenths = std::llround(10.0 * pipeline_stall);
  return m;
}

}  // namespace subvolt::hw
