// Bytes of a memory, kept only where somebody has written: pages appear at their first write, the rest reads as the
// fill byte. For initiators that look at data; the performance model's own payloads carry none (kernel::NoContents).
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <memory>

#include "sim/kernel/ports.h"

namespace subvolt::mem {

class MemoryContents {
 public:
  explicit MemoryContents(unsigned char fill = 0) : fill_(fill) {}
  // Reads or writes the data of `payload`, which must lie inside the memory, at its address; byte enables are
  // honoured (disabled bytes of a read keep their value in the buffer). Null data and NoContents: nothing.
  void access(kernel::Payload& payload);
  void read(std::uint64_t address, unsigned char* data, std::uint64_t bytes) const;
  void write(std::uint64_t address, const unsigned char* data, std::uint64_t bytes);
  void forget() { pages_.clear(); }  // power was lost

 private:
  static constexpr std::uint64_t kPage = 4096;
  using Page = std::array<unsigned char, kPage>;
  unsigned char get(std::uint64_t address) const;
  void put(std::uint64_t address, unsigned char byte);

  unsigned char fill_;
  std::map<std::uint64_t, std::unique_ptr<Page>> pages_;
};

}  // namespace subvolt::mem
