#include "models/hw/array_styles/unrolling.h"

#include <algorithm>
#include <cctype>
#include <set>

namespace subvolt::hw {
namespace {

const std::array<std::string, kLoops> kNames{"K", "C", "OX", "OY", "R", "S", "G"};

using Axis = Unrolling::Axis;

constexpr std::array<std::pair<const char*, Axis Unrolling::*>, 3> kAxes{
    {{"rows", &Unrolling::rows}, {"columns", &Unrolling::columns}, {"lanes", &Unrolling::lanes}}};

void check_axis(const Axis& axis, const config::Node& node, config::Diagnostics& diagnostics) {
  const std::vector<std::string> known(kNames.begin(), kNames.end());
  for (std::size_t i = 0; i < axis.size(); ++i) {
    const config::Node::Entry& entry = node.entries()[i];
    if (std::find(known.begin(), known.end(), axis[i].first) != known.end()) continue;
    diagnostics.error(entry.key_location, entry.node.path(),
                      "unknown loop \"" + axis[i].first + "\": expected one of " + config::listed(known) +
                          " (output and input channels, output columns and rows, kernel rows and columns, groups)");
  }
}

Axis cut(const Axis& axis, std::int64_t left) {
  Axis fitting = axis;
  for (auto& [loop, factor] : fitting) {
    factor.value = factor.value == UnrollFactor::kAll ? left : std::min(factor.value, left);
    left /= factor.value;
  }
  return fitting;
}

}  // namespace

const config::Schema<Unrolling>& Unrolling::schema() {
  static const auto schema =
      config::Schema<Unrolling>(
          "unrolling",
          "Loops that run side by side, by how many: {C: 16}, {OX: 4, OY: all}. More than an axis has are cut to it.")
          .optional("rows", &Unrolling::rows, "Over the rows: factors of K, C, OX, OY, R, S, G.")
          .optional("columns", &Unrolling::columns, "Over the columns.")
          .optional("lanes", &Unrolling::lanes, "Over the lanes of each element.")
          .optional("keep", &Unrolling::keep,
                    "What stays in the elements: weights, while pixels stream past, or outputs, while their sums grow.")
          .check([](const Unrolling& unrolling, const config::Node& node, config::Diagnostics& diagnostics) {
            for (const auto& [key, axis] : kAxes) {
              if (const config::Node* at = node.find(key)) check_axis(unrolling.*axis, *at, diagnostics);
            }
          });
  return schema;
}

Unrolling Unrolling::on(std::int64_t row_count, std::int64_t column_count, std::int64_t lane_count) const {
  return {cut(rows, row_count), cut(columns, column_count), cut(lanes, lane_count), keep};
}

LoopSizes Unrolling::factors() const {
  LoopSizes all;
  all.fill(1);
  for (const auto& [key, axis] : kAxes) {
    for (const auto& [loop, factor] : this->*axis) {
      const auto known = std::find(kNames.begin(), kNames.end(), loop);
      if (known != kNames.end()) all[static_cast<std::size_t>(known - kNames.begin())] *= factor.value;
    }
  }
  return all;
}

std::string Unrolling::name() const {
  std::string text;
  for (const auto& [key, axis] : kAxes) {
    for (const auto& [loop, factor] : this->*axis) {
      text += text.empty() ? "" : "_";
      for (const char c : loop) text += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
      text += std::to_string(factor.value);
    }
  }
  return text;
}

UnrolledTile::UnrolledTile(const LoopSizes& factors, const mapping::Tile& tile) : factors_(factors) {
  sizes_ = {tile.channels,    tile.inputs,         tile.columns.out, tile.rows.out,
            tile.rows.kernel, tile.columns.kernel, tile.groups};
  for (std::size_t l = 0; l < kLoops; ++l) steps_[l] = ceil_div(sizes_[l], factors_[l]);
}

std::int64_t UnrolledTile::outputs() const {
  return size(Loop::kK) * size(Loop::kOX) * size(Loop::kOY) * size(Loop::kG);
}

std::int64_t UnrolledTile::weights() const {
  return size(Loop::kK) * size(Loop::kC) * size(Loop::kR) * size(Loop::kS) * size(Loop::kG);
}

std::int64_t UnrolledTile::tree_levels() const {
  const std::int64_t leaves = factor(Loop::kC) * factor(Loop::kR) * factor(Loop::kS);
  std::int64_t levels = 0;
  while ((std::int64_t{1} << levels) < leaves) ++levels;
  return levels;
}

// Lines o stride + k dilation. Two pairs meet when the outputs differ by dilation / g and the kernel lines by stride /
// g for the greatest common divisor g, or a multiple: each pair that has such a partner below it is one line less.
std::int64_t UnrolledTile::different(const mapping::TileAxis& axis, std::int64_t outputs, std::int64_t kernel) {
  std::int64_t a = axis.stride, b = axis.dilation;
  while (b != 0) {
    const std::int64_t rest = a % b;
    a = b;
    b = rest;
  }
  const std::int64_t outputs_apart = axis.dilation / a, kernel_apart = axis.stride / a;
  const std::int64_t twice =
      std::max<std::int64_t>(0, outputs - outputs_apart) * std::max<std::int64_t>(0, kernel - kernel_apart);
  return outputs * kernel - twice;
}

std::int64_t UnrolledTile::fresh(const mapping::TileAxis& axis, std::int64_t outputs) {
  if (axis.dilation % axis.stride != 0) return outputs;
  return std::min(outputs, axis.dilation / axis.stride);
}

}  // namespace subvolt::hw

namespace subvolt::config {

bool FieldType<hw::UnrollFactor>::read(const Node& node, hw::UnrollFactor& value, Diagnostics& d) {
  if (node.is_scalar() && node.value() == "all") {
    value.value = hw::UnrollFactor::kAll;
    return true;
  }
  if (!FieldType<std::int64_t>::read(node, value.value, d)) return false;
  if (value.value >= 1) return true;
  d.error(node, "expected a factor of at least 1, or all, got " + node.describe());
  return false;
}

TypeDoc FieldType<hw::UnrollFactor>::doc() { return {TypeDoc::Form::kAny, {}, {}, {}, nullptr}; }

std::string FieldType<hw::UnrollFactor>::text(const hw::UnrollFactor& value) {
  return value.value == hw::UnrollFactor::kAll ? "all" : std::to_string(value.value);
}

const std::vector<std::pair<hw::Kept, std::string>>& EnumNames<hw::Kept>::names() {
  static const std::vector<std::pair<hw::Kept, std::string>> all{{hw::Kept::kWeights, "weights"},
                                                                 {hw::Kept::kOutputs, "outputs"}};
  return all;
}

}  // namespace subvolt::config
