#include "sim/config/sourced/sourcing.h"

#include <filesystem>
#include <string_view>

namespace subvolt::config {
namespace {

constexpr std::string_view kNoSource = ", no source given";

// Words, such as the kind of a regulator, are no numbers.
bool is_number(const Node& node) {
  return node.is_scalar() && node.value().find_first_of("0123456789") < 2;  // "7", "-7", ".7"
}

// The newest and the oldest number of a tree.
struct Numbers {
  const Node* newest = nullptr;
  const Node* oldest = nullptr;

  void add(const Node& node) {
    if (is_number(node)) {
      if (!newest || node.layer() > newest->layer()) newest = &node;
      if (!oldest || node.layer() < oldest->layer()) oldest = &node;
    }
    for (const Node& item : node.items()) add(item);
    for (const Node::Entry& entry : node.entries()) add(entry.node);
  }
};

Numbers numbers_of(const Node& map) {
  Numbers numbers;
  for (const Node::Entry& entry : map.entries()) {
    if (entry.key != "source" && entry.key != "quality") numbers.add(entry.node);
  }
  return numbers;
}

}  // namespace

void require_source(const std::string& source, const Node& node, Diagnostics& diagnostics) {
  if (source.find_first_not_of(" \t\n") != std::string::npos) return;
  diagnostics.error(node_at(node, {"source"}), "expected a source: paper, data sheet or how it was estimated");
}

std::string origin_of(const Node& number) {
  SourceLocation place = number.location();
  if (place.line > 0) place.file = std::filesystem::path(place.file.str()).filename().string();
  return place.text();
}

bool later_than_source(const Node& number, const Node& map) {
  const Node* source = map.find("source");
  return source && number.layer() > source->layer();
}

bool is_without_source(const std::string& source) { return source.find(kNoSource) != std::string::npos; }

void settle_source(std::string& source, Quality& quality, const Node& node) {
  const Numbers numbers = numbers_of(node);
  const Node* stated = node.find("quality");
  if (numbers.newest && stated && numbers.newest->layer() > stated->layer()) quality = Quality::kEstimated;
  if (!numbers.newest || !later_than_source(*numbers.newest, node)) return;
  quality = Quality::kEstimated;
  settle_source(source, node);
}

void settle_source(std::string& source, const Node& node) {
  const Numbers numbers = numbers_of(node);
  if (!numbers.newest || !later_than_source(*numbers.newest, node)) return;
  const bool rest = !later_than_source(*numbers.oldest, node);
  source = origin_of(*numbers.newest) + std::string(kNoSource) + (rest ? "; the rest: " + source : "");
}

}  // namespace subvolt::config
