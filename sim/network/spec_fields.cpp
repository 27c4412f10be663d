// Sizes as people write them: 3, 3x3, [3, 3], 224x224x3.
#include <charconv>
#include <string_view>

#include "sim/network/network_spec.h"

namespace subvolt::config {
namespace {

using Sizes = std::vector<std::int64_t>;

constexpr std::pair<const char*, network::Padding::Mode> kPaddingModes[] = {
    {"same", network::Padding::Mode::kSame},
    {"same_lower", network::Padding::Mode::kSameLower},
    {"valid", network::Padding::Mode::kValid}};

// One decimal integer >= 0; a leading zero could be meant as octal, so it is no number.
std::optional<std::int64_t> size_of(std::string_view text) {
  std::int64_t value = 0;
  const char* end = text.data() + text.size();
  const auto result = std::from_chars(text.data(), end, value);
  const bool octal = text.size() > 1 && text.front() == '0';
  if (result.ec != std::errc() || result.ptr != end || value < 0 || octal) return std::nullopt;
  return value;
}

// 3, 3x5, 2x3x5 or [3, 5]; nothing when it is none of these.
std::optional<Sizes> sizes_of(const Node& node) {
  std::vector<std::string_view> texts;
  if (node.is_scalar()) {
    std::string_view rest = node.value();
    for (std::size_t x = rest.find('x'); x != rest.npos; x = rest.find('x')) {
      texts.push_back(rest.substr(0, x));
      rest.remove_prefix(x + 1);
    }
    texts.push_back(rest);
  } else if (node.is_sequence()) {
    for (const Node& item : node.items()) texts.push_back(item.is_scalar() ? item.value() : std::string_view());
  }
  Sizes sizes;
  for (std::string_view text : texts) {
    const auto size = size_of(text);
    if (!size) return std::nullopt;
    sizes.push_back(*size);
  }
  if (sizes.empty()) return std::nullopt;
  return sizes;
}

// "[3, 5]" instead of "a list": what was written says more than its kind.
std::string written(const Node& node) {
  if (!node.is_sequence()) return node.describe();
  std::string text = "[";
  for (const Node& item : node.items()) {
    text += (text.size() > 1 ? ", " : "") + (item.is_scalar() ? item.value() : item.describe());
  }
  return text + "]";
}

bool refuse(const Node& node, const std::string& expected, Diagnostics& d) {
  d.error(node, "expected " + expected + ", got " + written(node));
  return false;
}

bool to_extent(const std::optional<Sizes>& sizes, network::Extent& value) {
  if (!sizes || sizes->size() > 3) return false;
  value = {sizes->front(), sizes->back(), 0};
  if (sizes->size() == 3) value = {(*sizes)[1], (*sizes)[2], (*sizes)[0]};
  return true;
}

}  // namespace

bool FieldType<network::Shape>::read(const Node& node, network::Shape& value, Diagnostics& d) {
  if (node.is_scalar() && node.value() == "scalar") {
    value = {};
    return true;
  }
  auto sizes = sizes_of(node);
  if (!sizes) {
    return refuse(node, "a shape such as 224x224x3 (height, width, channels), 640 (channels) or scalar", d);
  }
  value = network::Shape(std::move(*sizes));
  return true;
}

bool FieldType<network::Extent>::read(const Node& node, network::Extent& value, Diagnostics& d) {
  return to_extent(sizes_of(node), value) ||
         refuse(node, "sizes such as 3, 3x5 (height, width) or 2x3x5 (depth first)", d);
}

bool FieldType<network::Kernel>::read(const Node& node, network::Kernel& value, Diagnostics& d) {
  value.global = node.is_scalar() && node.value() == "global";
  return value.global || to_extent(sizes_of(node), value.extent) ||
         refuse(node, "a window such as 3, 3x5 (height, width), 2x3x5 (depth first) or global", d);
}

bool FieldType<network::Padding>::read(const Node& node, network::Padding& value, Diagnostics& d) {
  using Mode = network::Padding::Mode;
  value = {};
  for (const auto& [name, mode] : kPaddingModes) {
    if (!node.is_scalar() || node.value() != name) continue;
    value.mode = mode;
    return true;
  }
  value.mode = Mode::kExplicit;
  const auto sizes = sizes_of(node);
  if (sizes && node.is_scalar() && sizes->size() == 1) {
    value.top = value.bottom = value.left = value.right = sizes->front();
    return true;
  }
  if (sizes && node.is_sequence() && sizes->size() == 4) {
    value = {Mode::kExplicit, (*sizes)[0], (*sizes)[1], (*sizes)[2], (*sizes)[3]};
    return true;
  }
  if (sizes && node.is_sequence() && sizes->size() == 6) {
    value = {Mode::kExplicit, (*sizes)[2], (*sizes)[3], (*sizes)[4], (*sizes)[5], (*sizes)[0], (*sizes)[1]};
    return true;
  }
  return refuse(node,
                "same, valid, a number of elements or [top, bottom, left, right], in front of them front and back", d);
}

std::string FieldType<network::Extent>::text(const network::Extent& value) {
  return (value.depth > 0 ? std::to_string(value.depth) + "x" : "") + std::to_string(value.height) + "x" +
         std::to_string(value.width);
}

std::string FieldType<network::Kernel>::text(const network::Kernel& value) {
  return value.global ? "global" : FieldType<network::Extent>::text(value.extent);
}

std::string FieldType<network::Padding>::text(const network::Padding& value) {
  for (const auto& [name, mode] : kPaddingModes) {
    if (value.mode == mode) return name;
  }
  Sizes sizes = {value.top, value.bottom, value.left, value.right};
  if (value.front >= 0 && value.back >= 0) sizes.insert(sizes.begin(), {value.front, value.back});
  return FieldType<Sizes>::text(sizes);
}

}  // namespace subvolt::config
