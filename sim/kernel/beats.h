// The beats of a transaction, for the two ends of a way that keep time beat by beat: an ignorable extension.
//
// A read of several beats stands for as many reads of one beat that follow each other. Its request says when each of
// them is made; a target that knows the extension answers with the first of them (as in TLM-2.0 the response phase
// lasts as long as the data) and says when each is there. With a target that does not, all are there with the answer.
#pragma once

#include <cstdint>
#include <tlm>
#include <vector>

#include "sim/kernel/clock_domain.h"

namespace subvolt::kernel {

struct Beats : tlm::tlm_extension<Beats> {
  // Of the request, by the initiator: beat j is asked for at the edge first_edge + j x step of its clock.
  std::int64_t beats = 1;
  const ClockDomain* clock = nullptr;
  std::int64_t first_edge = 0, step = 1;
  // Of the answer, by the target: the edge of its clock at which each is there, ascending. Empty: it says nothing.
  const ClockDomain* answer_clock = nullptr;
  std::vector<std::int64_t> answers;

  tlm::tlm_extension_base* clone() const override { return new Beats(*this); }
  void copy_from(const tlm::tlm_extension_base& other) override { *this = static_cast<const Beats&>(other); }
};

}  // namespace subvolt::kernel
