// Transactions of the xSPI engine: begin, data, end.
#include <algorithm>

#include "models/mem/xspi/xspi_engine.h"

namespace subvolt::mem {

void XspiEngine::begin(std::int64_t edge) {
  const Waiting& access = queue_.front();
  if (timing_.flash && access.write && programmed_.count(access.address / timing_.program_page)) {
    return begin_erase(edge);
  }
  bool collides = false;
  if (timing_.refreshes) {
    const Picoseconds high = high_ < 0 ? Picoseconds() : grid_.time(high_);
    const bool met = refresh_.collides(high, grid_.time(edge));
    collides = timing_.fixed_latency || met;
    if (met) count(kCollisions, 1, access.task);
  }
  become(kActive, edge);
  phase_ = Phase::kTransfer;
  low_ = edge;
  writing_ = access.write;
  erasing_ = false;
  first_address_ = access.address;
  count(kCommand, timing_.flash && access.write ? 2 : 1, access.task);
  tell(access.write ? "WRITE" : "READ", edge, access.address);
  if (timing_.flash && access.write) programmed_.insert(access.address / timing_.program_page);
  transfer(edge + timing_.overhead(access.write, collides));
}

void XspiEngine::begin_erase(std::int64_t edge) {
  const std::int64_t sector = queue_.front().address / timing_.sector;
  const std::int64_t pages = timing_.sector / timing_.program_page;
  programmed_.erase(programmed_.lower_bound(sector * pages), programmed_.lower_bound((sector + 1) * pages));
  become(kActive, edge);
  phase_ = Phase::kTransfer;
  low_ = edge;
  erasing_ = true;
  count(kCommand, 2, queue_.front().task);
  count(kSectors, 1, queue_.front().task);
  tell("ERASE", edge, queue_.front().address);
  phase_end_ = edge + timing_.setup + timing_.enable + timing_.high + timing_.setup + timing_.erase_command;
}

std::int64_t XspiEngine::limit(const Waiting& access, std::int64_t edge) const {
  std::int64_t end = access.end;
  const std::int64_t page = timing_.direction(access.write).page;
  if (page > 0) end = std::min(end, (access.address / page + 1) * page);
  if (timing_.longest_burst > 0) {
    // Whole granules: at least the one in which the burst begins.
    end = std::min(end, std::max(timing_.down(first_address_ + timing_.longest_burst), timing_.up(first_address_ + 1)));
  }
  if (timing_.low_max > 0) {
    const std::int64_t bytes = (low_ + timing_.low_max - edge) * timing_.bits_per_clock / 8;
    end = std::min(end, timing_.down(access.address) + timing_.down(std::max<std::int64_t>(bytes, 0)));
  }
  return end;
}

bool XspiEngine::transfer(std::int64_t edge) {
  Waiting& access = queue_.front();
  const std::int64_t end = limit(access, edge);
  if (end <= access.address) return false;
  phase_end_ = edge + timing_.data_clocks(access.address, end);
  count(access.write ? kWriteByte : kReadByte, timing_.padded_bytes(access.address, end), access.task);
  next_address_ = end;
  if (end < access.end) {
    access.address = end;
  } else {
    known_.push_back({access.id, grid_.time(phase_end_)});
    queue_.pop_front();
  }
  return true;
}

bool XspiEngine::continues(std::int64_t edge) {
  if (!settings_.continue_bursts || erasing_ || queue_.empty() || (timing_.flash && writing_)) return false;
  const Waiting& next = queue_.front();
  // One that was cut, or arrives only now, begins anew.
  if (next.arrival > edge || next.write != writing_ || next.address != next_address_) return false;
  if (next.address % timing_.granule != 0) return false;
  const std::int64_t page = timing_.direction(next.write).page;
  if (page > 0 && next.address % page == 0) return false;
  return transfer(edge);
}

void XspiEngine::end_transfer(std::int64_t edge) {
  if (continues(edge)) {
    ++counts_[kContinued];
    return;
  }
  high_ = edge;
  if (timing_.flash && (erasing_ || writing_)) {
    become(erasing_ ? kErase : kProgram, edge);
    if (!erasing_) ++counts_[kPages];
    phase_ = Phase::kBusy;
    phase_end_ = edge + (erasing_ ? timing_.erase : timing_.program);
    return;
  }
  become(kStandby, edge);
  phase_ = Phase::kIdle;
  idle_since_ = edge;
}

}  // namespace subvolt::mem
