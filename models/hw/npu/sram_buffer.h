// One of the NPU's buffers: banked SRAM that the DMA fills or drains while array and vector unit use the
// other half.
//
// Parameters: see SramBufferConfig. Banks work in parallel: bytes_per_cycle() = banks x word is what users
// may stream per cycle. The mapper gives concurrent users different halves, and each half is taken to have
// ports of its own: users slow themselves down to bytes_per_cycle(), but not each other.
//
// An access takes one cycle: the clock may not be faster than that of a macro of a bank's size.
//
// Events: read, write (one word each, ceil(bytes / word) per access stream; prices sram.read, sram.write with
// the attributes capacity_B, of one bank, word_B and, of reads, access_cycles). Facts without a price: read_B, write_B.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/config/schema.h"
#include "sim/kernel/component.h"
#include "sim/units/picoseconds.h"

namespace subvolt::hw {

struct SramBufferConfig {
  Bytes size;
  int banks = 4;
  Bytes word{8};
  static const config::Schema<SramBufferConfig>& schema();
};

class SramBuffer : public kernel::Component {
 public:
  SramBuffer(sc_core::sc_module_name name, const SramBufferConfig& config, kernel::Environment& environment);
  static std::vector<power::EventDeclaration> events(const SramBufferConfig& config);

  Bytes capacity() const { return config_.size; }
  std::int64_t word() const { return config_.word.value(); }
  std::int64_t bytes_per_cycle() const { return config_.banks * config_.word.value(); }

  void state(kernel::StateKey&) const override {}  // none of its own

  // A user comes and goes; several at once. open() returns when accesses may begin.
  Picoseconds open() { return begin_work(); }
  void close() { end_work(); }

  // `bytes` streamed over [begin, end), on behalf of `task`.
  void read(std::int64_t bytes, Picoseconds begin, Picoseconds end, int task);
  void write(std::int64_t bytes, Picoseconds begin, Picoseconds end, int task);
  // Words accessed now, for users that do their own packing into words.
  void read_words(std::int64_t words, std::int64_t bytes, int task);
  void write_words(std::int64_t words, std::int64_t bytes, int task);

 private:
  SramBufferConfig config_;
};

}  // namespace subvolt::hw
