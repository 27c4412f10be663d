// Request traces of a memory, in the coordinates of a device.
//
//   arrival_cycle,op,bank,row,burst
//   0,R,0,0,0
//   200,W,7,2,34
//
// arrival_cycle  clock of the memory at which the request is there; 0, or a clock that has passed: as soon as the
//                requests before it have been taken. Requests are taken in order, at most one a clock.
// op             R or W
// bank, row, burst  what it reads or writes: one burst; memories without rows map them to an address of their own
#pragma once

#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

namespace subvolt::run {

struct MemoryRequest {
  std::int64_t arrival_cycle = 0;
  bool write = false;
  std::int64_t bank = 0;
  std::int64_t row = 0;
  std::int64_t burst = 0;
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

// From a CSV file, piece by piece: memory does not grow with the file. Throws Error(kConfiguration) with
// file:line:column for anything that is not such a trace.
class MemoryTraceFile : public MemoryTrace {
 public:
  explicit MemoryTraceFile(const std::string& file);
  bool next(MemoryRequest& request) override;
  std::string where() const override;
  double share() const override;

  static constexpr const char* kHeader = "arrival_cycle,op,bank,row,burst";
  static constexpr std::int64_t kLargest = 1'000'000'000'000'000;  // of any number in a trace

 private:
  bool next_line();  // false: end of the file
  void read_more();
  void check_header();
  [[noreturn]] void fail(const char* at, const std::string& message) const;
  std::int64_t number(const char*& at, char end, const char* what) const;
  bool operation(const char*& at) const;
  std::string quote(const char* at) const;

  std::string file_;  // as messages name it
  std::unique_ptr<std::FILE, int (*)(std::FILE*)> in_;
  std::vector<char> buffer_;
  const char* begin_ = nullptr;     // of what is not read yet
  const char* end_ = nullptr;       // of what is in the buffer
  const char* line_ = nullptr;      // of the line in hand
  const char* line_end_ = nullptr;  // without its newline
  std::int64_t line_number_ = 0;
  std::int64_t bytes_ = 0;  // taken from the file
  std::int64_t size_ = 0;   // of the file; 0: not known
};

}  // namespace subvolt::run
