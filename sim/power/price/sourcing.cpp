#include "sim/power/price/sourcing.h"

#include <filesystem>
#include <string_view>

namespace subvolt::power {
namespace {

constexpr std::string_view kNoSource = ", no source given";

// Words, such as the kind of a regulator, are no numbers.
bool is_number(const config::Node& node) {
  return node.is_scalar() && node.value().find_first_of("0123456789") < 2;  // "7", "-7", ".7"
}

// The newest and the oldest number of a tree.
struct Numbers {
  const config::Node* newest = nullptr;
  const config::Node* oldest = nullptr;

  void add(const config::Node& node) {
    if (is_number(node)) {
      if (!newest || node.layer() > newest->layer()) newest = &node;
      if (!oldest || node.layer() < oldest->layer()) oldest = &node;
    }
    for (const config::Node& item : node.items()) add(item);
    for (const config::Node::Entry& entry : node.entries()) add(entry.node);
  }
};

Numbers numbers_of(const config::Node& map) {
  Numbers numbers;
  for (const config::Node::Entry& entry : map.entries()) {
    if (entry.key != "source" && entry.key != "quality") numbers.add(entry.node);
  }
  return numbers;
}

}  // namespace

std::string origin_of(const config::Node& number) {
  config::SourceLocation place = number.location();
  if (place.line > 0) place.file = std::filesystem::path(place.file.str()).filename().string();
  return place.text();
}

bool later_than_source(const config::Node& number, const config::Node& map) {
  const config::Node* source = map.find("source");
  return source && number.layer() > source->layer();
}

bool is_without_source(const std::string& source) { return source.find(kNoSource) != std::string::npos; }

void settle_source(std::string& source, Quality& quality, const config::Node& node) {
  const Numbers numbers = numbers_of(node);
  const config::Node* stated = node.find("quality");
  if (numbers.newest && stated && numbers.newest->layer() > stated->layer()) quality = Quality::kEstimated;
  if (!numbers.newest || !later_than_source(*numbers.newest, node)) return;
  quality = Quality::kEstimated;
  settle_source(source, node);
}

void settle_source(std::string& source, const config::Node& node) {
  const Numbers numbers = numbers_of(node);
  if (!numbers.newest || !later_than_source(*numbers.newest, node)) return;
  const bool rest = !later_than_source(*numbers.oldest, node);
  source = origin_of(*numbers.newest) + std::string(kNoSource) + (rest ? "; the rest: " + source : "");
}

}  // namespace subvolt::power
