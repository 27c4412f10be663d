// Where the cycles of an accelerator go that a full array would not have taken.
//
// A layer's accelerator_cycles are, exactly and in integers,
//   ideal     ceil(MACs / most MACs per cycle): those of an array that is full all the time
//   lost      by cause: all others
// Causes are an open list. Components of an accelerator declare which of their statistics are lost cycles
// (EventDeclaration::loss), and to what. A count is one of
//   a cycle       in which nothing is multiplied, or which the layer waits: one cause has it
//   an idle MAC   (EventRole::kIdleMac) a multiplier that has nothing to multiply in a cycle in which others do. All of
//                 a layer, MACs and idle MACs, fill whole cycles; those are rounded up in the order MACs, then causes
//                 as they are declared, so that each is within one cycle of its share and the sum is exact.
// What an accelerator does not tell of stands under kNotTold.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace subvolt::power {

struct ActivityRecord;
struct EventDeclaration;

// Of an event: each count costs a layer a cycle of its accelerator, or a multiplier in a cycle.
struct Loss {
  std::string cause = {};    // "loads"; empty: it costs nothing
  std::string meaning = {};  // of the cause, a sentence; where several events have it, that of the first
  std::string remedy = {};   // what would lessen it, a sentence
  bool transfers = false;    // it is waiting for bytes on their way to or from memories
};

inline constexpr const char* kNotTold = "not_told";

using LostCycles = std::vector<std::pair<std::string, std::int64_t>>;  // by cause, as declared

// Of one accelerator and its parts.
class Losses {
 public:
  // `record` must outlive this; its accelerators are known.
  Losses(const ActivityRecord& record, const std::string& accelerator);
  // Declarations, the first of each cause.
  const std::vector<const EventDeclaration*>& causes() const { return causes_; }
  // Of a layer that took `accelerator_cycles`, with `counts` by event id on its behalf. Causes without cycles are 0.
  // More than accelerator_cycles in all is told as it is: activity_violations.h finds it.
  LostCycles of(const std::int64_t* counts, std::int64_t macs, std::int64_t accelerator_cycles) const;

 private:
  struct Counted {
    std::size_t event, cause;  // ids
    bool idle_macs;
  };
  std::vector<Counted> counted_;
  std::vector<const EventDeclaration*> causes_;
  std::int64_t peak_ = 1;
};

}  // namespace subvolt::power
