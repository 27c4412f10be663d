// What a convolution engine with weight memories beside its processors is made of: keys, events and hardware.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "sim/config/schema.h"
#include "sim/kernel/component.h"
#include "sim/mapping/near_memory/near_memory_machine.h"

namespace subvolt::hw {

struct NearMemoryConfig {
  int quadrants = 4;
  std::int64_t weight_words = 4096, extra_weight_words = 1024;
  std::string data_memory = "data";
  std::int64_t data_words = 20480;
  int passes = 16;
  std::int64_t longest_side = 2047;
  bool depthwise = true;
  bool pipeline = true;
  // Fitted to the times that eight networks take on a MAX78002 with its pipeline on (Analog Devices AN7664): 0.3 % in
  // the mean, 1.0 % at worst (docs/validation.md).
  double pipeline_stall = 11.1;
  // Fitted to the weight loads of AN7664 from 12.5 to 200 MHz.
  Time weight_load_time = Time::from_si(36.9e-9);
  double weight_load_cycles = 1.72;
  // Between the 269 ns of small inputs and the 281 ns of those above 64 KiB of AN7664.
  Time input_load_time = Time::from_si(275e-9);
  Frequency load_clock = Frequency::from_si(50e6);
  Bytes burst{64};
  config::Node origin;  // of its keys, for errors
  static const config::Schema<NearMemoryConfig>& schema();
  mapping::NearMemoryMachine machine() const;
  // Bytes of one of the instances that the weight memories are made of.
  static constexpr std::int64_t kWeightWordBytes = 9;
  // Words of these: 1,024 (izer/tornadocnn.py), or all that a processor has where it has fewer.
  std::int64_t instance_words() const { return std::min<std::int64_t>(1024, weight_words); }
  std::int64_t all_weight_words() const {
    return quadrants * (mapping::NearMemoryMachine::kPerQuadrant * weight_words + extra_weight_words);
  }
};

enum WeightMemoryEvent { kKernelWord, kKernelBits, kKernelFlips, kWeightBits, kWeightFlips, kWordLoaded };
kernel::Traits near_memory_weights(const NearMemoryConfig& config);
enum ProcessorEvent {
  kMultiplication,
  kIdleMultiplication,
  kDataWordAgain,
  kDataWordFirst,
  kWindowByte,
  kProcessorClocks,
  kQuadrantClocks
};
kernel::Traits near_memory_processors(const NearMemoryConfig& config);
enum SumEvent { kResult, kBytesWritten };
kernel::Traits near_memory_sums(const NearMemoryConfig& config);
enum LoaderEvent {
  kLoadedByte,
  kLoaderReadBytes,
  kLoaderWriteBytes,
  kWeightBytesLoaded,
  kInputBytesLoaded,
  kInputWordsLoaded,
  kWeightLoadClocks,
  kInputLoadClocks
};
kernel::Traits near_memory_loader(const NearMemoryConfig& config);

// What the kind itself counts, in the order of their declarations.
struct NearMemoryFact {
  enum Event : int {
    kLoadCycles,
    kComputeCycles,
    kStoreCycles,
    kReadCycles,
    kPipelineCycles,
    kWeightLoadCycles,
    kBiasLoadCycles,
    kInputLoadCycles,
    kStallStoreCycles,
    kStallControlCycles,
    kStallPowerCycles,
    kAcceleratorCycles,
    kWorkingCycles,
    kIdleCycles
  };
};
std::vector<power::EventDeclaration> near_memory_facts();

}  // namespace subvolt::hw
