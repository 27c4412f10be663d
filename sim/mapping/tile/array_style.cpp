#include "sim/mapping/tile/array_style.h"

#include <algorithm>

#include "sim/config/registry.h"
#include "sim/mapping/layer/type_obstacle.h"

namespace subvolt::mapping {
namespace {

config::Registry<ArrayStyleKind>& styles() {
  static config::Registry<ArrayStyleKind> all("array style");
  return all;
}

void expect_count(const char* operand, std::int64_t due, std::size_t given) {
  if (static_cast<std::int64_t>(given) == due) return;
  throw Error(ErrorKind::kInternal, std::string("array reference: the tile has ") + std::to_string(due) + " " +
                                        operand + ", got " + std::to_string(given));
}

}  // namespace

void check_operands(const Tile& tile, const TileOperands& operands) {
  const TileWork work = tile.as_product();
  const std::int64_t outputs = work.groups * work.pixels * work.channels;
  expect_count("inputs", work.groups * work.pixels * work.reduction, operands.inputs.size());
  expect_count("weights", work.groups * work.reduction * work.channels, operands.weights.size());
  expect_count("partial sums", work.accumulate ? outputs : 0, operands.partial_sums.size());
}

std::string obstacle_of_int8(const Tile& tile) {
  if (!tile.input.is_byte()) return computes_int8("input", tile.input.type);
  return tile.weight.is_byte() ? "" : computes_int8("weights", tile.weight.type);
}

ArrayEvent fill_event() {
  power::EventDeclaration fill{"fill_cycles",
                               "",
                               power::Cause::kSwitching,
                               "A cycle in which the array fills, drains or loads what it holds.",
                               {},
                               power::EventRole::kNone,
                               1};
  fill.loss = {"fill_drain", "The array fills, drains or loads what it holds, and forms no products.",
               "Larger tiles, by larger buffers, or a dataflow that keeps for longer what it has loaded."};
  return {std::move(fill), [](const TileActivity& a) { return a.fill_cycles; }};
}

bool register_array_style(ArrayStyleKind kind) {
  const std::string name = kind.name;
  return styles().add(name, std::move(kind));
}

std::vector<const ArrayStyleKind*> array_styles() { return styles().all(); }

const ArrayStyleKind* find_array_style(const std::string& name) { return styles().find(name); }

ArrayStyles make_array_styles(const ArrayStyleKind& kind, const config::Node& array, config::Diagnostics& diagnostics) {
  const auto fields = kind.geometry->fields();
  config::Node own = array;
  for (const config::Node::Entry& entry : array.entries()) {
    const bool known =
        std::any_of(fields.begin(), fields.end(), [&](const config::FieldDoc& f) { return f.key == entry.key; });
    if (!known) own.remove(entry.key);
  }
  return kind.create(own, diagnostics);
}

std::shared_ptr<const ArrayStyle> draw_array_style(const ArrayStyleKind& kind,
                                                   const std::function<std::int64_t(std::int64_t)>& draw,
                                                   std::int64_t largest) {
  const config::SourceLocation here{"a small array", 1, 1};
  config::Node array = config::Node::map(here, {});
  for (const config::FieldDoc& field : kind.geometry->fields()) {
    const bool truth = field.type.form == config::TypeDoc::Form::kBoolean;
    if (!truth && field.type.form != config::TypeDoc::Form::kInteger) continue;
    const std::string value = truth ? (draw(2) == 1 ? "false" : "true") : std::to_string(draw(largest));
    array.set(field.key, here, config::Node::scalar(value, here, {}));
  }
  if (kind.draw) kind.draw(array, draw);
  config::Diagnostics diagnostics;
  const ArrayStyles styles = make_array_styles(kind, array, diagnostics);
  diagnostics.throw_if_any();
  return styles.front();
}

}  // namespace subvolt::mapping
