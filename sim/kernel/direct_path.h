// Accesses without SystemC events: for an initiator that has bus and memory to itself, such as the host while it works.
//
// A component that can say in closed form when it answers an access that arrives at some time, as long as nobody else
// talks to it, offers a DirectTarget behind its TargetPort. The initiator then runs ahead of SystemC's time for as long
// as nothing else is going to happen, books the same counts and cycles, and lets time catch up. What the access does to
// the state of the components is what it does on the ordinary way, so both can be mixed.
//
// Terms, which the initiator keeps:
//   - from begin_direct() to end_direct() it alone talks to what lies on the way, and waits for each answer
//   - no event of SystemC falls between the begin and the end of a direct access
//   - the first and the last accesses of a run go the ordinary way: they wake what sleeps and set the timers
//
// Accesses that follow each other in memory soon follow each other in time, too, each as long after the one before.
// repeat() does so many of them at once, for as long as every component can say that nothing about them changes.
#pragma once

#include <cstdint>

#include "sim/units/picoseconds.h"

namespace subvolt::kernel {

struct DirectAccess {
  bool write = false;
  std::uint64_t address = 0;  // as the target sees it
  std::int64_t bytes = 0;     // > 0
  int task = -1;              // on whose behalf (power::Task); -1: nobody's
};

class DirectTarget {
 public:
  virtual ~DirectTarget() = default;
  // Whether all of the range can be accessed directly, with up to `gap` between an answer and the next access
  // (longer than a power domain's patience would let it go down). If so, power domains on the way are held up.
  virtual bool begin_direct(std::uint64_t address, std::uint64_t bytes, Picoseconds gap) = 0;
  virtual void end_direct() = 0;
  // When the answer to an access that arrives at `at` arrives at the initiator. Times only go forward.
  virtual Picoseconds direct(const DirectAccess& access, Picoseconds at) = 0;

  // Does up to `most` accesses that are alike to the last count, each `period` after the one before in all that it
  // does: `next` and those behind it in memory. Returns how many; 0 where something may change, such as a row or a
  // refresh. Only right after an access of direct(). They are like one that began `since` before `next`: that access,
  // if since is period, which is also what the one before it took or those that were repeated last; otherwise, as
  // it took longer (for a row, for a refresh), the last one that was repeated since begin_direct().
  virtual std::int64_t repeat(const DirectAccess& next, Picoseconds since, Picoseconds period, std::int64_t most) {
    return static_cast<void>(next), static_cast<void>(since), static_cast<void>(period), static_cast<void>(most), 0;
  }
};

}  // namespace subvolt::kernel
