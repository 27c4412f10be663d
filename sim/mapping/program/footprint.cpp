#include "sim/mapping/program/footprint.h"

#include <algorithm>

namespace subvolt::mapping {
namespace {

void add(std::vector<AddressRange>& spans, const Block& block) {
  const AddressRange span = range_of(block);
  if (span.begin == span.end) return;
  // Mostly one goes on where the last one ended.
  if (!spans.empty() && spans.back().begin <= span.begin && span.begin <= spans.back().end) {
    spans.back().end = std::max(spans.back().end, span.end);
  } else {
    spans.push_back(span);
  }
}

void merge(std::vector<AddressRange>& spans) {
  std::sort(spans.begin(), spans.end(), [](const AddressRange& a, const AddressRange& b) { return a.begin < b.begin; });
  std::vector<AddressRange> merged;
  for (const AddressRange& span : spans) {
    if (!merged.empty() && span.begin <= merged.back().end) {
      merged.back().end = std::max(merged.back().end, span.end);
    } else {
      merged.push_back(span);
    }
  }
  spans = std::move(merged);
}

bool meet(const std::vector<AddressRange>& a, const std::vector<AddressRange>& b) {
  for (std::size_t i = 0, j = 0; i < a.size() && j < b.size();) {
    if (a[i].meets(b[j])) return true;
    a[i].end <= b[j].begin ? ++i : ++j;
  }
  return false;
}

}  // namespace

AddressRange range_of(const Block& block) {
  if (block.bytes() <= 0) return {block.base, block.base};
  const std::int64_t extent =
      (block.planes - 1) * block.plane_stride + (block.rows - 1) * block.row_stride + block.row_bytes;
  return {block.base, block.base + static_cast<Address>(extent)};
}

bool Footprint::conflicts(const Footprint& other) const {
  return meet(writes, other.reads) || meet(writes, other.writes) || meet(reads, other.writes);
}

Footprint footprint_of(const LayerProgram& layer) {
  Footprint footprint;
  for (const Command& command : layer.commands) {
    if (const auto* load = std::get_if<Load>(&command.what)) add(footprint.reads, load->from);
    if (const auto* store = std::get_if<Store>(&command.what)) add(footprint.writes, store->to);
  }
  for (const Block& block : layer.host.reads) add(footprint.reads, block);
  for (const Block& block : layer.host.writes) add(footprint.writes, block);
  merge(footprint.reads);
  merge(footprint.writes);
  return footprint;
}

}  // namespace subvolt::mapping
