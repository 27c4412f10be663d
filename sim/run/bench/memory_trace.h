// Request traces of a memory: where and when it is read and written.
//
// The own format has coordinates of a device:
//
//   arrival_cycle,op,bank,row,burst
//   0,R,0,0,0
//   200,W,7,2,34
//
// arrival_cycle  clock of the memory at which the request is there, no earlier one than that of the request before; a
//                clock that has passed, such as 0 in all of them: as soon as the requests before it have been taken.
//                Requests are taken in order, at most one a clock.
// op             R or W
// bank, row, burst  what it reads or writes: one burst; memories without rows map them to an address of their own
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sim/run/bench/memory_map.h"
#include "sim/run/bench/trace_formats.h"
#include "sim/run/bench/trace_lines.h"

namespace subvolt::run {

struct MemoryRequest {
  std::int64_t arrival_cycle = 0;
  bool write = false;
  std::int64_t bank = 0;
  std::int64_t row = 0;
  std::int64_t burst = 0;
  std::int64_t address = -1;  // from 0 on: instead of bank, row and burst
};

class MemoryTrace {
 public:
  virtual ~MemoryTrace() = default;
  virtual bool next(MemoryRequest& request) = 0;  // false: no more
  virtual std::string where() const = 0;          // the last request, for messages
  virtual double share() const { return 0.0; }    // read so far, 0 to 1; for progress
};

// From memory, for tests and generated traffic.
class MemoryRequestList : public MemoryTrace {
 public:
  explicit MemoryRequestList(std::vector<MemoryRequest> requests) : requests_(std::move(requests)) {}
  bool next(MemoryRequest& request) override {
    if (next_ == requests_.size()) return false;
    request = requests_[next_++];
    return true;
  }
  std::string where() const override { return "request " + std::to_string(next_); }

 private:
  std::vector<MemoryRequest> requests_;
  std::size_t next_ = 0;
};

inline constexpr std::int64_t kLongestRequest = 1 << 20;  // bytes: nothing on a bus is longer

// From a file in any of the formats of trace_formats.h. Empty lines and such that begin with # say nothing. Throws
// Error(kConfiguration) with file:line:column for anything that is not such a trace, and for clocks that go back.
class MemoryTraceFile : public MemoryTrace {
 public:
  // For the memory of `traced`, whose map is that of `map` (memory_map.h) when it is not empty.
  explicit MemoryTraceFile(const std::string& file, const TracedMemory& traced = {}, const std::string& map = "");
  bool next(MemoryRequest& request) override;
  std::string where() const override { return lines_.where(); }
  double share() const override { return lines_.share(); }
  const std::string& format() const { return format_.name; }

  static constexpr const char* kHeader = "arrival_cycle,op,bank,row,burst";
  static constexpr std::int64_t kLargest = 1'000'000'000'000'000;  // of any bank, row or burst

 private:
  bool next_line();
  void place(const TracedRequest& traced, MemoryRequest& request) const;

  TraceLines lines_;
  TracedMemory memory_;
  std::optional<MemoryMap> map_;
  TraceFormat format_{};
  bool unread_ = false;  // the line in hand asks for something that was not given out yet
  TracedRequest traced_;
  std::int64_t left_ = 0;  // bytes of it
};

}  // namespace subvolt::run
