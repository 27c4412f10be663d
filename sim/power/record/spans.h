// What the parts of a SoC did, and when: named spans of time on tracks, for views such as waves.
//
// Beside the activity record, not in it: prices need none of this. A run keeps it when its trace is wanted. Who began
// and ended what, in simulated time; on whose behalf is a task of the record, and with it a job and a layer. Jobs,
// tasks and operating points over time are the record's own.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "sim/power/record/activity_record.h"
#include "sim/units/picoseconds.h"

namespace subvolt::power {

inline constexpr const char* kSpansSchemaVersion = "1.0";

// Whose track it is, which says what its spans are and what their numbers mean.
enum class SpanKind {
  kComponent,    // at work; what it did on a direct path is one span for each epoch, with the clock edges of its work
  kPowerDomain,  // in a power state
  kEngine,       // a command, with its index among the layer's commands
  kPort,         // a transaction from its request to its answer, with its bytes
  kMemoryBank    // a row is open, with its number
};
inline constexpr int kSpanKinds = 5;
const char* to_text(SpanKind kind);  // "component", "power_domain", "engine", "port", "memory_bank"

inline constexpr std::int64_t kNoNumber = -1;

struct Span {
  Picoseconds begin{};
  Picoseconds end{};
  std::int32_t what = 0;  // index into the track's names
  std::int32_t task = kNobody;
  std::int64_t number = kNoNumber;
};

struct SpanTrack {
  std::string owner;  // "npu.array", "PD_NPU", "dram.bank3"
  SpanKind kind = SpanKind::kComponent;
  std::vector<std::string> names;  // of what its spans are: "ON", "load weights"
  std::vector<Span> spans;         // by begin, then end
};

struct SpanRecord {
  Picoseconds until{};  // all that ended by then is there
  std::vector<SpanTrack> tracks;
};

// Collects them while a simulation runs.
class SpanLog {
 public:
  // More would fill memory and disk: 32 B each. What comes behind is left out, and the record says from when on.
  static constexpr std::size_t kMost = 4'000'000;
  explicit SpanLog(std::size_t most = kMost) : most_(most) {}

  int add_track(std::string owner, SpanKind kind, std::vector<std::string> names);  // its index
  // One that has ended, by `now` at the latest. Where it continues the one that was added before, they are one.
  void add(int track, Span span);
  // One whose end is not known yet; the last one of the track ends here at the latest. Without length it is none.
  void begin(int track, Picoseconds begin, std::int32_t what, std::int64_t number = kNoNumber);
  void end(int track, Picoseconds end);

  // Once; what is under way ends at `end`.
  SpanRecord finish(Picoseconds end);

 private:
  struct Open {
    Span span;
    bool open = false;
  };
  std::size_t most_;
  std::size_t count_ = 0;
  Picoseconds until_{-1};  // -1: nothing was left out
  std::vector<SpanTrack> tracks_;
  std::vector<Open> open_;
};

// JSON, one canonical form, a track in a line; read throws Error(kConfiguration) with the JSON pointer of what is
// wrong. Spans are flat lists of numbers: begin after the begin of the one before, length, what, task, number.
std::string to_json(const SpanRecord& record);
SpanRecord spans_from_json(const std::string& text, const std::string& file);

}  // namespace subvolt::power
