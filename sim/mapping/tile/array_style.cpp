#include "sim/mapping/tile/array_style.h"

#include <utility>

#include "sim/config/registry.h"

namespace subvolt::mapping {
namespace {

config::Registry<std::unique_ptr<ArrayStyle>>& styles() {
  static config::Registry<std::unique_ptr<ArrayStyle>> all("array style");
  return all;
}

void expect_count(const char* operand, std::int64_t due, std::size_t given) {
  if (static_cast<std::int64_t>(given) == due) return;
  throw Error(ErrorKind::kInternal, std::string("array reference: the tile has ") + std::to_string(due) + " " +
                                        operand + ", got " + std::to_string(given));
}

}  // namespace

void check_operands(const TileWork& work, const TileOperands& operands) {
  const std::int64_t outputs = work.groups * work.pixels * work.channels;
  expect_count("inputs", work.groups * work.pixels * work.reduction, operands.inputs.size());
  expect_count("weights", work.groups * work.reduction * work.channels, operands.weights.size());
  expect_count("partial sums", work.accumulate ? outputs : 0, operands.partial_sums.size());
}

bool register_array_style(std::unique_ptr<ArrayStyle> style) {
  const std::string name = style->name();
  return styles().add(name, std::move(style));
}

std::vector<const ArrayStyle*> array_styles() { return styles().all(); }

const ArrayStyle* find_array_style(const std::string& name) { return styles().find(name); }

}  // namespace subvolt::mapping
