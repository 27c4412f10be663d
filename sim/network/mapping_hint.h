// How the tools of a machine laid a layer out on it, for kinds of accelerators that follow such a word
// (docs/networks.md). A network computes the same without: nobody else looks at it, and who does has a rule where
// nothing is said.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "sim/config/schema.h"

namespace subvolt::network {

// Some of 64 units, by number: 0-51, or 0-3,8-11.
struct UnitSet {
  std::uint64_t bits = 0;
  bool has(int unit) const { return (bits >> unit & 1) != 0; }
  // [begin, end)
  std::int64_t count(int begin = 0, int end = 64) const {
    std::int64_t n = 0;
    for (int unit = begin; unit < end; ++unit) n += has(unit) ? 1 : 0;
    return n;
  }
  static UnitSet range(std::int64_t first, std::int64_t count) {
    return {count >= 64 ? ~std::uint64_t{0} : ((std::uint64_t{1} << count) - 1) << first};
  }
  friend bool operator==(const UnitSet& a, const UnitSet& b) { return a.bits == b.bits; }
};

struct MappingHint {
  std::optional<UnitSet> processors;         // that read the layer's input
  std::optional<UnitSet> outputs;            // whose memories its output goes to
  std::optional<std::int64_t> output_steps;  // per output position, all passes together
  bool planes = false;                       // its input is written in planes: channel by channel
  bool streaming = false;                    // its input comes through FIFOs while it works
  std::optional<double> toggle;              // share of weight bits that differ from one word to the next
  config::Node origin;                       // of its keys, for errors
  static const config::Schema<MappingHint>& schema();
};

}  // namespace subvolt::network

namespace subvolt::config {
template <>
struct FieldType<network::UnitSet> {
  static bool read(const Node& node, network::UnitSet& value, Diagnostics& d);
  static TypeDoc doc() { return {TypeDoc::Form::kText, {}, {}, {}, nullptr}; }
  static std::string text(const network::UnitSet& value);
};
}  // namespace subvolt::config
