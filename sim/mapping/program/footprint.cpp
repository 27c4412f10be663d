#include "sim/mapping/program/footprint.h"

#include <algorithm>
#include <tuple>

namespace subvolt::mapping {
namespace {

// As one range, where `next`, which does not begin before `span`, goes on with it or lies in it: the same columns of
// further rows, or further columns of the same rows.
bool take_in(AddressRange& span, const AddressRange& next) {
  if (span.pitch != next.pitch) {
    if (span.pitch != 0 || next.end > span.end) return false;
    return true;
  }
  if (span.pitch == 0) {
    if (next.begin > span.end) return false;
    span.end = std::max(span.end, next.end);
    return true;
  }
  if (span.row == next.row && (next.begin - span.begin) % span.pitch == 0) {
    if (next.begin > span.end + (span.pitch - span.row)) return false;
    span.end = std::max(span.end, next.end);
    return true;
  }
  if (next.begin != span.begin + span.row || next.end != span.end + next.row) return false;
  span.row += next.row;
  span.end = next.end;
  if (span.row >= span.pitch) span.row = span.pitch = 0;
  return true;
}

void add(std::vector<AddressRange>& spans, const Block& block) {
  const AddressRange span = range_of(block);
  if (span.begin == span.end) return;
  // Mostly one goes on where the last one ended.
  if (!spans.empty() && spans.back().begin <= span.begin && take_in(spans.back(), span)) return;
  spans.push_back(span);
}

// More are compared without their rows.
constexpr std::size_t kMostSpans = 256;

void merge(std::vector<AddressRange>& spans) {
  // Rows of one kind first, then with whatever lies beside them.
  const auto tied = [](const AddressRange& s) {
    return std::tuple(s.pitch, s.row, s.pitch == 0 ? 0 : s.begin % s.pitch, s.begin);
  };
  const auto pass = [&spans] {
    std::vector<AddressRange> merged;
    for (const AddressRange& span : spans) {
      if (merged.empty() || merged.back().begin > span.begin || !take_in(merged.back(), span)) merged.push_back(span);
    }
    spans = std::move(merged);
  };
  std::sort(spans.begin(), spans.end(), [&](const auto& a, const auto& b) { return tied(a) < tied(b); });
  pass();
  std::sort(spans.begin(), spans.end(),
            [](const auto& a, const auto& b) { return std::tie(a.begin, a.end) < std::tie(b.begin, b.end); });
  pass();
  if (spans.size() <= kMostSpans) return;
  for (AddressRange& span : spans) span.row = span.pitch = 0;
  pass();
}

}  // namespace

bool AddressRange::meets(const AddressRange& other) const {
  if (begin >= other.end || other.begin >= end) return false;
  const Address all = std::max(pitch, other.pitch);
  const auto row_of = [all](const AddressRange& r) { return r.pitch == all ? r.row : r.end - r.begin; };
  const bool alike = (pitch == all || pitch == 0) && (other.pitch == all || other.pitch == 0);
  if (all == 0 || !alike || row_of(*this) >= all || row_of(other) >= all) return true;
  // Rows of both repeat with the same distance, or there is but one: where the other's begin, seen from one of these.
  const Address ahead = (other.begin % all + all - begin % all) % all;
  return ahead < row_of(*this) || ahead + row_of(other) > all;
}

bool meet(const std::vector<AddressRange>& a, const std::vector<AddressRange>& b) {
  std::size_t first = 0;
  for (const AddressRange& one : a) {
    while (first < b.size() && b[first].end <= one.begin) ++first;
    for (std::size_t i = first; i < b.size() && b[i].begin < one.end; ++i) {
      if (one.meets(b[i])) return true;
    }
  }
  return false;
}

AddressRange hull_of(const Block& block) {
  if (block.bytes() <= 0) return {block.base, block.base};
  const std::int64_t extent =
      (block.planes - 1) * block.plane_stride + (block.rows - 1) * block.row_stride + block.row_bytes;
  return {block.base, block.base + static_cast<Address>(extent)};
}

AddressRange range_of(const Block& block) {
  AddressRange range = hull_of(block);
  const std::int64_t pitch = block.rows > 1 ? block.row_stride : block.planes > 1 ? block.plane_stride : 0;
  const bool rows =
      block.bytes() > 0 && pitch > block.row_bytes && (block.planes == 1 || block.plane_stride % pitch == 0);
  if (!rows) return range;
  range.row = static_cast<Address>(block.row_bytes);
  range.pitch = static_cast<Address>(pitch);
  return range;
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
