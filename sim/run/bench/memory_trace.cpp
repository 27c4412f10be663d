#include "sim/run/bench/memory_trace.h"

#include <algorithm>
#include <filesystem>

#include "sim/config/error.h"
#include "sim/units/text.h"

namespace subvolt::run {

MemoryTraceFile::MemoryTraceFile(const std::string& file, const TracedMemory& traced, const std::string& map)
    : lines_(file), memory_(traced) {
  if (!map.empty()) map_.emplace(map, traced);
  if (std::filesystem::path(file).extension() == ".rstl") {
    throw Error(ErrorKind::kConfiguration,
                file +
                    ": its times run from the answer before (.rstl), and a replay waits for no answer: expected a "
                    "trace with times of its own (.stl)");
  }
  if (!next_line()) lines_.fail(lines_.begin(), "expected a request trace, this file asks for nothing");
  format_ = recognise_format(lines_);
  unread_ = !format_.header;
}

bool MemoryTraceFile::next_line() {
  const auto blank = [](char c) { return c == ' ' || c == '\t'; };
  while (lines_.next()) {
    const char* const at = std::find_if_not(lines_.begin(), lines_.end(), blank);
    if (at != lines_.end() && *at != '#') return true;
  }
  return false;
}

bool MemoryTraceFile::next(MemoryRequest& request) {
  if (left_ == 0) {
    if (!unread_ && !next_line()) return false;
    unread_ = false;
    const std::int64_t before = traced_.arrival_cycle;
    traced_ = TracedRequest();
    format_.read(lines_, traced_);
    if (traced_.arrival_at && traced_.arrival_cycle < before) {
      lines_.fail(traced_.arrival_at, "clock " + std::to_string(traced_.arrival_cycle) +
                                          " is before that of the request above: expected " + std::to_string(before) +
                                          " or a later one; sort the requests by their clocks");
    }
    left_ = std::max<std::int64_t>(traced_.bytes, 1);
  }
  place(traced_, request);
  // On to the next access of the memory, where one is not enough.
  const std::int64_t in_access = traced_.by_address ? traced_.address % memory_.access_bytes : 0;
  const std::int64_t moved = std::min(left_, memory_.access_bytes - in_access);
  left_ -= moved;
  traced_.address += moved;
  return true;
}

void MemoryTraceFile::place(const TracedRequest& traced, MemoryRequest& request) const {
  request = MemoryRequest();
  request.arrival_cycle = traced.arrival_cycle;
  request.write = traced.write;
  if (!traced.by_address) {
    if (format_.grouped_banks && traced.bank_group >= memory_.bank_groups) {
      lines_.fail(lines_.begin(), "bank group " + std::to_string(traced.bank_group) + ": expected one from 0 to " +
                                      std::to_string(memory_.bank_groups - 1));
    }
    request.bank = format_.grouped_banks ? traced.bank * memory_.bank_groups + traced.bank_group : traced.bank;
    request.row = traced.row;
    request.burst = traced.burst;
    return;
  }
  if (map_) {
    const MemoryMap::Place place = map_->place(traced.address);
    if (!place.fault.empty()) lines_.fail(lines_.begin(), place.fault);
    request.bank = place.bank;
    request.row = place.row;
    request.burst = place.burst;
    return;
  }
  if (traced.address >= memory_.capacity) {
    lines_.fail(lines_.begin(), "address " + hexadecimal(traced.address) + " is beyond the memory's " +
                                    to_text(Bytes(memory_.capacity)) +
                                    ": one channel with one rank is simulated; expected less than " +
                                    hexadecimal(memory_.capacity) + ", or --map with the bits of rank and channel");
  }
  request.address = traced.address / memory_.access_bytes * memory_.access_bytes;
}

}  // namespace subvolt::run
