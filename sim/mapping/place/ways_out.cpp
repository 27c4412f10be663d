#include "sim/mapping/place/ways_out.h"

#include <algorithm>

#include "sim/mapping/place/memory_layout.h"
#include "sim/network/int8_type.h"
#include "sim/units/text.h"

namespace subvolt::mapping {
namespace {

// The largest on-chip memory that is worth proposing.
constexpr std::int64_t kLargest = std::int64_t{1} << 26;  // 64 MiB, estimate: some ten times what such SoCs have
// Networks of so many tensors are not placed again and again for the sake of an error.
constexpr std::size_t kMostTried = 2000;

// Bytes of one memory that holds everything.
std::int64_t bytes_of_all(const std::vector<StoredData>& data) {
  std::int64_t weights = 0;
  std::vector<Lifetime> lives;
  for (const StoredData& d : data) {
    if (d.weights) {
      weights += d.bytes;
    } else {
      lives.push_back({d.bytes, d.first, d.last});
    }
  }
  return weights + peak_bytes(lives);
}

// A size of the memory with which everything fits, as an option of the command line.
std::string enlarged(const Shortfall& s, std::size_t m) {
  if (s.memories[m].size_key.empty()) return "";
  std::vector<MemoryRegion> memories = s.memories;
  const std::int64_t most = std::min(kLargest, s.memories[m].most_bytes);
  while (memories[m].size.value() <= most / 2) {
    memories[m].size = Bytes(memories[m].size.value() * 2);
    if (s.fits(s.data, memories)) return "--set '" + s.memories[m].size_key + "=" + to_text(memories[m].size, 9) + "'";
  }
  return "";
}

// As if the network were quantised: what is of real numbers takes their share of a byte.
std::vector<StoredData> as_int8(const Shortfall& s) {
  std::vector<StoredData> data = s.data;
  for (StoredData& d : data) {
    std::int64_t bits = 8;
    const auto shrink = [&bits](network::ElementType type) {
      if (network::as_int8(type)) bits = std::max(bits, network::bits(type));
    };
    if (!d.weights && !d.state) shrink(s.network.tensors[d.index].type);
    if (d.weights && !s.network.layers[d.index].constants.empty()) {
      shrink(s.network.layers[d.index].constants.front().type);
    }
    d.bytes = std::max(kAlignment, (d.bytes * 8 / bits + kAlignment - 1) / kAlignment * kAlignment);
  }
  return data;
}

}  // namespace

std::string fixed_size(const MemoryRegion& memory) {
  return memory.size_key.empty() ? ", whose size its device decides" : "";
}

std::string ways_out(const Shortfall& s) {
  std::vector<std::string> ways = s.ways;
  const std::int64_t all = bytes_of_all(s.data);
  const auto larger = std::find_if(s.memories.begin(), s.memories.end(), [](const auto& m) { return m.larger_socs; });
  if (larger != s.memories.end()) {
    std::string text;
    for (const std::string& soc : larger->larger_socs(all)) text += (text.empty() ? "" : ", ") + soc;
    if (!text.empty()) ways.push_back("take a SoC with a larger memory (" + text + ")");
  }
  if (s.data.size() <= kMostTried) {
    for (const std::size_t m : s.larger) {
      std::string option = enlarged(s, m);
      if (option.empty()) continue;
      ways.push_back(std::move(option));
      break;
    }
    const std::vector<StoredData> small = as_int8(s);
    if (bytes_of_all(small) < all && s.fits(small, s.memories)) ways.push_back("take it as quantised: --quantize int8");
  }
  std::string text;
  for (const std::string& way : ways) text += (text.empty() ? "" : ", or ") + way;
  return text.empty() ? "it takes a SoC of your own with a memory that can be written and holds all of it, " +
                            grouped(all) + " B"
                      : text;
}

}  // namespace subvolt::mapping
