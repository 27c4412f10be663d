#include "sim/mapping/array_style.h"

#include <algorithm>

namespace subvolt::mapping {
namespace {

// Function-local, because styles register from static initialisers of other files.
std::vector<std::unique_ptr<ArrayStyle>>& registry() {
  static std::vector<std::unique_ptr<ArrayStyle>> styles;
  return styles;
}

}  // namespace

bool register_array_style(std::unique_ptr<ArrayStyle> style) {
  auto& all = registry();
  const auto at = std::lower_bound(all.begin(), all.end(), style,
                                   [](const auto& a, const auto& b) { return a->name() < b->name(); });
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
