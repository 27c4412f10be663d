#include "sim/config/sourced/quality.h"

namespace subvolt::config {

const char* to_text(Quality quality) {
  for (const auto& [value, name] : EnumNames<Quality>::names()) {
    if (value == quality) return name.c_str();
  }
  return "?";
}

const std::vector<std::pair<Quality, std::string>>& EnumNames<Quality>::names() {
  static const std::vector<std::pair<Quality, std::string>> names{{Quality::kMeasured, "measured"},
                                                                  {Quality::kPublished, "published"},
                                                                  {Quality::kFitted, "fitted"},
                                                                  {Quality::kEstimated, "estimated"}};
  return names;
}

}  // namespace subvolt::config
