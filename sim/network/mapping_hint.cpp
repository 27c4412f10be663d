#include "sim/network/mapping_hint.h"

#include <charconv>
#include <string_view>

namespace subvolt::network {

const config::Schema<MappingHint>& MappingHint::schema() {
  static const auto s =
      config::Schema<MappingHint>("mapping_hint", "How a machine's own tools laid the layer out (kind near_memory).")
          .optional("processors", &MappingHint::processors, "Processors that read its input: 0-51, or 0-3,8-11.")
          .optional("outputs", &MappingHint::outputs, "Processors whose memories its output goes to.")
          .optional("output_steps", &MappingHint::output_steps,
                    "Output steps per position, holes between the output processors included.",
                    config::between<std::int64_t>(1, 65536))
          .optional("planes", &MappingHint::planes,
                    "The host writes its input in planes: a word is four positions of a channel, not four channels.")
          .optional("streaming", &MappingHint::streaming, "Its input comes through FIFOs while it works.")
          .optional("toggle", &MappingHint::toggle,
                    "Share of weight bits that differ from one weight word of a processor to the next.",
                    config::between(0.0, 1.0))
          .settle([](MappingHint& hint, const config::Node& node) { hint.origin = node; });
  return s;
}

}  // namespace subvolt::network

namespace subvolt::config {
namespace {

// A unit at the front of the text, which it leaves behind it; -1: there is none.
int take_unit(std::string_view& text) {
  int unit = -1;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), unit);
  if (result.ec != std::errc() || unit < 0 || unit > 63) return -1;
  text.remove_prefix(static_cast<std::size_t>(result.ptr - text.data()));
  return unit;
}

bool parse(std::string_view text, network::UnitSet& set) {
  set = {};
  while (true) {
    const int first = take_unit(text);
    int last = first;
    if (!text.empty() && text.front() == '-') {
      text.remove_prefix(1);
      last = take_unit(text);
    }
    if (first < 0 || last < first) return false;
    const network::UnitSet more = network::UnitSet::range(first, last - first + 1);
    if ((set.bits & more.bits) != 0) return false;
    set.bits |= more.bits;
    if (text.empty()) return true;
    if (text.front() != ',') return false;
    text.remove_prefix(1);
  }
}

}  // namespace

bool FieldType<network::UnitSet>::read(const Node& node, network::UnitSet& value, Diagnostics& d) {
  if (node.is_scalar() && parse(node.value(), value)) return true;
  d.error(node, "expected units from 0 to 63, each once, such as 0-51 or 0-3,8-11, got " + node.describe());
  return false;
}

std::string FieldType<network::UnitSet>::text(const network::UnitSet& value) {
  std::string out;
  for (int unit = 0; unit < 64; ++unit) {
    if (!value.has(unit)) continue;
    const int first = unit;
    while (unit < 63 && value.has(unit + 1)) ++unit;
    out += (out.empty() ? "" : ",") + std::to_string(first) + (unit > first ? "-" + std::to_string(unit) : "");
  }
  return out;
}

}  // namespace subvolt::config
