#include "sim/mapping/array_style.h"

#include <algorithm>
#include <utility>

#include "sim/config/error.h"

namespace subvolt::mapping {
namespace {

// Function-local, because styles register from static initialisers of other files.
std::vector<std::unique_ptr<ArrayStyle>>& registry() {
  static std::vector<std::unique_ptr<ArrayStyle>> styles;
  return styles;
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
  auto& all = registry();
  const auto at = std::lower_bound(all.begin(), all.end(), style,
                                   [](const auto& a, const auto& b) { return a->name() < b->name(); });
  if (at != all.end() && (*at)->name() == style->name()) {
    throw Error(ErrorKind::kInternal, "array style " + style->name() + " is registered twice");
  }
  all.insert(at, std::move(style));
  return true;
}

std::vector<const ArrayStyle*> array_styles() {
  std::vector<const ArrayStyle*> out;
  for (const auto& style : registry()) out.push_back(style.get());
  return out;
}

const ArrayStyle* find_array_style(const std::string& name) {
  for (const auto& style : registry()) {
    if (style->name() == name) return style.get();
  }
  return nullptr;
}

}  // namespace subvolt::mapping
