#include "models/hw/array_styles/spatial.h"

#include <algorithm>
#include <set>

#include "models/hw/array_styles/int8_array.h"

namespace subvolt::hw {
namespace {

using mapping::TileActivity;
using mapping::TileAxis;

void check(const SpatialGeometry& geometry, const config::Node& node, config::Diagnostics& diagnostics) {
  const config::Node& list = *node.find("unrollings");
  if (geometry.unrollings.empty()) diagnostics.error(list, "expected at least one unrolling, such as {rows: {C: 16}}");
  std::set<std::string> names;
  for (std::size_t i = 0; i < geometry.unrollings.size(); ++i) {
    const Unrolling& u = geometry.unrollings[i];
    const config::Node& item = list.items()[i];
    if (u.name().empty()) diagnostics.error(item, "expected a loop that is unrolled, such as {rows: {C: 16}}");
    if (!names.insert(u.name()).second) diagnostics.error(item, "the unrolling " + u.name() + " is listed twice");
  }
}

// Of one axis, over the iterations of an output and a kernel loop: input lines read. `shifts`: the kernel loop is the
// innermost of all and elements hand on what they have.
std::int64_t lines(const TileAxis& axis, const UnrolledTile& t, Loop out, Loop kernel, bool shifts) {
  std::int64_t all = 0;
  for (std::int64_t o = 0; o < t.steps(out); o += std::max<std::int64_t>(1, t.steps(out) - 1)) {
    const std::int64_t alike = o == 0 ? std::max<std::int64_t>(1, t.steps(out) - 1) : 1;
    const std::int64_t outputs = t.active(out, o);
    if (t.factor(kernel) == 1) {  // most
      all += alike * (shifts ? outputs + (t.steps(kernel) - 1) * UnrolledTile::fresh(axis, outputs)
                             : outputs * t.steps(kernel));
      continue;
    }
    for (std::int64_t k = 0; k < t.steps(kernel); ++k) {
      const std::int64_t taps = t.active(kernel, k);
      all += alike * UnrolledTile::different(axis, outputs, taps);
    }
  }
  return all;
}

std::vector<std::shared_ptr<const mapping::ArrayStyle>> create(const config::Node& node,
                                                               config::Diagnostics& diagnostics) {
  SpatialGeometry geometry;
  std::vector<std::shared_ptr<const mapping::ArrayStyle>> styles;
  if (!SpatialGeometry::schema().read(node, geometry, diagnostics)) return styles;
  for (std::size_t i = 0; i < geometry.unrollings.size(); ++i) {
    auto style = std::make_shared<Spatial>(geometry, i);
    // On a small array several may come to the same.
    const bool known =
        std::any_of(styles.begin(), styles.end(), [&](const auto& s) { return s->name() == style->name(); });
    if (!known) styles.push_back(std::move(style));
  }
  return styles;
}

// Of a small array: each way to keep, each loop at some place.
void draw(config::Node& array, const std::function<std::int64_t(std::int64_t)>& random) {
  const config::SourceLocation here{"a small array", 1, 1};
  const auto scalar = [&](const std::string& text) { return config::Node::scalar(text, here, {}); };
  const auto number = [&](const char* key) { return std::stoll(array.find(key)->value()); };
  static const std::array<const char*, kLoops> loops{"K", "C", "OX", "OY", "R", "S", "G"};
  config::Node unrolling = config::Node::map(here, {});
  std::int64_t loop = random(kLoops);
  for (const char* axis : {"rows", "columns", "lanes"}) {
    config::Node factors = config::Node::map(here, {});
    const std::int64_t first = random(number(axis)), second = random(number(axis) / first);
    factors.set(loops[static_cast<std::size_t>(loop++ % 7)], here, scalar(std::to_string(first)));
    factors.set(loops[static_cast<std::size_t>(loop++ % 7)], here, scalar(std::to_string(second)));
    unrolling.set(axis, here, factors);
  }
  unrolling.set("keep", here, scalar(random(2) == 1 ? "weights" : "outputs"));
  config::Node list = config::Node::sequence(here, {});
  list.items().push_back(unrolling);
  array.set("unrollings", here, list);
}

const bool spatial_registered = mapping::register_array_style(
    {"spatial", "loops of the convolution unrolled over rows, columns and lanes, operands multicast",
     &SpatialGeometry::schema(), create, draw});

}  // namespace

const config::Schema<SpatialGeometry>& SpatialGeometry::schema() {
  static const auto schema =
      config::Schema<SpatialGeometry>("spatial_array", "Array whose multipliers are wired anew from layer to layer.")
          .required("rows", &SpatialGeometry::rows, "Rows of processing elements.", config::between(1, 1024))
          .required("columns", &SpatialGeometry::columns, "Columns of processing elements.", config::between(1, 1024))
          .optional("lanes", &SpatialGeometry::lanes, "Multipliers of an element.", config::between(1, 1024))
          .required("unrollings", &SpatialGeometry::unrollings,
                    "Which loops run side by side; each layer uses the one that suits it.")
          .check(check);
  return schema;
}

Spatial::Spatial(const SpatialGeometry& geometry, std::size_t unrolling)
    : rows_(geometry.rows),
      columns_(geometry.columns),
      lanes_(geometry.lanes),
      unrolling_(geometry.unrollings[unrolling].on(rows_, columns_, lanes_)),
      factors_(unrolling_.factors()) {
  for (const Unrolling& u : geometry.unrollings) {
    const LoopSizes factors = u.on(rows_, columns_, lanes_).factors();
    grain_.channels = std::max(grain_.channels, at(factors, Loop::kK) * at(factors, Loop::kG));
    grain_.inputs = std::max(grain_.inputs, at(factors, Loop::kC));
  }
}

std::vector<mapping::ArrayEvent> Spatial::events() const { return Int8Array::int8_events(); }

std::vector<mapping::ArrayPart> Spatial::parts() const {
  // Weight 8 bits twice, input 8 bits, sum 32 bits; a multiplexer of two 8-bit operands at each input for each
  // unrolling beyond the first would be the switches' estimate, and is small against the multiplier: one gate per bit.
  mapping::ArrayPart part =
      int8_elements("int8 multipliers with adder trees", rows_ * columns_ * lanes_, 8 + 2 * 8 + 32);
  part.inventory.logic_gates += rows_ * columns_ * lanes_ * 2 * 8;
  part.inventory.basis += ", 16 gates of operand multiplexers (estimate: two 2:1 multiplexers of 8 bits)";
  return {part};
}

TileActivity Spatial::timing(const mapping::Tile& tile) const {
  const UnrolledTile t(factors_, tile);
  const bool keep_weights = unrolling_.keep == Kept::kWeights;
  const std::int64_t sets = t.steps(Loop::kG) * t.steps(Loop::kK) * t.reduction_steps(), pixels = t.pixel_steps();
  TileActivity a;
  a.cycles = Cycles(keep_weights ? rows_ + (sets - 1) * std::max(pixels, rows_) + pixels + t.tree_levels() + 1
                                 : sets * pixels + t.tree_levels() + 2);
  a.fill_cycles = a.cycles.value() - sets * pixels;
  a.macs = tile.macs();
  const std::int64_t copies =
      std::min(t.factor(Loop::kOX), t.size(Loop::kOX)) * std::min(t.factor(Loop::kOY), t.size(Loop::kOY));
  a.register_writes = 5 * a.macs + (keep_weights ? t.weights() * copies : a.macs);
  a.weight_bytes_read = t.weights() * (keep_weights ? 1 : pixels);
  a.input_bytes_read = t.steps(Loop::kK) * t.size(Loop::kG) * t.size(Loop::kC) *
                       lines(tile.rows, t, Loop::kOY, Loop::kR, false) *
                       lines(tile.columns, t, Loop::kOX, Loop::kS, !keep_weights);
  const std::int64_t sum_bytes = tile.sum.bytes(t.outputs());
  const std::int64_t passes = keep_weights ? t.reduction_steps() : 1;
  a.psum_bytes_written = sum_bytes * passes;
  a.psum_bytes_read = sum_bytes * (passes - (tile.accumulate ? 0 : 1));
  return a;
}

}  // namespace subvolt::hw
