// Array styles of a stated size, for tests.
#pragma once

#include <cstdint>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "sim/mapping/tile/array_style.h"

namespace subvolt::test {

using Style = std::shared_ptr<const mapping::ArrayStyle>;

struct ArraySize {
  std::int64_t rows = 16;
  std::int64_t columns = 16;
  bool overlap_folds = true;
  bool scale_sim = false;  // of styles that have it
  std::uint64_t draw = 0;  // of what has neither numbers nor truths
};

// Keys of its own that a style has besides keep their defaults, or have the values given.
inline Style array_style(const mapping::ArrayStyleKind& kind, const ArraySize& size,
                         const std::vector<std::pair<std::string, std::int64_t>>& own = {}) {
  const config::SourceLocation here{"test", 1, 1};
  config::Node array = config::Node::map(here, {});
  const auto set = [&](const std::string& key, const std::string& value) {
    array.set(key, here, config::Node::scalar(value, here, {}));
  };
  set("rows", std::to_string(size.rows));
  set("columns", std::to_string(size.columns));
  set("overlap_folds", size.overlap_folds ? "true" : "false");
  set("scale_sim", size.scale_sim ? "true" : "false");
  for (const auto& [key, value] : own) set(key, std::to_string(value));
  config::Diagnostics diagnostics;
  if (kind.draw) {
    std::mt19937_64 random(size.draw);
    set("lanes", std::to_string(1 + random() % 3));
    kind.draw(array, [&random](std::int64_t most) {
      return 1 + static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(most));
    });
  }
  const mapping::ArrayStyles styles = make_array_styles(kind, array, diagnostics);
  diagnostics.throw_if_any();
  return styles.front();
}

inline Style array_style(const std::string& name, const ArraySize& size) {
  return array_style(*mapping::find_array_style(name), size);
}

// All that multiply int8 and are a number of rows and columns.
inline std::vector<Style> array_styles(const ArraySize& size = {}) {
  std::vector<Style> all;
  for (const mapping::ArrayStyleKind* kind : mapping::array_styles()) {
    if (kind->draw) continue;
    Style style = array_style(*kind, size);
    if (style->obstacle({}).empty()) all.push_back(std::move(style));
  }
  return all;
}

}  // namespace subvolt::test
